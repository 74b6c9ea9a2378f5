# The libraries that the kit uses: those installed on the machine if they are new enough, else fetched at pinned versions.
#
# Every archive is pinned by its SHA256. To use a local copy instead of the network, set FETCHCONTENT_SOURCE_DIR_<NAME>
# (CATCH2, FMT, BOOST, SQLITE, SPDLOG, CLI11); to try the fetching path, CMAKE_DISABLE_FIND_PACKAGE_<Name>=ON.

include(FetchContent)

find_package(Threads REQUIRED)

# Fetches a project and adds it without its warnings, its header checks and its install rules.
macro(workshop_fetch name)
  message(STATUS "${name}: not found on this machine, fetched")
  FetchContent_Declare(${name} ${ARGN} SYSTEM)
  set(_workshop_verify_headers "${CMAKE_VERIFY_INTERFACE_HEADER_SETS}")
  set(CMAKE_VERIFY_INTERFACE_HEADER_SETS OFF)
  FetchContent_MakeAvailable(${name})
  set(CMAKE_VERIFY_INTERFACE_HEADER_SETS "${_workshop_verify_headers}")
endmacro()

find_package(fmt 9 CONFIG QUIET)
if(NOT TARGET fmt::fmt)
  workshop_fetch(fmt
    URL https://github.com/fmtlib/fmt/archive/refs/tags/11.1.4.tar.gz
    URL_HASH SHA256=ac366b7b4c2e9f0dde63a59b3feb5ee59b67974b14ee5dc9ea8ad78aa2c1ee1e
    DOWNLOAD_EXTRACT_TIMESTAMP OFF)
endif()

find_package(Boost 1.83 CONFIG QUIET COMPONENTS json)
if(NOT TARGET Boost::json)
  set(BOOST_INCLUDE_LIBRARIES json describe uuid asio beast)
  set(BOOST_ENABLE_CMAKE ON)
  workshop_fetch(Boost
    URL https://github.com/boostorg/boost/releases/download/boost-1.83.0/boost-1.83.0.tar.xz
    URL_HASH SHA256=c5a0688e1f0c05f354bbd0b32244d36085d9ffc9f932e8a18983a9908096f614
    DOWNLOAD_EXTRACT_TIMESTAMP OFF)
  if(NOT TARGET Boost::headers)  # Boost's own build has one target for each library instead
    add_library(Boost::headers INTERFACE IMPORTED)
    target_link_libraries(Boost::headers INTERFACE Boost::describe Boost::uuid Boost::asio Boost::beast)
  endif()
endif()

find_package(SQLite3 3.35 QUIET)
if(NOT TARGET SQLite::SQLite3)
  if(NOT CMAKE_C_COMPILER)  # the C compiler that belongs to the chosen C++ compiler
    string(REGEX REPLACE "clang\\+\\+([^/]*)$" "clang\\1" _workshop_c_compiler "${CMAKE_CXX_COMPILER}")
    if(NOT _workshop_c_compiler STREQUAL CMAKE_CXX_COMPILER AND EXISTS "${_workshop_c_compiler}")
      set(CMAKE_C_COMPILER "${_workshop_c_compiler}")
    endif()
  endif()
  enable_language(C)
  workshop_fetch(sqlite
    URL https://www.sqlite.org/2024/sqlite-amalgamation-3450100.zip
    URL_HASH SHA256=5592243caf28b2cdef41e6ab58d25d653dfc53deded8450eb66072c929f030c4
    DOWNLOAD_EXTRACT_TIMESTAMP OFF)
  add_library(workshop_sqlite STATIC "${sqlite_SOURCE_DIR}/sqlite3.c")
  target_include_directories(workshop_sqlite SYSTEM PUBLIC "${sqlite_SOURCE_DIR}")
  target_compile_options(workshop_sqlite PRIVATE -O2 -w)
  target_link_libraries(workshop_sqlite PRIVATE Threads::Threads ${CMAKE_DL_LIBS})
  add_library(SQLite::SQLite3 ALIAS workshop_sqlite)
endif()

find_package(Catch2 3.5 CONFIG QUIET)
if(NOT TARGET Catch2::Catch2)
  workshop_fetch(Catch2
    URL https://github.com/catchorg/Catch2/archive/refs/tags/v3.7.1.tar.gz
    URL_HASH SHA256=c991b247a1a0d7bb9c39aa35faf0fe9e19764213f28ffba3109388e62ee0269c
    DOWNLOAD_EXTRACT_TIMESTAMP OFF)
endif()

# Only the runtime writes a log.
if(WORKSHOP_SUPERBUILD OR WORKSHOP_NEEDS_RUNTIME)
  find_package(spdlog 1.10 CONFIG QUIET)
  if(NOT TARGET spdlog::spdlog_header_only)
    set(SPDLOG_FMT_EXTERNAL ON CACHE BOOL "spdlog formats with our fmt" FORCE)
    workshop_fetch(spdlog
      URL https://github.com/gabime/spdlog/archive/refs/tags/v1.15.3.tar.gz
      URL_HASH SHA256=15a04e69c222eb6c01094b5c7ff8a249b36bb22788d72519646fb85feb267e67
      DOWNLOAD_EXTRACT_TIMESTAMP OFF)
  endif()
endif()

# Only the `workshop` program parses a command line, and a lab that is built alone does not contain that program.
if(WORKSHOP_SUPERBUILD)
  find_package(CLI11 2.1 CONFIG QUIET)
  if(NOT TARGET CLI11::CLI11)
    set(CLI11_BUILD_TESTS OFF)
    set(CLI11_BUILD_EXAMPLES OFF)
    workshop_fetch(CLI11
      URL https://github.com/CLIUtils/CLI11/archive/refs/tags/v2.4.2.tar.gz
      URL_HASH SHA256=f2d893a65c3b1324c50d4e682c0cdc021dd0477ae2c048544f39eed6654b699a
      DOWNLOAD_EXTRACT_TIMESTAMP OFF)
  endif()
endif()
