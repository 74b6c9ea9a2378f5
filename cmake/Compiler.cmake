# Picks the compiler, before project(), and refuses one that miscompiles coroutines.
#
# Every handler of this kit is a coroutine, so the compiler is judged by running such handlers: probe/probe.cpp is compiled
# without and with optimisation, and run. A compiler that the user has chosen (-D CMAKE_CXX_COMPILER, the environment's
# CXX) is probed and never replaced. Otherwise the first of workshop_compiler_candidates that passes is used.
# Verdicts are kept in WORKSHOP_PROBE_DIR, keyed by the compiler's path, size and time, and by the probe's text.

set(WORKSHOP_PROBE_DIR "${CMAKE_BINARY_DIR}/probe" CACHE PATH "Where the compiler probe keeps its verdicts")
mark_as_advanced(WORKSHOP_PROBE_DIR)
set(workshop_probe_source "${CMAKE_CURRENT_LIST_DIR}/probe/probe.cpp")

set(workshop_compiler_candidates
  clang++-22 clang++-21 clang++-20 clang++-19 clang++-18 clang++-17 clang++-16 clang++ c++ g++)

# How to fix it, as the end of a sentence: what to install on this machine.
function(workshop_compiler_mend result)
  if(CMAKE_HOST_APPLE)
    set(mend "install Xcode 15 or newer: xcode-select --install")
  else()
    set(mend "install Clang 16 or newer: scripts/setup does it, or says how")
  endif()
  set(${result} "${mend}" PARENT_SCOPE)
endfunction()

# How to fix a compiler that finds no C++ standard library to compile or link with.
function(workshop_library_mend result command)
  if("-stdlib=libc++" IN_LIST command)
    set(mend "install libc++ and libc++abi (on Debian and Ubuntu libc++-<version of Clang>-dev and libc++abi-<version of "
      "Clang>-dev), or leave -stdlib=libc++ out")
    string(CONCAT mend ${mend})
  else()
    # Clang uses the library of the newest GCC that is installed, even if only the C part of that GCC is.
    list(GET command 0 program)
    execute_process(COMMAND ${program} -v ERROR_VARIABLE told OUTPUT_QUIET)
    if("${told}" MATCHES "Selected GCC installation: [^\n]*/([0-9]+)[^/\n]*\n")
      set(mend "install g++-${CMAKE_MATCH_1}, whose library it looks for (on Debian and Ubuntu the package is "
        "libstdc++-${CMAKE_MATCH_1}-dev)")
      string(CONCAT mend ${mend})
    else()
      set(mend "install the C++ standard library, which comes with g++")
    endif()
  endif()
  set(${result} "${mend}" PARENT_SCOPE)
endfunction()

set(WORKSHOP_PROBE_PATIENCE_S 600)  # on a busy machine the second of work that it is has taken more than two minutes

# Compiles the probe with one set of flags and runs it. `result` is empty on success, else it says what went wrong. Where
# no program may run, or the machine has no time for it, no compiler can be judged: that ends the configuration.
function(workshop_probe_run result command)
  string(MD5 name "${command}${ARGN}")
  set(program "${WORKSHOP_PROBE_DIR}/${name}${CMAKE_EXECUTABLE_SUFFIX}")
  execute_process(COMMAND ${command} -std=c++20 ${ARGN} "${workshop_probe_source}" -o "${program}"
    RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output TIMEOUT ${WORKSHOP_PROBE_PATIENCE_S})
  if("${status}" MATCHES "timeout")
    list(GET command 0 path)
    message(FATAL_ERROR "${path} has not compiled a small program in ${WORKSHOP_PROBE_PATIENCE_S} s, so it cannot be judged. "
      "Try again when this machine has less to do.")
  endif()
  if(NOT status EQUAL 0)
    string(REGEX MATCH "[^\n]*(cannot find -l|library not found|unable to find library)[^\n]*" line "${output}")
    if(line STREQUAL "")
      string(REGEX MATCH "error: [^\n]+" line "${output}")
    endif()
    string(REGEX REPLACE "^.*error: |^[^ ]*ld[^ ]*: " "" line "${line}")
    if(line STREQUAL "")
      string(REGEX MATCH "[^\n]+" line "${output} ${status}")
    endif()
    set(${result} "stops with `${line}`" PARENT_SCOPE)
    return()
  endif()
  execute_process(COMMAND "${program}" RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_QUIET TIMEOUT 120
    OUTPUT_STRIP_TRAILING_WHITESPACE)
  file(REMOVE "${program}")
  if("${status}" MATCHES "[Pp]ermission denied|[Aa]ccess denied")
    message(FATAL_ERROR "No program may be run in ${WORKSHOP_PROBE_DIR}: its file system is mounted noexec. "
      "Move this checkout to another one.")
  endif()
  if(NOT status EQUAL 0 AND output STREQUAL "")
    set(output "builds handlers that crash (${status})")
  elseif(status EQUAL 0)
    set(output "")
  endif()
  set(${result} "${output}" PARENT_SCOPE)
endfunction()

# Probes `compiler`, a command line. `result` is empty if it passes, else a clause that names the compiler and its fault.
function(workshop_probe_compiler result compiler)
  separate_arguments(command UNIX_COMMAND "${compiler}")
  list(POP_FRONT command program)
  # Which standard library it shall use is part of what is judged.
  if("$ENV{CXXFLAGS} ${CMAKE_CXX_FLAGS}" MATCHES "-stdlib=[a-z+]+")
    list(APPEND command "${CMAKE_MATCH_0}")
  endif()
  unset(path)
  find_program(path NAMES "${program}" NO_CACHE)
  if(NOT path)
    set(${result} "${program} is not there" PARENT_SCOPE)
    return()
  endif()
  file(REAL_PATH "${path}" real_path)
  file(TIMESTAMP "${real_path}" time)
  file(SIZE "${real_path}" size)
  file(SHA256 "${workshop_probe_source}" probe)
  string(MD5 key "${path} ${real_path} ${command} ${time} ${size} ${probe}")
  set(verdict_file "${WORKSHOP_PROBE_DIR}/${key}.txt")
  if(EXISTS "${verdict_file}")
    file(READ "${verdict_file}" verdict)
    set(${result} "${verdict}" PARENT_SCOPE)
    return()
  endif()

  message(STATUS "Probing ${path}: does it run coroutines right?")
  file(MAKE_DIRECTORY "${WORKSHOP_PROBE_DIR}")
  set(command "${path};${command}")
  workshop_probe_run(wrong "${command}" -O0)
  if(wrong STREQUAL "")
    workshop_probe_run(wrong "${command}" -O2)
  elseif(wrong MATCHES "array used as initializer")
    workshop_probe_run(rest "${command}" -O0 -DPROBE_WITHOUT_LISTS)
    string(APPEND wrong " at a braced list in a co_await expression")
    if(rest)
      string(APPEND wrong " and ${rest}")
    endif()
  endif()
  set(verdict "")
  set(kept TRUE)
  if(wrong)
    execute_process(COMMAND ${path} -dumpfullversion -dumpversion OUTPUT_VARIABLE version ERROR_QUIET
      OUTPUT_STRIP_TRAILING_WHITESPACE)
    string(REGEX MATCH "^[0-9.]+" version "${version}")
    cmake_path(GET path FILENAME name)
    if(wrong MATCHES "file not found|No such file|cannot find -l|library not found|unable to find library")
      workshop_library_mend(library_mend "${command}")
      set(verdict "${name} ${version} finds no C++ standard library (it ${wrong}): ${library_mend}")
      set(kept FALSE)  # it is not the compiler that has to change
    else()
      set(verdict "${name} ${version} cannot run this kit's coroutines: it ${wrong}")
    endif()
  endif()
  if(kept)
    file(WRITE "${verdict_file}" "${verdict}")
  endif()
  set(${result} "${verdict}" PARENT_SCOPE)
endfunction()

# Ends the configuration with one sentence: `why`, which includes its punctuation, and how to fix it.
function(workshop_refuse_compiler why)
  unset(CMAKE_CXX_COMPILER CACHE)  # or the next attempt in this folder would be stuck with it
  if(why MATCHES "finds no C\\+\\+ standard library")  # that has its mend already
    string(REGEX REPLACE ";( unset CXX to let the kit choose, or)?$" "" why "${why}")
    message(FATAL_ERROR "${why}.")
  endif()
  workshop_compiler_mend(mend)
  message(FATAL_ERROR "${why} ${mend}.")
endfunction()

# Sets CMAKE_CXX_COMPILER. Called before the first project(); when a language is enabled already, the compiler that CMake
# has chosen is probed like any other choice.
macro(workshop_choose_compiler)
  set(_workshop_chosen "")
  set(_workshop_unset ";")
  if(CMAKE_CXX_COMPILER)
    set(_workshop_chosen "${CMAKE_CXX_COMPILER}")
  elseif(DEFINED ENV{CXX} AND NOT "$ENV{CXX}" STREQUAL "")
    set(_workshop_chosen "$ENV{CXX}")
    set(_workshop_unset "; unset CXX to let the kit choose, or")
  endif()
  if(_workshop_chosen)
    workshop_probe_compiler(_workshop_wrong "${_workshop_chosen}")
    if(_workshop_wrong)
      workshop_refuse_compiler("${_workshop_wrong}${_workshop_unset}")
    endif()
  elseif(NOT CMAKE_TOOLCHAIN_FILE)  # a toolchain file makes its own choice
    workshop_find_compiler(CMAKE_CXX_COMPILER)
  endif()
endmacro()

# Puts the first candidate that passes into `result`, or ends the configuration.
function(workshop_find_compiler result)
  set(refused "")
  set(seen "")
  foreach(candidate IN LISTS workshop_compiler_candidates)
    unset(path)
    find_program(path NAMES "${candidate}" NO_CACHE)
    if(NOT path)
      continue()
    endif()
    file(REAL_PATH "${path}" real_path)
    if(real_path IN_LIST seen AND NOT real_path MATCHES "ccache")
      continue()
    endif()
    list(APPEND seen "${real_path}")
    workshop_probe_compiler(wrong "${path}")
    if(NOT wrong)
      set(${result} "${path}" PARENT_SCOPE)
      return()
    endif()
    list(APPEND refused "${wrong}")
  endforeach()
  set(without_library ${refused})
  list(FILTER without_library INCLUDE REGEX "finds no C\\+\\+ standard library")
  if(without_library)  # the shortest way to a compiler that passes
    list(GET without_library 0 refused)
  endif()
  if(NOT refused)
    set(refused "No C++ compiler was found")
  endif()
  list(JOIN refused ", and " refused)
  workshop_refuse_compiler("${refused};")
endfunction()
