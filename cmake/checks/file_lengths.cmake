# Checks that no source file has more than LINES_MAX lines:  cmake -D ROOT=<tree> -D LINES_MAX=500 -P file_lengths.cmake

cmake_minimum_required(VERSION 3.25)

string(REGEX REPLACE "([[?*])" "[\\1]" tree "${ROOT}")  # a pattern that means only this folder
file(GLOB_RECURSE files RELATIVE "${ROOT}"
  "${tree}/common/*.[ch]pp" "${tree}/labs/*.[ch]pp" "${tree}/solutions/*.[ch]pp"
  "${tree}/cmake/*.cmake" "${tree}/cmake/*.cpp")
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
