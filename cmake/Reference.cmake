# The API reference, from the headers. Warnings are errors: what a comment names wrongly, or leaves open, stops it. In the
# library every public member has a comment (docs/Doxyfile-contracts.in); in the runner a member without one is no warning.
find_program(WORKSHOP_DOXYGEN doxygen)
mark_as_advanced(WORKSHOP_DOXYGEN)
if(WORKSHOP_DOXYGEN)
  foreach(file IN ITEMS Doxyfile Doxyfile-contracts)
    configure_file("${CMAKE_SOURCE_DIR}/docs/${file}.in" "${CMAKE_BINARY_DIR}/${file}" @ONLY)
  endforeach()
  add_custom_target(reference COMMAND "${CMAKE_COMMAND}" -E make_directory "${CMAKE_BINARY_DIR}/reference"
    COMMAND "${WORKSHOP_DOXYGEN}" "${CMAKE_BINARY_DIR}/Doxyfile"
    COMMENT "API reference: reference/html/index.html" VERBATIM)
  add_test(NAME kit.reference COMMAND "${WORKSHOP_DOXYGEN}" "${CMAKE_BINARY_DIR}/Doxyfile")
  add_test(NAME kit.reference_of_contracts COMMAND "${WORKSHOP_DOXYGEN}" "${CMAKE_BINARY_DIR}/Doxyfile-contracts")
  file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/reference")
else()
  foreach(name IN ITEMS kit.reference kit.reference_of_contracts)
    add_test(NAME ${name} COMMAND ${CMAKE_COMMAND} -E echo "skipped: doxygen is not installed")
  endforeach()
endif()
set_tests_properties(kit.reference kit.reference_of_contracts PROPERTIES LABELS kit TIMEOUT 300
  SKIP_REGULAR_EXPRESSION "skipped: ")
