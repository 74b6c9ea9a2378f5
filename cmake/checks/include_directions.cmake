# Checks which folder includes which:  cmake -D ROOT=<a tree like this repository> -P include_directions.cmake
#
#   protocol, process (← engines), core ← sqlite ← broker, store, http ← endpoint ← explore, runtime ← modelcheck ← shop ← live_shop, testing ← labs
#
# and within explore/, where the files of the folder itself stand above all of its rooms but play/:
#
#   scenario ← oracle ← world ← drivers ← story ← picture ← its own files ← play
#
# A folder includes itself and folders of lower levels, never another folder of its own level. The runner is separate: it
# includes itself, protocol, process and engines, and no other folder includes it. A lab includes the library and its own files,
# never another lab; only a mistake named …_of_lab_NN may include the solution of lab NN. Of a mistake that is a diff, the includes
# that it adds count.
# Only sqlite/*.cpp includes sqlite3.h, only http/*.cpp, runtime/*.cpp and runner/pages/*.cpp Asio and Beast, only
# runtime/logging.cpp and the doctor's probe spdlog, only store/postgres/ libpqxx, only store/rest/ libcurl, only store/cosmos/
# OpenSSL, only broker/rabbitmq/ librabbitmq, only process/*.cpp spawn.h and sys/wait.h, because programs are started
# in one place; tests of the library may include all of them. Prints every violation.

cmake_minimum_required(VERSION 3.25)

set(level_protocol 0)
set(level_process 0)
set(level_engines 1)
set(level_core 0)
set(level_sqlite 1)
set(level_broker 2)
set(level_store 2)
set(level_http 2)
set(level_endpoint 3)
set(level_explore 4)
set(level_runtime 4)
set(level_modelcheck 5)
set(level_shop 6)
set(level_testing 7)
set(level_live_shop 7)

set(level_explore_scenario 0)
set(level_explore_oracle 1)
set(level_explore_world 2)
set(level_explore_drivers 3)
set(level_explore_story 4)
set(level_explore_picture 5)
set(level_explore_ 6)
set(level_explore_play 7)

set(violations 0)
set(includes_count 0)

function(violation text)
  math(EXPR violations "${violations} + 1")
  set(violations ${violations} PARENT_SCOPE)
  message(NOTICE "${text}")
endfunction()

# Checks one include of `file`, a path relative to ROOT.
macro(check_include file header)
  string(REGEX MATCH "^workshop/([a-z_]+)/" ignored "${header}")
  set(target "${CMAKE_MATCH_1}")
  if(NOT "${ignored}" STREQUAL "")
    if("${file}" MATCHES "^common/workshop/([a-z_]+)/")
      check_layers("${file}" "${CMAKE_MATCH_1}" "${target}" "${header}")
      check_rooms_of_explore("${file}" "${header}")
    elseif("${target}" STREQUAL "runner" AND NOT "${file}" MATCHES "^common/tests/runner/")
      violation("${file}: includes ${header}, but nobody includes the runner")
    elseif(NOT DEFINED level_${target} AND NOT "${target}" STREQUAL "runner")
      violation("${file}: includes ${header}, a folder with no place in the order")
    endif()
  elseif("${file}" MATCHES "^solutions/[^/]+/mistakes/[a-z_]+_of_lab_[0-9][0-9]\\.cpp$" AND
      "${header}" MATCHES "^\\.\\./\\.\\./[0-9][0-9]-[a-z-]+/src/")
    # A later lab's tests are run against an earlier lab's solution as it is.
  elseif("${header}" MATCHES "\\.\\./|^(labs|solutions)/")
    violation("${file}: includes ${header}, a path out of its own folder")
  endif()
  if("${header}" STREQUAL "sqlite3.h" AND NOT "${file}" MATCHES
      "^common/(workshop/sqlite/[a-z_]+\\.cpp$|tests/|benchmarks/)")
    violation("${file}: includes sqlite3.h, which only sqlite/*.cpp sees")
  endif()
  if("${header}" MATCHES "^boost/(asio|beast)(/|\\.hpp)" AND NOT "${file}" MATCHES
      "^common/(workshop/(http|runtime|runner/pages)/[a-z_]+\\.cpp$|tests/|benchmarks/)")
    violation("${file}: includes ${header}, but only http/*.cpp, runtime/*.cpp and runner/pages/*.cpp see Asio and Beast")
  endif()
  if("${header}" MATCHES "^spdlog/" AND NOT "${file}" MATCHES
      "^common/(workshop/runtime/logging\\.cpp$|workshop/runner/doctor/|tests/)")
    violation("${file}: includes ${header}, but only runtime/logging.cpp sees spdlog")
  endif()
  if("${header}" MATCHES "^pqxx/" AND NOT "${file}" MATCHES "^common/(workshop/store/postgres/|tests/)")
    violation("${file}: includes ${header}, but only store/postgres/ sees libpqxx")
  endif()
  if("${header}" MATCHES "^amqp[a-z_]*\\.h$" AND NOT "${file}" MATCHES "^common/(workshop/broker/rabbitmq/|tests/)")
    violation("${file}: includes ${header}, but only broker/rabbitmq/ sees librabbitmq")
  endif()
  if("${header}" MATCHES "^curl/" AND NOT "${file}" MATCHES "^common/(workshop/store/rest/|tests/)")
    violation("${file}: includes ${header}, but only store/rest/ sees libcurl")
  endif()
  if("${header}" MATCHES "^openssl/" AND NOT "${file}" MATCHES "^common/(workshop/store/cosmos/|tests/)")
    violation("${file}: includes ${header}, but only store/cosmos/ sees OpenSSL")
  endif()
  if("${header}" MATCHES "^(spawn|sys/wait)\\.h$" AND NOT "${file}" MATCHES "^common/(workshop/process/[a-z_]+\\.cpp$|tests/)")
    violation("${file}: includes ${header}, but programs are started in process/*.cpp only")
  endif()
endmacro()

function(check_layers where from to header)
  if(from STREQUAL to)
    return()
  endif()
  if(from STREQUAL "runner" AND to MATCHES "^(protocol|process|engines)$")
    return()
  endif()
  if(from STREQUAL "runner" OR to STREQUAL "runner")
    violation("${file}: includes ${header}, but the runner stands apart: it knows protocol, process and engines only")
  elseif(NOT DEFINED level_${from} OR NOT DEFINED level_${to})
    violation("${file}: includes ${header}, and one of these folders has no place in the order")
  elseif(NOT level_${to} LESS level_${from})
    violation("${file}: includes ${header}, but ${from} does not stand above ${to}")
  endif()
  set(violations ${violations} PARENT_SCOPE)
endfunction()

function(check_rooms_of_explore file header)
  string(REGEX MATCH "^common/workshop/explore/(([a-z]+)/)?[a-z_]+\\.[ch]pp$" of_explore "${file}")
  set(from "explore_${CMAKE_MATCH_2}")
  string(REGEX MATCH "^workshop/explore/(([a-z]+)/)?[a-z_]+\\.hpp$" to_explore "${header}")
  set(to "explore_${CMAKE_MATCH_2}")
  if("${of_explore}" STREQUAL "" OR "${to_explore}" STREQUAL "" OR from STREQUAL to)
    return()
  endif()
  if(NOT DEFINED level_${from} OR NOT DEFINED level_${to})
    violation("${file}: includes ${header}, and one of these rooms has no place in the order")
  elseif(NOT level_${to} LESS level_${from})
    violation("${file}: includes ${header}, but its room does not stand above that one")
  endif()
  set(violations ${violations} PARENT_SCOPE)
endfunction()

string(REGEX REPLACE "([[?*])" "[\\1]" tree "${ROOT}")  # a pattern that means only this folder
file(GLOB_RECURSE files RELATIVE "${ROOT}"
  "${tree}/common/*.[ch]pp" "${tree}/labs/*.[ch]pp" "${tree}/solutions/*.[ch]pp" "${tree}/solutions/*.diff")
list(FILTER files EXCLUDE REGEX "/build/")
foreach(file IN LISTS files)
  set(sign "")
  if(file MATCHES "\\.diff$")
    set(sign "[+]")  # what a mistake includes beyond its solution
  endif()
  file(STRINGS "${ROOT}/${file}" lines REGEX "^${sign}[ \t]*#[ \t]*include[ \t]*[<\"]")
  foreach(line IN LISTS lines)
    string(REGEX REPLACE "^${sign}[ \t]*#[ \t]*include[ \t]*[<\"]([^>\"]+).*$" "\\1" header "${line}")
    check_include("${file}" "${header}")
    math(EXPR includes_count "${includes_count} + 1")
  endforeach()
endforeach()

list(LENGTH files files_count)
if(includes_count EQUAL 0)
  message(FATAL_ERROR "No include was found under ${ROOT}: nothing was checked.")
endif()
if(violations GREATER 0)
  message(FATAL_ERROR "${violations} includes go the wrong way.")
endif()
message(STATUS "${includes_count} includes in ${files_count} files go the right way.")
