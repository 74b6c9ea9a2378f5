# Checks of the kit itself, and for each of them a check that it finds a planted fault.

function(workshop_add_kit_check name)
  add_test(NAME kit.${name} ${ARGN})
  set_tests_properties(kit.${name} PROPERTIES LABELS kit TIMEOUT 300)
endfunction()

# Passes when the check fails on a planted fault, with these words.
function(workshop_add_planted_check name words)
  workshop_add_kit_check(${name}.finds_planted ${ARGN})
  set_tests_properties(kit.${name}.finds_planted PROPERTIES PASS_REGULAR_EXPRESSION "${words}")
endfunction()

set(checks_dir "${CMAKE_CURRENT_LIST_DIR}")

workshop_add_kit_check(include_directions
  COMMAND ${CMAKE_COMMAND} -D ROOT=${CMAKE_SOURCE_DIR} -P "${checks_dir}/include_directions.cmake")
workshop_add_planted_check(include_directions "17 includes go the wrong way"
  COMMAND ${CMAKE_COMMAND} -D ROOT=${checks_dir}/bad_tree -P "${checks_dir}/include_directions.cmake")

workshop_add_kit_check(file_lengths
  COMMAND ${CMAKE_COMMAND} -D ROOT=${CMAKE_SOURCE_DIR} -D LINES_MAX=500 -P "${checks_dir}/file_lengths.cmake")
workshop_add_planted_check(file_lengths "2 files have more than 2 lines"
  COMMAND ${CMAKE_COMMAND} -D ROOT=${checks_dir}/bad_tree -D LINES_MAX=2 -P "${checks_dir}/file_lengths.cmake")

# What is asked of the catalog, mistakes and documents takes the program workshop-more, which a plain `verify` does not build; and
# what documents promise is in tests that only a build of everything has.
if(WORKSHOP_CHECK_EVERYTHING AND TARGET workshop_more)
  cmake_path(GET CMAKE_BINARY_DIR FILENAME preset)
  workshop_add_kit_check(catalog COMMAND workshop_more inspect catalog)
  workshop_add_kit_check(mistakes COMMAND workshop_more mistakes check)
  workshop_add_kit_check(documents COMMAND workshop_more inspect documents --tests-of "${CMAKE_BINARY_DIR}")
  workshop_add_kit_check(commands_in_documents COMMAND workshop_more inspect commands --tests-of "${CMAKE_BINARY_DIR}"
    --preset ${preset} --not-run "${CMAKE_SOURCE_DIR}/docs/commands-not-run.txt")
  set_tests_properties(kit.catalog kit.mistakes kit.documents kit.commands_in_documents PROPERTIES
    ENVIRONMENT "WORKSHOP_ROOT=${CMAKE_SOURCE_DIR}")
  set_tests_properties(kit.commands_in_documents PROPERTIES RUN_SERIAL ON TIMEOUT 900)

  # Whether the stored mistakes resemble their own kind. What it measures are the results that these tests leave: it comes after
  # those of them that run with it, and alone it takes what is there, or skips.
  if(preset STREQUAL "kit")
    workshop_add_kit_check(resemblance COMMAND workshop_more inspect resemblance --preset ${preset})
    get_property(measured GLOBAL PROPERTY workshop_checks_of_failures)
    set_tests_properties(kit.resemblance PROPERTIES DEPENDS "${measured}" TIMEOUT 60 SKIP_REGULAR_EXPRESSION "skipped: "
      ENVIRONMENT "WORKSHOP_ROOT=${CMAKE_SOURCE_DIR}")
  endif()

  # The picture at the top of README.md; WORKSHOP_UPDATE_READMES=1 draws it anew.
  if(TARGET lab08_mistake_processed_in_separate_write)
    workshop_add_kit_check(readme_picture COMMAND workshop_more inspect picture
      --program $<TARGET_FILE:lab08_mistake_processed_in_separate_write>
      --test "a payment is booked once however often it is delivered"
      --file "${CMAKE_SOURCE_DIR}/docs/images/lab08-duplicate-effect.svg")
  endif()
endif()

if(TARGET workshop_runner)
  workshop_add_kit_check(unknown_command COMMAND workshop_runner chek 8)
  set_tests_properties(kit.unknown_command PROPERTIES PASS_REGULAR_EXPRESSION
    "there is no command 'chek'.? there are status, next,.*did you mean check.?")
endif()

workshop_add_planted_check(compiler_probe "forgets to destroy an object in an aggregate temporary"
  COMMAND ${CMAKE_COMMAND} -D COMPILER=${CMAKE_CXX_COMPILER} -D WORKSHOP_PROBE_DIR=${WORKSHOP_PROBE_DIR}
    -P "${checks_dir}/planted_probe.cmake")

# Builds nothing when the build preset has just built this target.
if(CMAKE_VERIFY_INTERFACE_HEADER_SETS)
  workshop_add_kit_check(headers_compile_alone
    COMMAND ${CMAKE_COMMAND} --build "${CMAKE_BINARY_DIR}" --target all_verify_interface_header_sets)
  set_tests_properties(kit.headers_compile_alone PROPERTIES RUN_SERIAL ON)
endif()
