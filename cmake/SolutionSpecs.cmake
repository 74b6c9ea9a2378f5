# Specifications in TLA+ beside solutions, solutions/NN-name/spec, and their checks.

include_guard(GLOBAL)

# Adds the checks of the current solution's specification; called after workshop_add_solution().
#
#   workshop_add_spec(TEST spec/spec_test.cpp HANDLER src/<the solution>.cpp [TRACES]
#     [PROGRESS] [PLANTED mistakes/<a wrong handler>.cpp])
#
# spec.NN          TLC finds nothing wrong with the algorithm
# spec.NN.mutants  and finds what is wrong with each mutant of it
# spec.NN.traces   executions of the solution's handler are behaviours of the specification
# spec.NN.planted  one of a handler with this mistake is not
#
# spec.NN.progress what the explorer says of two handlers that overtake each other at will; without TLC
#
# The others run TLC; without Java or TLC they are skipped and say why.
function(workshop_add_spec)
  cmake_parse_arguments(PARSE_ARGV 0 spec "TRACES;PROGRESS" "TEST;HANDLER;PLANTED" "")
  if(NOT TARGET workshop_runner)  # a lab that opened alone
    return()
  endif()
  list(TRANSFORM lab_SOURCES PREPEND "${lab_dir}/" OUTPUT_VARIABLE given)
  _workshop_spec_program(${lab}_spec ${spec_TEST} ${spec_HANDLER} ${given})
  _workshop_add_check(spec.${lab_number} "spec" COMMAND ${lab}_spec "[spec]")
  _workshop_add_check(spec.${lab_number}.mutants "spec" COMMAND ${lab}_spec "[mutants]")
  set(checks spec.${lab_number} spec.${lab_number}.mutants)
  if(spec_TRACES)
    _workshop_add_check(spec.${lab_number}.traces "spec" COMMAND ${lab}_spec "[traces]")
    list(APPEND checks spec.${lab_number}.traces)
  endif()
  if(spec_PROGRESS)
    _workshop_add_check(spec.${lab_number}.progress "spec" COMMAND ${lab}_spec "[progress]")
  endif()
  if(spec_PLANTED)
    _workshop_spec_program(${lab}_spec_planted ${spec_TEST} ${spec_PLANTED} ${given})
    _workshop_add_check(spec.${lab_number}.planted "spec" COMMAND ${lab}_spec_planted "[planted]")
    list(APPEND checks spec.${lab_number}.planted)
  endif()
  set_tests_properties(${checks} PROPERTIES TIMEOUT 600)
endfunction()

function(_workshop_spec_program target)
  add_executable(${target} ${ARGN})
  _workshop_lab_target(${target})
  target_link_libraries(${target} PRIVATE workshop_spec_checks)
  target_compile_definitions(${target} PRIVATE
    "WORKSHOP_SPEC_FOLDER=\"${CMAKE_CURRENT_SOURCE_DIR}/spec\"")
endfunction()
