# Typical mistakes of a lab, solutions/NN-name/mistakes: each is NAME.diff, a header and a diff against the solution; or
# NAME.cpp or NAME.tla, a whole file for one that has little in common with it.

include_guard(GLOBAL)

set_property(GLOBAL PROPERTY workshop_apply_mistake "${CMAKE_CURRENT_LIST_DIR}/apply_mistake.sh")

# The source of the mistake `file` of the current solution, in `out`: a whole file as it is; of a diff the file `solution`
# with the diff applied, which the build makes anew when either has changed.
function(workshop_mistake_source out file solution)
  if(NOT EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/${file}")
    message(FATAL_ERROR "MISTAKES of ${CMAKE_CURRENT_SOURCE_DIR}/CMakeLists.txt has ${file}, which is not there.")
  endif()
  if(NOT file MATCHES "\\.diff$")
    set(${out} "${file}" PARENT_SCOPE)
    return()
  endif()
  get_property(apply GLOBAL PROPERTY workshop_apply_mistake)
  cmake_path(GET file STEM mistake)
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/mistakes/${mistake}")
  set(source "${folder}/${solution}")
  add_custom_command(OUTPUT "${source}"
    COMMAND sh "${apply}" "${CMAKE_CURRENT_SOURCE_DIR}" "${file}" "${solution}" "${folder}"
    DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${file}" "${CMAKE_CURRENT_SOURCE_DIR}/${solution}" "${apply}"
    COMMENT "Applying ${mistake}.diff" VERBATIM)
  # What the solution includes by a path from its own folder is found from the build's folder too.
  cmake_path(GET solution PARENT_PATH solution_folder)
  set_source_files_properties("${source}" PROPERTIES
    INCLUDE_DIRECTORIES "${CMAKE_CURRENT_SOURCE_DIR}/${solution_folder}")
  set(${out} "${source}" PARENT_SCOPE)
endfunction()

# The mistakes that ctest checks: all of them, or one for each test that catches any.
function(workshop_checked_mistakes result)
  set(checked "")
  set(catching_tests "")
  foreach(file IN LISTS ARGN)
    file(STRINGS "${CMAKE_CURRENT_SOURCE_DIR}/${file}" test REGEX "^(// )?caught by: " LIMIT_COUNT 1)
    string(REGEX REPLACE "^// " "" test "${test}")
    if(WORKSHOP_CHECK_EVERYTHING OR NOT test IN_LIST catching_tests)
      list(APPEND checked ${file})
      list(APPEND catching_tests "${test}")
    endif()
  endforeach()
  set(${result} ${checked} PARENT_SCOPE)
endfunction()
