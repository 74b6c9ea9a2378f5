# Labs whose one file to edit is a specification (a .tla file) and not C++.
#
# A program of such a lab is linked from its tests and from a source that says where the specification is. The program
# reads it when it runs, so an edit compiles nothing. Only a mistake's specification is made by the build (Mistakes.cmake),
# so it is one of the program's sources too.

include_guard(GLOBAL)

set_property(GLOBAL PROPERTY workshop_spec_template "${CMAKE_CURRENT_LIST_DIR}/spec_file.cpp.in")

# Sets `out` to the sources of the program `target` of the current lab; a .tla file is replaced by the source that names it.
function(workshop_spec_sources out target)
  set(sources "")
  foreach(file IN LISTS ARGN)
    if(file MATCHES "\\.tla$")
      get_filename_component(WORKSHOP_SPEC_FILE "${file}" ABSOLUTE)
      set(WORKSHOP_LAB_FOLDER "${lab_dir}")
      get_property(template GLOBAL PROPERTY workshop_spec_template)
      list(APPEND sources "${file}")
      set(file "${CMAKE_CURRENT_BINARY_DIR}/${target}_spec_file.cpp")
      configure_file("${template}" "${file}" @ONLY)
    endif()
    list(APPEND sources "${file}")
  endforeach()
  set(${out} "${sources}" PARENT_SCOPE)
endfunction()
