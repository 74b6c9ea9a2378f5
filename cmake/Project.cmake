# What a project of your own needs, which has the kit beside it: `scripts/workshop new-project FOLDER` writes one. Its
# CMakeLists.txt includes this file before project(), as a lab's includes Workshop.cmake.

include("${CMAKE_CURRENT_LIST_DIR}/Workshop.cmake")

# Adds a test program of this name, which explores your handlers, and its ctest test of the same name.
#
#   workshop_add_project(<name> SOURCES <files of src/> TESTS <files of tests/>
#     [LIBRARIES <of common, beyond the usual ones, such as workshop_http>])
#
# The library is compiled from the kit's sources. With WORKSHOP_BUILT=<a build folder of the kit, such as KIT/build/dev> it is
# taken from there, which saves a minute: it is then as old as that build.
set(WORKSHOP_BUILT "" CACHE PATH "A build folder of the kit whose library is taken; empty: it is compiled")

macro(workshop_add_project)
  if(WORKSHOP_BUILT AND NOT TARGET workshop_common)
    workshop_settings()
    enable_testing()
    include("${workshop_root}/cmake/Dependencies.cmake")
    _workshop_take_library()
  else()
    workshop_need_library()
  endif()
  _workshop_add_project(${ARGN})
endmacro()

# A macro: what a file of targets adds is visible in the folder that includes it.
macro(_workshop_take_library)
  if(NOT EXISTS "${WORKSHOP_BUILT}/workshop-library.cmake")
    message(FATAL_ERROR "WORKSHOP_BUILT=${WORKSHOP_BUILT} holds no library to take: build it (scripts/workshop check 8), or "
      "leave WORKSHOP_BUILT out.")
  endif()
  file(STRINGS "${WORKSHOP_BUILT}/compiler.txt" _workshop_compiler LIMIT_COUNT 1)
  if(NOT _workshop_compiler STREQUAL CMAKE_CXX_COMPILER)
    message(FATAL_ERROR "WORKSHOP_BUILT=${WORKSHOP_BUILT} was compiled by ${_workshop_compiler}, and this by "
      "${CMAKE_CXX_COMPILER}: leave WORKSHOP_BUILT out.")
  endif()
  include("${WORKSHOP_BUILT}/workshop-library.cmake")
  add_library(workshop::common ALIAS workshop_common)
  add_library(workshop::testing ALIAS workshop_testing)
endmacro()

function(_workshop_add_project name)
  cmake_parse_arguments(PARSE_ARGV 1 project "" "" "SOURCES;TESTS;LIBRARIES")
  if(project_UNPARSED_ARGUMENTS OR NOT project_SOURCES OR NOT project_TESTS)
    message(FATAL_ERROR "workshop_add_project(<name> SOURCES <files> TESTS <files>) in ${CMAKE_CURRENT_SOURCE_DIR}")
  endif()
  set(lab_dir "${CMAKE_CURRENT_SOURCE_DIR}")
  set(lab_LIBRARIES "${project_LIBRARIES}")
  add_executable(${name} ${project_SOURCES} ${project_TESTS})
  _workshop_lab_target(${name})
  add_test(NAME ${name} COMMAND ${name})
endfunction()
