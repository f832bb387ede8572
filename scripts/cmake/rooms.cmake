# One target per room of the house, so that a link against a room that is not in the table fails.
# The same table is held against the #include lines by scripts/layers.

# A compiler reads four units of a room as one: half the CPU of the whole build. scripts/build has it
# on for Release; every other build type reads each unit alone, so that none leans on its neighbours.
option(ASSAY_UNITY "Compile the units of a room by fours" OFF)

# assay_room(NAME PURE|SHELL [ROOMS ...] [LIBS ...] [PCH target] [ALONE file ...]): the library of
# src/NAME. ALONE: globs of units that use the same names inside, each for its own; never joined.
function(assay_room name kind)
  cmake_parse_arguments(ARG "" "PCH" "ROOMS;LIBS;ALONE" ${ARGN})
  if(NOT ARG_PCH)
    set(ARG_PCH assay_pch)
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  if(NOT sources)
    return()
  endif()
  add_library(assay_${name} STATIC ${sources})
  target_include_directories(
    assay_${name} PUBLIC ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(assay_${name} PUBLIC assay_flags ${ARG_LIBS})
  assay_precompiled(assay_${name} ${ARG_PCH})
  if(ASSAY_UNITY)
    set_target_properties(assay_${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 4)
    foreach(glob IN LISTS ARG_ALONE)
      file(GLOB alone ${PROJECT_SOURCE_DIR}/src/${name}/${glob})
      set_source_files_properties(${alone} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    endforeach()
  endif()
  foreach(room IN LISTS ARG_ROOMS)
    if(TARGET assay_${room})
      target_link_libraries(assay_${name} PUBLIC assay_${room})
    endif()
  endforeach()
  if(kind STREQUAL "SHELL")
    target_link_libraries(assay_${name} PUBLIC assay_asio)
  endif()
endfunction()

option(ASSAY_CHECKS "Let ctest run the lint checks and the tests of build-asan/ too (scripts/test does)" OFF)
option(ASSAY_CHECKS_ALL "And those of build-tsan/ and build-clang/, and the lint of every file" OFF)

# One ctest: a suite of a test binary. It exits 77 when ../shared/data is absent and nothing failed.
function(assay_test test_name binary suite label timeout)
  add_test(NAME ${test_name} COMMAND ${binary} --run_test=${suite} --color_output=no)
  set_tests_properties(${test_name} PROPERTIES
    LABELS "${label}" TIMEOUT ${timeout} SKIP_RETURN_CODE 77)
  if(label MATCHES "e2e")
    # Many processes and real time: not beside anything else.
    set_tests_properties(${test_name} PROPERTIES RUN_SERIAL TRUE)
  endif()
endfunction()

set(ASSAY_ASAN_ALWAYS core)

# assay_tests(NAME [LABEL L] [TIMEOUT S] [ROOMS ...] [LIBS ...] [ASAN files|ALL] [TSAN files|ALL]):
# one Boost.Test binary for tests/NAME and one ctest per file of it. The file backoff_test.cpp holds
# the suite `backoff`; a file without such a suite fails. ASAN and TSAN name the files that
# scripts/test runs once more from the sanitizers' builds.
function(assay_tests name)
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT" "ROOMS;LIBS;ASAN;TSAN" ${ARGN})
  if(NOT ARG_LABEL)
    set(ARG_LABEL unit)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/${name}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(${name}_test ${sources} ${PROJECT_SOURCE_DIR}/tests/support/main.cpp)
  target_compile_definitions(${name}_test PRIVATE BOOST_TEST_DYN_LINK ASSAY_TEST_ROOM=${name})
  target_include_directories(${name}_test PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(${name}_test PRIVATE assay_flags Boost::unit_test_framework ${ARG_LIBS})
  assay_precompiled(${name}_test assay_pch_test)
  # It defines what Boost.Test must see first.
  set_source_files_properties(
    ${PROJECT_SOURCE_DIR}/tests/support/main.cpp PROPERTIES SKIP_PRECOMPILE_HEADERS ON
    COMPILE_DEFINITIONS ASSAY_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  foreach(room IN LISTS ARG_ROOMS)
    if(TARGET assay_${room})
      target_link_libraries(${name}_test PRIVATE assay_${room})
    endif()
  endforeach()
  foreach(source IN LISTS sources)
    get_filename_component(file ${source} NAME_WE)
    if(file MATCHES "^(.*)_test$")
      set(suite ${CMAKE_MATCH_1})
      assay_test(${name}/${suite} ${name}_test ${suite} ${ARG_LABEL} ${ARG_TIMEOUT})
      # Sanitizers cost about a factor of three.
      math(EXPR timeout "3 * ${ARG_TIMEOUT}")
      # Sanitized in every run: rooms whose sanitized tests were seen clean. The others with --all.
      if(ASSAY_CHECKS AND (ASSAY_CHECKS_ALL OR name IN_LIST ASSAY_ASAN_ALWAYS) AND ARG_ASAN MATCHES "(^|;)(ALL|${suite})(;|$)")
        assay_test(asan/${name}/${suite} ${PROJECT_SOURCE_DIR}/build-asan/tests/${name}_test ${suite}
          "asan;${ARG_LABEL}" ${timeout})
      endif()
      if(ASSAY_CHECKS_ALL AND ARG_TSAN MATCHES "(^|;)(ALL|${suite})(;|$)")
        assay_test(tsan/${name}/${suite} ${PROJECT_SOURCE_DIR}/build-tsan/tests/${name}_test ${suite}
          "tsan;${ARG_LABEL}" ${timeout})
      endif()
      if(ASSAY_CHECKS_ALL)
        assay_test(clang/${name}/${suite} ${PROJECT_SOURCE_DIR}/build-clang/tests/${name}_test
          ${suite} "clang;${ARG_LABEL}" ${ARG_TIMEOUT})
      endif()
    endif()
  endforeach()
endfunction()

# assay_check(NAME COMMAND ...): a check over the source tree, a ctest so that one summary counts all.
function(assay_check name)
  add_test(NAME lint/${name} COMMAND ${ARGN} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(lint/${name} PROPERTIES LABELS lint TIMEOUT 900)
endfunction()
