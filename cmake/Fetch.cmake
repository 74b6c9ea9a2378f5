# Gets the libraries that this machine lacks: their pinned archives, unpacked and added to the build.
#
# First each library is looked for, then what is missing is fetched together, so that one sentence names all of it where
# there is no network. Archives are kept in WORKSHOP_ARCHIVES, which all build folders share and which a machine without a
# network can be given.

include_guard(GLOBAL)
include(FetchContent)

get_filename_component(_workshop_archives "${CMAKE_CURRENT_LIST_DIR}/../.cache/archives" ABSOLUTE)
set(WORKSHOP_ARCHIVES "${_workshop_archives}" CACHE PATH "Where the archives of libraries are kept that were fetched")
mark_as_advanced(WORKSHOP_ARCHIVES)

set(WORKSHOP_FETCH_PATIENCE_S 5 CACHE STRING "Seconds without an answer after which a server counts as not there")
mark_as_advanced(WORKSHOP_FETCH_PATIENCE_S)

set(workshop_missing "")  # names of libraries

# Notes that the library `name` has to be fetched, unless `target` exists. FILE: what its archive is called when kept.
macro(workshop_need name target)
  if(NOT TARGET ${target})
    cmake_parse_arguments(_workshop_need "" "FILE;URL;SHA256" "" ${ARGN})
    list(APPEND workshop_missing ${name})
    set(workshop_file_${name} "${_workshop_need_FILE}")
    set(workshop_url_${name} "${_workshop_need_URL}")
    set(workshop_sha256_${name} "${_workshop_need_SHA256}")
  endif()
endmacro()

# Fetches the archives of all that is missing, or ends the configuration with one sentence.
function(workshop_get_archives)
  set(wanted "")
  set(files "")
  set(why "")
  foreach(name IN LISTS workshop_missing)
    set(file "${WORKSHOP_ARCHIVES}/${workshop_file_${name}}")
    string(TOUPPER "${name}" upper)
    if(FETCHCONTENT_SOURCE_DIR_${upper})
      continue()
    endif()
    if(EXISTS "${file}")
      file(SHA256 "${file}" sha256)
      if(sha256 STREQUAL workshop_sha256_${name})
        continue()
      endif()
      file(REMOVE "${file}")
    endif()
    list(APPEND wanted ${name})
    list(APPEND files "${workshop_file_${name}}")
    if(why STREQUAL "")
      message(STATUS "${name}: not on this machine; fetching ${workshop_url_${name}}")
      workshop_download(why "${workshop_url_${name}}" "${file}" "${workshop_sha256_${name}}")
      if(why STREQUAL "")
        list(POP_BACK wanted)
        list(POP_BACK files)
      endif()
    endif()
  endforeach()
  if(NOT why STREQUAL "")
    list(LENGTH wanted count)
    list(JOIN wanted ", " wanted)
    list(JOIN files ", " files)
    set(verb "is")
    set(it "it")
    if(count GREATER 1)
      set(verb "are")
      set(it "them")
    endif()
    message(FATAL_ERROR "${wanted} ${verb} not on this machine and cannot be fetched: ${why}. Install ${it} (scripts/setup says "
      "how), connect this machine to a network, or copy ${files} from one that has run this to ${WORKSHOP_ARCHIVES}.")
  endif()
endfunction()

# Puts what `url` names into `file`. `result` is empty, or a clause that says why it cannot.
function(workshop_download result url file sha256)
  set(part "${file}.part")
  # The first byte tells whether anybody is there, long before the time is over that a connection may take.
  file(DOWNLOAD "${url}" "${part}" RANGE_START 0 RANGE_END 0 TIMEOUT ${WORKSHOP_FETCH_PATIENCE_S} STATUS status)
  list(GET status 0 code)
  set(size 0)
  if(EXISTS "${part}")
    file(SIZE "${part}" size)
  endif()
  if(code EQUAL 0 OR size GREATER 0)
    file(DOWNLOAD "${url}" "${part}" INACTIVITY_TIMEOUT ${WORKSHOP_FETCH_PATIENCE_S} STATUS status)
    list(GET status 0 code)
  endif()
  if(NOT code EQUAL 0)
    list(GET status 1 text)
    string(REGEX REPLACE "^\"|\"$" "" text "${text}")
    file(REMOVE "${part}")
    set(${result} "${url} does not answer (${text})" PARENT_SCOPE)
    return()
  endif()
  file(SHA256 "${part}" got)
  if(NOT got STREQUAL sha256)
    file(REMOVE "${part}")
    set(${result} "${url} gives another file than the one whose SHA256 is ${sha256}" PARENT_SCOPE)
    return()
  endif()
  file(RENAME "${part}" "${file}")
  set(${result} "" PARENT_SCOPE)
endfunction()

# Adds a library that workshop_get_archives() has fetched, quietly: its warnings, its headers' tests and its install rules
# are not ours.
macro(workshop_add_fetched name)
  # SYSTEM stands first: behind URL, CMake 3.25 takes it for another URL.
  FetchContent_Declare(${name} SYSTEM
    URL "${WORKSHOP_ARCHIVES}/${workshop_file_${name}}"
    URL_HASH SHA256=${workshop_sha256_${name}}
    DOWNLOAD_EXTRACT_TIMESTAMP OFF)
  set(_workshop_verify_headers "${CMAKE_VERIFY_INTERFACE_HEADER_SETS}")
  set(CMAKE_VERIFY_INTERFACE_HEADER_SETS OFF)
  set(CMAKE_POLICY_VERSION_MINIMUM 3.5)  # CMake 4 refuses projects that ask for less
  FetchContent_MakeAvailable(${name})
  unset(CMAKE_POLICY_VERSION_MINIMUM)
  set(CMAKE_VERIFY_INTERFACE_HEADER_SETS "${_workshop_verify_headers}")
endmacro()
