# Builds a lab in a project of its own and runs its solution there, to check that it needs nothing of the superbuild.

include_guard(GLOBAL)
include(ExternalProject)

function(workshop_add_isolated_lab lab)
  cmake_path(GET lab FILENAME name)
  set(test_command ${CMAKE_COMMAND} -E true)
  if(EXISTS "${CMAKE_SOURCE_DIR}/solutions/${name}/CMakeLists.txt")
    set(test_command ${CMAKE_CTEST_COMMAND} --label-regex ^solution$ --no-tests=error --output-on-failure)
  endif()
  ExternalProject_Add(isolated_${name}
    PREFIX "${CMAKE_BINARY_DIR}/isolated"
    SOURCE_DIR "${CMAKE_SOURCE_DIR}/${lab}"
    BINARY_DIR "${CMAKE_BINARY_DIR}/isolated/${name}"
    CMAKE_ARGS
      -D CMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER}
      -D CMAKE_BUILD_TYPE=${CMAKE_BUILD_TYPE}
      -D WORKSHOP_PROBE_DIR=${WORKSHOP_PROBE_DIR}
      -D WORKSHOP_SANITIZE=${WORKSHOP_SANITIZE}
      -D WORKSHOP_WARNINGS_AS_ERRORS=${WORKSHOP_WARNINGS_AS_ERRORS}
      -D CMAKE_PREFIX_PATH=${CMAKE_PREFIX_PATH}
    BUILD_ALWAYS ON
    INSTALL_COMMAND ""
    TEST_COMMAND ${test_command}
    USES_TERMINAL_BUILD ON  # one at a time: each of them is parallel already
    )
endfunction()
