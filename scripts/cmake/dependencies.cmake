# Debian packages only; nothing is fetched. Each becomes an interface target so that a room names what it uses.
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS unit_test_framework)
find_package(OpenSSL 3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(fmt REQUIRED)
find_package(PkgConfig REQUIRED)

add_library(assay_flags INTERFACE)
target_compile_options(assay_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor
  -fstack-protector-strong -fstack-clash-protection -fcf-protection
  # g++ 12 sees overlaps, over-reads and uninitialised bytes in inlined std::string code that are none
  # (GCC bugs 105329, 105651, 105562), now here, now there.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict$<SEMICOLON>-Wno-stringop-overread$<SEMICOLON>-Wno-stringop-overflow>
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized$<SEMICOLON>-Wno-free-nonheap-object$<SEMICOLON>-Wno-array-bounds>
  $<$<CXX_COMPILER_ID:GNU>:-Wno-dangling-pointer$<SEMICOLON>-Wno-use-after-free>
  $<$<BOOL:${ASSAY_WERROR}>:-Werror>)
target_compile_definitions(assay_flags INTERFACE
  $<$<CONFIG:Release>:_FORTIFY_SOURCE=3> _GLIBCXX_ASSERTIONS)
target_link_options(assay_flags INTERFACE -Wl,-z,relro,-z,now)
target_link_libraries(assay_flags INTERFACE fmt::fmt)

function(assay_pkg target module)
  pkg_check_modules(${target} REQUIRED IMPORTED_TARGET GLOBAL ${module})
  add_library(${target} INTERFACE)
  target_link_libraries(${target} INTERFACE PkgConfig::${target})
endfunction()

assay_pkg(assay_blake2 libb2)
assay_pkg(assay_xxhash libxxhash)
assay_pkg(assay_nghttp2 libnghttp2)
assay_pkg(assay_yaml yaml-cpp)
find_package(simdjson REQUIRED)
add_library(assay_json INTERFACE)
target_link_libraries(assay_json INTERFACE simdjson::simdjson)
find_package(CLI11 REQUIRED)
add_library(assay_cli11 INTERFACE)
target_link_libraries(assay_cli11 INTERFACE CLI11::CLI11)

# Asio compiled once, not in every unit that includes them.
file(WRITE ${CMAKE_BINARY_DIR}/generated/asio.cpp.in
  "#include <boost/asio/impl/src.hpp>\n#include <boost/asio/ssl/impl/src.hpp>\n")
configure_file(${CMAKE_BINARY_DIR}/generated/asio.cpp.in ${CMAKE_BINARY_DIR}/generated/asio.cpp COPYONLY)
add_library(assay_asio STATIC ${CMAKE_BINARY_DIR}/generated/asio.cpp)
target_compile_definitions(assay_asio PUBLIC
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(assay_asio PUBLIC Boost::headers OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
