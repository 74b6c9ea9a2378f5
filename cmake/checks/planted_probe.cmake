# Runs the compiler probe with a bug in its own Task, which looks like a compiler's bug, and prints the result.

cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/../Compiler.cmake")
workshop_probe_run(wrong "${COMPILER}" -O0 -DPROBE_PLANTED_BUG)
message(NOTICE "${wrong}")
