# Checks that no source file has more than LINES_MAX lines:  cmake -D ROOT=<tree> -D LINES_MAX=500 -P file_lengths.cmake

cmake_minimum_required(VERSION 3.25)

file(GLOB_RECURSE files RELATIVE "${ROOT}"
  "${ROOT}/common/*.[ch]pp" "${ROOT}/labs/*.[ch]pp" "${ROOT}/solutions/*.[ch]pp"
  "${ROOT}/cmake/*.cmake" "${ROOT}/cmake/*.cpp")
list(FILTER files EXCLUDE REGEX "/build/")
set(violations 0)
foreach(file IN LISTS files)
  file(READ "${ROOT}/${file}" text)
  string(REGEX REPLACE "[^\n]" "" newlines "${text}")
  string(LENGTH "${newlines}" lines)
  if(lines GREATER LINES_MAX)
    math(EXPR violations "${violations} + 1")
    message(NOTICE "${file}: ${lines} lines")
  endif()
endforeach()

list(LENGTH files files_count)
if(files_count EQUAL 0)
  message(FATAL_ERROR "No source file was found under ${ROOT}: nothing was checked.")
endif()
if(violations GREATER 0)
  message(FATAL_ERROR "${violations} files have more than ${LINES_MAX} lines.")
endif()
message(STATUS "None of ${files_count} files has more than ${LINES_MAX} lines.")
