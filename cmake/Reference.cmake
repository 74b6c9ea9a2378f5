# The API reference, from the headers. Warnings are errors: what a comment names wrongly, or leaves open, stops it. A member
# without a comment is no warning.
find_program(WORKSHOP_DOXYGEN doxygen)
mark_as_advanced(WORKSHOP_DOXYGEN)
if(WORKSHOP_DOXYGEN)
  configure_file("${CMAKE_SOURCE_DIR}/docs/Doxyfile.in" "${CMAKE_BINARY_DIR}/Doxyfile" @ONLY)
  add_custom_target(reference COMMAND "${CMAKE_COMMAND}" -E make_directory "${CMAKE_BINARY_DIR}/reference"
    COMMAND "${WORKSHOP_DOXYGEN}" "${CMAKE_BINARY_DIR}/Doxyfile"
    COMMENT "API reference: reference/html/index.html" VERBATIM)
  add_test(NAME kit.reference COMMAND "${WORKSHOP_DOXYGEN}" "${CMAKE_BINARY_DIR}/Doxyfile")
  file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/reference")
else()
  add_test(NAME kit.reference COMMAND ${CMAKE_COMMAND} -E echo "skipped: doxygen is not installed")
endif()
set_tests_properties(kit.reference PROPERTIES LABELS kit TIMEOUT 300 SKIP_REGULAR_EXPRESSION "skipped: ")
