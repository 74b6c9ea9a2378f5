# Specifications in TLA+ beside solutions, solutions/NN-name/spec, and their checks.

include_guard(GLOBAL)

# Adds the checks of the current solution's specification; called after workshop_add_solution().
#
#   workshop_add_spec(TEST spec/spec_test.cpp HANDLER src/<the solution>.cpp [TRACES]
#     [PROGRESS] [PLANTED mistakes/<a wrong handler>.diff])
#
# spec.NN           TLC finds nothing wrong with the algorithm
# spec.NN.mutants   TLC finds what is wrong with each mutant of it
# spec.NN.traces    executions of the solution's handler are behaviours of the specification
# spec.NN.planted   an execution of a handler with this mistake is not
# spec.NN.as_trace, spec.NN.as_trace.planted  the same two, as `workshop explore NN --as-trace` writes and reports them
# spec.NN.progress  a stated number of deliveries is enough however two handlers overtake each other (explorer, no TLC)
#
# All but the last run TLC; without Java or TLC they are skipped with the reason. Together they take minutes, so ctest has
# them only with WORKSHOP_CHECK_EVERYTHING.
#
# With TRACES, `workshop explore NN --as-trace` can draw executions of any program of the lab: lab<NN>_spec has the
# solution, lab<NN>_spec_yours the file that the attendee edits, lab<NN>_spec_mistake_<name> a mistake. Only that command
# builds the last two.
function(workshop_add_spec)
  cmake_parse_arguments(PARSE_ARGV 0 spec "TRACES;PROGRESS" "TEST;HANDLER;PLANTED" "")
  if(NOT TARGET workshop_runner)  # a lab that opened alone
    return()
  endif()
  list(TRANSFORM lab_SOURCES PREPEND "${lab_dir}/" OUTPUT_VARIABLE given)
  _workshop_spec_tests(${spec_TEST} ${given})
  set(programs ${lab}_spec)
  _workshop_spec_program(${lab}_spec ${spec_HANDLER})
  if(spec_PLANTED)
    list(FIND lab_mistakes "${spec_PLANTED}" planted)
    if(planted EQUAL -1)
      message(FATAL_ERROR "PLANTED ${spec_PLANTED} is none of the MISTAKES in ${CMAKE_CURRENT_SOURCE_DIR}.")
    endif()
    list(GET lab_mistake_sources ${planted} planted_source)
    _workshop_spec_program(${lab}_spec_planted ${planted_source})
    list(APPEND programs ${lab}_spec_planted)
  endif()
  set(on_demand "")
  if(spec_TRACES)
    _workshop_spec_program(${lab}_spec_yours "${lab_dir}/${lab_edited}")
    set(on_demand ${lab}_spec_yours)
    foreach(file source IN ZIP_LISTS lab_mistakes lab_mistake_sources)
      cmake_path(GET file STEM mistake)
      _workshop_spec_program(${lab}_spec_mistake_${mistake} ${source})
      list(APPEND on_demand ${lab}_spec_mistake_${mistake})
    endforeach()
  endif()
  if(WORKSHOP_CHECK_EVERYTHING)
    _workshop_add_spec_checks()
  else()
    list(APPEND on_demand ${programs})
  endif()
  if(on_demand)
    set_target_properties(${on_demand} PROPERTIES EXCLUDE_FROM_ALL ON)
  endif()
endfunction()

function(_workshop_add_spec_checks)
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
    _workshop_add_check(spec.${lab_number}.planted "spec" COMMAND ${lab}_spec_planted "[planted]")
    list(APPEND checks spec.${lab_number}.planted)
  endif()
  set_tests_properties(${checks} PROPERTIES TIMEOUT 600 COST 30)  # they take long, so they begin first
  if(spec_TRACES AND spec_PLANTED)
    _workshop_add_trace_check(as_trace ${lab}_spec traces "accepted: 1000 executions are behaviours of ")
    _workshop_add_trace_check(as_trace.planted ${lab}_spec_planted planted "rejected: execution [0-9]+ of 1000 ")
  endif()
endfunction()

# Runs the program as `workshop explore --as-trace` does. It asks TLC the same question as the check `after`.
function(_workshop_add_trace_check name program after expected)
  add_test(NAME spec.${lab_number}.${name} COMMAND ${program} "[traces]")
  set_tests_properties(spec.${lab_number}.${name} PROPERTIES
    LABELS "spec" TIMEOUT 600 DEPENDS spec.${lab_number}.${after}
    ENVIRONMENT "WORKSHOP_AS_TRACE=${CMAKE_CURRENT_BINARY_DIR}/${name}"
    PASS_REGULAR_EXPRESSION "${expected}" SKIP_REGULAR_EXPRESSION "not checked: ")
endfunction()

# What all of the lab's programs are linked from, compiled once: Ninja reads the rules of each object at every check.
function(_workshop_spec_tests)
  add_library(${lab}_spec_tests OBJECT EXCLUDE_FROM_ALL ${ARGN})
  _workshop_lab_target(${lab}_spec_tests)
  target_link_libraries(${lab}_spec_tests PUBLIC workshop_spec_checks)
  target_compile_definitions(${lab}_spec_tests PRIVATE
    "WORKSHOP_SPEC_FOLDER=\"${CMAKE_CURRENT_SOURCE_DIR}/spec\"")
endfunction()

function(_workshop_spec_program target)
  add_executable(${target} ${ARGN})
  _workshop_lab_target(${target})
  target_link_libraries(${target} PRIVATE ${lab}_spec_tests)
endfunction()
