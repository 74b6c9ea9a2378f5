# What every lab needs. A lab's CMakeLists.txt is four statements:
#
#   cmake_minimum_required(VERSION 3.25)
#   include(../../cmake/Workshop.cmake)
#   project(lab08_identity_deduplication LANGUAGES CXX)
#   workshop_add_lab(SOURCES src/payments_handler.cpp TESTS tests/payments_test.cpp)
#
# The include must come before project(), because this file chooses the compiler and project() fixes it. The library and its
# dependencies are added by workshop_add_lab(), the first moment at which a compiler is known; in the superbuild they are
# there already. An include after project() works too: then the compiler that CMake has chosen is probed.

include_guard(GLOBAL)

get_filename_component(workshop_root "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)
# Functions see the variables of their caller, whose folder need not be below this one.
set_property(GLOBAL PROPERTY workshop_root "${workshop_root}")

# CMake, or the compiler's command line, gives these signs a meaning of their own: what is built would not find its files.
foreach(workshop_folder IN ITEMS "${workshop_root}" "${CMAKE_BINARY_DIR}")
  string(REGEX REPLACE "\\[[^][]*\\]" "" workshop_signs "${workshop_folder}")  # brackets in pairs are not in the way
  if(workshop_signs MATCHES "[][#;$<>\"\\]")
    message(FATAL_ERROR "The folder ${workshop_folder} has a \"${CMAKE_MATCH_0}\" in its path, with which it cannot be built. "
      "Rename it, move the checkout, or use scripts/workshop, which builds it through a link.")
  endif()
endforeach()

# A folder as a pattern of file(GLOB) that means only this folder, whatever signs are in its path.
function(workshop_glob_folder result folder)
  string(REGEX REPLACE "([[?*])" "[\\1]" folder "${folder}")
  set(${result} "${folder}" PARENT_SCOPE)
endfunction()

include("${CMAKE_CURRENT_LIST_DIR}/Compiler.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/Mistakes.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/Specs.cmake")
workshop_choose_compiler()

set(WORKSHOP_LAB_OPTIMIZATION "-O0" CACHE STRING "How labs are compiled; -O0 steps best in a debugger")
mark_as_advanced(WORKSHOP_LAB_OPTIMIZATION)
set(WORKSHOP_REPEATS 2 CACHE STRING "How often a check runs a skeleton or a solution; all runs have to agree")
set(WORKSHOP_REPEATS_OF_MISTAKES 1 CACHE STRING "The same for mistakes")
mark_as_advanced(WORKSHOP_REPEATS WORKSHOP_REPEATS_OF_MISTAKES)
option(WORKSHOP_CHECK_EVERYTHING "ctest runs every mistake and specification, not one mistake for each test" OFF)
option(WORKSHOP_WARNINGS_AS_ERRORS "A warning is an error" OFF)
set(WORKSHOP_SANITIZE "" CACHE STRING "Empty, address (with undefined behaviour) or thread")
set_property(CACHE WORKSHOP_SANITIZE PROPERTY STRINGS "" address thread)

# Settings for the calling folder and those below it: standard, build type, sanitizer, linker. Call it after project().
macro(workshop_settings)
  set(CMAKE_CXX_STANDARD 20)
  set(CMAKE_CXX_STANDARD_REQUIRED ON)
  set(CMAKE_CXX_EXTENSIONS OFF)
  set(CMAKE_CXX_SCAN_FOR_MODULES OFF)
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
  if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Debug)  # common is optimised in every build type
  endif()

  if(WORKSHOP_SANITIZE STREQUAL "address")
    add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
    add_link_options(-fsanitize=address,undefined)
  elseif(WORKSHOP_SANITIZE STREQUAL "thread")
    add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
    add_link_options(-fsanitize=thread)
  elseif(NOT WORKSHOP_SANITIZE STREQUAL "")
    message(FATAL_ERROR "WORKSHOP_SANITIZE is \"${WORKSHOP_SANITIZE}\"; it may be empty, address or thread.")
  endif()

  # mold links a lab several times faster than the usual linkers, and linking is part of every edit.
  if(NOT APPLE)
    include(CheckLinkerFlag)
    check_linker_flag(CXX -fuse-ld=mold WORKSHOP_HAVE_MOLD)
    if(WORKSHOP_HAVE_MOLD)
      string(APPEND CMAKE_EXE_LINKER_FLAGS " -fuse-ld=mold")
    endif()
  endif()
endmacro()

# Warnings for `target`. Labs get the usual ones; the library and its tests, which attendees do not write, get more.
function(workshop_warnings target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic
    -Wno-missing-field-initializers  # Bounds{.faults_max = 1} leaves the rest at its default: that is the idea
    -Wno-deprecated-declarations  # libstdc++ 12 uses its own deprecated get_temporary_buffer in std::stable_sort
    $<$<BOOL:${WORKSHOP_WARNINGS_AS_ERRORS}>:-Werror>)
  if("LAB" IN_LIST ARGN)
    target_compile_options(${target} PRIVATE -Werror=unused-result)  # a task that is not awaited never runs
  else()
    target_compile_options(${target} PRIVATE
      -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor -Woverloaded-virtual)
  endif()
endfunction()

# Adds the library (ARGN: EXCLUDE_FROM_ALL, for whoever builds only what it needs). The labs' precompiled header comes first:
# Ninja begins with what comes first in its file, and the header's code takes longest on one core.
macro(workshop_add_library)
  add_subdirectory("${workshop_root}/common/precompiled" "${CMAKE_BINARY_DIR}/common/precompiled" ${ARGN})
  add_subdirectory("${workshop_root}/common" "${CMAKE_BINARY_DIR}/common" ${ARGN})
endmacro()

# A lab that is built alone adds the library itself.
macro(workshop_need_library)
  if(NOT TARGET workshop_common)
    workshop_settings()
    enable_testing()
    include("${workshop_root}/cmake/Dependencies.cmake")
    workshop_add_library(EXCLUDE_FROM_ALL)
  endif()
endmacro()

# Adds the lab of the current folder, labs/NN-name, and its solution from solutions/NN-name if that exists.
#
#   workshop_add_lab(SOURCES <the file that the attendee edits, then those that are given> TESTS <test files>
#     [LIBRARIES <of common, beyond the usual ones, such as workshop_http>])
#
# Tests and given sources are compiled once and linked with the skeleton (labNN), the solution (labNN_solution) and each
# mistake (labNN_mistake_<name>), which are one source file each.
macro(workshop_add_lab)
  set(_workshop_lab_arguments "${ARGN}")
  if("workshop_runtime" IN_LIST _workshop_lab_arguments)
    set(WORKSHOP_NEEDS_RUNTIME ON)  # and so a library for its log, which other labs do without
  endif()
  workshop_need_library()
  _workshop_add_lab(${ARGN})
endmacro()

function(_workshop_add_lab)
  cmake_parse_arguments(PARSE_ARGV 0 lab "" "" "SOURCES;TESTS;LIBRARIES")
  if(lab_UNPARSED_ARGUMENTS OR NOT lab_SOURCES OR NOT lab_TESTS)
    message(FATAL_ERROR "workshop_add_lab(SOURCES <files> TESTS <files>) in ${CMAKE_CURRENT_SOURCE_DIR}")
  endif()
  get_property(root GLOBAL PROPERTY workshop_root)
  cmake_path(GET CMAKE_CURRENT_SOURCE_DIR FILENAME lab_name)
  if(NOT lab_name MATCHES "^([0-9][0-9])-[a-z0-9-]+$")
    message(FATAL_ERROR "A lab's folder is named NN-name, such as 08-identity-deduplication, not ${lab_name}.")
  endif()
  set(lab_number "${CMAKE_MATCH_1}")
  set(lab "lab${lab_number}")
  set(lab_dir "${CMAKE_CURRENT_SOURCE_DIR}")
  list(POP_FRONT lab_SOURCES lab_edited)

  add_library(${lab}_tests OBJECT ${lab_TESTS} ${lab_SOURCES})
  _workshop_lab_target(${lab}_tests)
  _workshop_compile_together(${lab}_tests ${lab_TESTS})
  _workshop_lab_program(${lab} ${lab_edited})

  if(EXISTS "${root}/solutions/${lab_name}/CMakeLists.txt")
    add_subdirectory("${root}/solutions/${lab_name}" "${CMAKE_CURRENT_BINARY_DIR}/solution")
  else()
    _workshop_add_check(lab.${lab_number} "lab" COMMAND ${lab})
  endif()
endfunction()

# Adds the solution of the current folder, solutions/NN-name; called from its CMakeLists.txt only.
#
#   workshop_add_solution(SOURCES <the file that replaces the one which the attendee edits>
#     [MISTAKES <mistakes/ files: each a diff against it, or a file that replaces it as well>]
#     [STEPS <steps/ files: K.diff leaves of it what solves the steps up to K>]
#     [RED <"name of a skeleton's test" "how it fails when not by its TODO">...])
function(workshop_add_solution)
  cmake_parse_arguments(PARSE_ARGV 0 solution "" "" "SOURCES;MISTAKES;STEPS;RED")
  cmake_path(GET lab_edited FILENAME edited_name)
  if(solution_UNPARSED_ARGUMENTS OR NOT "${solution_SOURCES}" MATCHES "(^|/)${edited_name}$")
    message(FATAL_ERROR "workshop_add_solution(SOURCES <folder>/${edited_name} [MISTAKES <files>] "
      "[RED <test> <reason>...]) in ${CMAKE_CURRENT_SOURCE_DIR}: a solution replaces the one file of ${lab_name} that the "
      "attendee edits.")
  endif()
  _workshop_lab_program(${lab}_solution ${solution_SOURCES})

  if(NOT TARGET workshop_runner)  # a lab that opened alone: plain tests
    _workshop_add_check(lab.${lab_number} "lab" COMMAND ${lab})
    _workshop_add_check(solution.${lab_number} "solution" COMMAND ${lab}_solution)
  else()
    set(reds "")
    while(solution_RED)
      list(POP_FRONT solution_RED test reason)
      if("${reason}" STREQUAL "")
        message(FATAL_ERROR "RED of ${lab_name} takes pairs: the test \"${test}\" has no reason.")
      endif()
      list(APPEND reds --red "${test}=${reason}")
    endwhile()
    _workshop_add_check(lab.${lab_number}.skeleton "lab;kit"
      COMMAND workshop_runner expect skeleton --repeat ${WORKSHOP_REPEATS} --program $<TARGET_FILE:${lab}> ${reds})
    _workshop_add_check(solution.${lab_number} "solution"
      COMMAND workshop_runner expect solution --repeat ${WORKSHOP_REPEATS} --program $<TARGET_FILE:${lab}_solution>
        --readme "${lab_dir}/README.md")
    if(WORKSHOP_CHECK_EVERYTHING AND NOT lab_edited MATCHES "\\.tla$")
      _workshop_add_check(prove.${lab_number} "solution;prove"
        COMMAND ${CMAKE_COMMAND} -E env WORKSHOP_EXPLORE=prove=45 $<TARGET_FILE:${lab}_solution> "[exam],~[.],[planted]")
      set_tests_properties(prove.${lab_number} PROPERTIES TIMEOUT 600)  # half a minute of processor time, on a busy machine
    endif()
    if(lab_edited MATCHES "\\.tla$")  # what both ask TLC about what is given is then asked once
      set_tests_properties(solution.${lab_number} PROPERTIES DEPENDS lab.${lab_number}.skeleton)
    endif()
  endif()

  foreach(file IN LISTS solution_STEPS)
    cmake_path(GET file STEM step)
    workshop_mistake_source(source "${file}" "${solution_SOURCES}")
    _workshop_lab_program(${lab}_step${step} ${source})
    target_link_options(${lab}_step${step} PRIVATE LINKER:-S)
    if(NOT WORKSHOP_CHECK_EVERYTHING)
      set_target_properties(${lab}_step${step} PROPERTIES EXCLUDE_FROM_ALL ON)
    elseif(TARGET workshop_runner)
      _workshop_add_check(step.${lab_number}.${step} "solution" COMMAND workshop_runner expect step
        --program $<TARGET_FILE:${lab}_step${step}> --step ${step} --source "${CMAKE_CURRENT_SOURCE_DIR}/${file}" ${reds})
    endif()
  endforeach()

  set(mistake_sources "")
  workshop_checked_mistakes(checked_mistakes ${solution_MISTAKES})
  foreach(file IN LISTS solution_MISTAKES)
    cmake_path(GET file STEM mistake)
    workshop_mistake_source(source "${file}" "${solution_SOURCES}")
    _workshop_lab_program(${lab}_mistake_${mistake} ${source})
    # Without debug information: nobody debugs mistakes, and there are hundreds of them.
    set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS -g0)
    set(only_named "")
    if(source MATCHES "\\.tla$" OR NOT WORKSHOP_CHECK_EVERYTHING)
      set(only_named --only-named)  # with TLC each test may take seconds
    endif()
    target_link_options(${lab}_mistake_${mistake} PRIVATE LINKER:-S)
    if(NOT file IN_LIST checked_mistakes OR NOT TARGET workshop_runner)  # who wants to see it has it built then
      set_target_properties(${lab}_mistake_${mistake} PROPERTIES EXCLUDE_FROM_ALL ON)
    else()
      _workshop_add_check(mistake.${lab_number}.${mistake} "mistake"
        COMMAND workshop_runner expect mistake --repeat ${WORKSHOP_REPEATS_OF_MISTAKES} --program $<TARGET_FILE:${lab}_mistake_${mistake}>
          --source "${CMAKE_CURRENT_SOURCE_DIR}/${file}" ${only_named})
    endif()
    list(APPEND mistake_sources "${source}")
  endforeach()
  set(lab_mistakes "${solution_MISTAKES}" PARENT_SCOPE)  # for workshop_add_spec()
  set(lab_mistake_sources "${mistake_sources}" PARENT_SCOPE)
endfunction()

# A program of the current lab: its tests and given sources linked with one more.
function(_workshop_lab_program target)
  workshop_spec_sources(sources ${target} ${ARGN})
  add_executable(${target} ${sources})
  _workshop_lab_target(${target})
  target_link_libraries(${target} PRIVATE ${lab}_tests)
endfunction()

# Compiles these sources of `target` as one: most of a test file's compile time is the code of inline functions and templates
# that all test files of a lab use. So their file-local names must differ. -DCMAKE_UNITY_BUILD=OFF compiles file by file.
function(_workshop_compile_together target)
  if(NOT DEFINED CMAKE_UNITY_BUILD)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
    set_source_files_properties(${ARGN} PROPERTIES UNITY_GROUP tests)
  endif()
endfunction()

# All lab code is compiled with the same options, so that it can share one precompiled header.
function(_workshop_lab_target target)
  target_include_directories(${target} PRIVATE "${lab_dir}/src" "${lab_dir}/tests")
  target_link_libraries(${target} PRIVATE workshop::testing workshop_lab_options ${lab_LIBRARIES})
  workshop_warnings(${target} LAB)
  if(TARGET workshop_pch)
    workshop_use_precompiled(${target})
  endif()
endfunction()

function(_workshop_add_check name labels)
  add_test(NAME ${name} ${ARGN})
  set_tests_properties(${name} PROPERTIES LABELS "${labels}" TIMEOUT 120 SKIP_RETURN_CODE 4)
  if(name MATCHES "^mistake|[.]skeleton$")
    set_property(GLOBAL APPEND PROPERTY workshop_checks_of_failures ${name})
  endif()
endfunction()
