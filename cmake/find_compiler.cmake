# Prints the compiler that a configuration takes on this machine, or ends with the sentence that says why there is none:
#
#   cmake -D WORKSHOP_PROBE_DIR=<where verdicts are kept> -P find_compiler.cmake

cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/Compiler.cmake")
workshop_choose_compiler()
if(NOT CMAKE_CXX_COMPILER)
  set(CMAKE_CXX_COMPILER "$ENV{CXX}")
endif()
message(NOTICE "${CMAKE_CXX_COMPILER}")
