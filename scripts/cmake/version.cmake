# Writes version.cpp when the commit changes, so that a rebuild is one file and one link.
execute_process(
  COMMAND git -C ${SOURCE_DIR} describe --always --dirty --abbrev=12 --exclude=*
  OUTPUT_VARIABLE COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
if(failed OR COMMIT STREQUAL "")
  set(COMMIT "unknown")
endif()
configure_file(${SOURCE_DIR}/scripts/cmake/version.cpp.in ${OUTPUT} @ONLY)
