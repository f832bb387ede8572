# Precompiled headers: std and fmt for the rooms, simdjson besides for those that read JSON in nearly
# every unit (2.6 s of CPU each), Boost.Test besides for the tests. They save 0.6 to 3.9 s of CPU in
# each of 500 units, so scripts/build has them on for Release and Debug. They are off by default and
# in the ASan build, because they hide a missing #include.
option(ASSAY_PCH "Precompile the headers that nearly every unit includes" OFF)

if(ASSAY_PCH)
  # A precompiled header is only read under the very flags it was made with.
  target_link_libraries(assay_flags INTERFACE Threads::Threads)
  set(pch_std <algorithm> <array> <charconv> <chrono> <cmath> <compare> <cstdint> <cstring>
    <expected> <filesystem> <functional> <map> <memory> <optional> <span> <string> <string_view> <utility>
    <variant> <vector> <core/fmt_once.hpp>)

  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/pch.cpp CONTENT "int main() {}\n")
  add_library(assay_pch STATIC ${CMAKE_BINARY_DIR}/generated/pch.cpp)
  target_link_libraries(assay_pch PRIVATE assay_flags)
  target_include_directories(assay_pch PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_precompile_headers(assay_pch PRIVATE ${pch_std})

  add_library(assay_pch_json STATIC ${CMAKE_BINARY_DIR}/generated/pch.cpp)
  target_link_libraries(assay_pch_json PRIVATE assay_flags assay_json)
  target_include_directories(assay_pch_json PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_precompile_headers(assay_pch_json PRIVATE ${pch_std} <simdjson.h>)

  # A program, because programs are compiled as -fPIE and libraries as -fPIC.
  add_executable(assay_pch_test EXCLUDE_FROM_ALL ${CMAKE_BINARY_DIR}/generated/pch.cpp)
  target_link_libraries(assay_pch_test PRIVATE assay_flags Boost::unit_test_framework)
  target_compile_definitions(assay_pch_test PRIVATE BOOST_TEST_DYN_LINK)
  target_include_directories(assay_pch_test PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_precompile_headers(assay_pch_test PRIVATE ${pch_std} <boost/test/unit_test.hpp>)
endif()

# assay_precompiled(TARGET FROM): TARGET reads the precompiled headers of FROM, where they are on.
function(assay_precompiled target from)
  if(ASSAY_PCH)
    target_precompile_headers(${target} REUSE_FROM ${from})
  endif()
endfunction()
