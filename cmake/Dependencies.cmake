# The libraries that the kit uses: those installed on the machine if they are new enough, else fetched at pinned versions.
#
# Every archive is pinned by its SHA256. To use a local copy instead of the network, set FETCHCONTENT_SOURCE_DIR_<NAME>
# (CATCH2, FMT, BOOST, SQLITE, SPDLOG, CLI11); to try the fetching path, CMAKE_DISABLE_FIND_PACKAGE_<Name>=ON.

include("${CMAKE_CURRENT_LIST_DIR}/Fetch.cmake")

find_package(Threads REQUIRED)

find_package(fmt 9 CONFIG QUIET)
workshop_need(fmt fmt::fmt
  FILE fmt-11.1.4.tar.gz
  URL https://github.com/fmtlib/fmt/archive/refs/tags/11.1.4.tar.gz
  SHA256 ac366b7b4c2e9f0dde63a59b3feb5ee59b67974b14ee5dc9ea8ad78aa2c1ee1e)

find_package(Boost 1.83 CONFIG QUIET COMPONENTS json)
workshop_need(Boost Boost::json
  FILE boost-1.83.0.tar.xz
  URL https://github.com/boostorg/boost/releases/download/boost-1.83.0/boost-1.83.0.tar.xz
  SHA256 c5a0688e1f0c05f354bbd0b32244d36085d9ffc9f932e8a18983a9908096f614)

find_package(SQLite3 3.35 QUIET)
workshop_need(sqlite SQLite::SQLite3
  FILE sqlite-amalgamation-3450100.zip
  URL https://www.sqlite.org/2024/sqlite-amalgamation-3450100.zip
  SHA256 5592243caf28b2cdef41e6ab58d25d653dfc53deded8450eb66072c929f030c4)

find_package(Catch2 3.5 CONFIG QUIET)
workshop_need(Catch2 Catch2::Catch2
  FILE catch2-3.7.1.tar.gz
  URL https://github.com/catchorg/Catch2/archive/refs/tags/v3.7.1.tar.gz
  SHA256 c991b247a1a0d7bb9c39aa35faf0fe9e19764213f28ffba3109388e62ee0269c)

# Only what runs endpoints for real writes a log.
if(WORKSHOP_SUPERBUILD OR WORKSHOP_NEEDS_RUNTIME)
  if(NOT "fmt" IN_LIST workshop_missing)  # it brings the machine's fmt along
    find_package(spdlog 1.10 CONFIG QUIET)
  endif()
  workshop_need(spdlog spdlog::spdlog_header_only
    FILE spdlog-1.15.3.tar.gz
    URL https://github.com/gabime/spdlog/archive/refs/tags/v1.15.3.tar.gz
    SHA256 15a04e69c222eb6c01094b5c7ff8a249b36bb22788d72519646fb85feb267e67)
endif()

# Only the `workshop` program reads a command line, and a lab that opens alone does not build that program.
if(WORKSHOP_SUPERBUILD)
  find_package(CLI11 2.1 CONFIG QUIET)
  workshop_need(CLI11 CLI11::CLI11
    FILE cli11-2.4.2.tar.gz
    URL https://github.com/CLIUtils/CLI11/archive/refs/tags/v2.4.2.tar.gz
    SHA256 f2d893a65c3b1324c50d4e682c0cdc021dd0477ae2c048544f39eed6654b699a)
endif()

# The machine's libraries are built for one C++ standard library, and with another they do not link.
if("${CMAKE_CXX_COMPILER_ARG1} ${CMAKE_CXX_FLAGS}" MATCHES "-stdlib=libc\\+\\+" AND NOT APPLE AND TARGET fmt::fmt)
  include(CheckCXXSourceCompiles)
  set(CMAKE_REQUIRED_LIBRARIES fmt::fmt)
  check_cxx_source_compiles("
    #include <fmt/format.h>
    int main() { return static_cast<int>(fmt::vformat(\"{}\", fmt::make_format_args()).size()); }" WORKSHOP_LINKS_LIBCXX)
  unset(CMAKE_REQUIRED_LIBRARIES)
  if(NOT WORKSHOP_LINKS_LIBCXX)
    unset(WORKSHOP_LINKS_LIBCXX CACHE)
    message(FATAL_ERROR "With -stdlib=libc++ nothing links with this machine's libraries (fmt, Boost, Catch2), which are built "
      "for libstdc++. Leave -stdlib=libc++ out, or have them built with it: add -D CMAKE_DISABLE_FIND_PACKAGE_fmt=ON, and the "
      "same of Boost, Catch2 and spdlog, in an empty build folder.")
  endif()
endif()

workshop_get_archives()

# The C compiler that belongs to the chosen C++ compiler.
macro(workshop_enable_c)
  if(NOT CMAKE_C_COMPILER)
    string(REGEX REPLACE "clang\\+\\+([^/]*)$" "clang\\1" _workshop_c_compiler "${CMAKE_CXX_COMPILER}")
    if(NOT _workshop_c_compiler STREQUAL CMAKE_CXX_COMPILER AND EXISTS "${_workshop_c_compiler}")
      set(CMAKE_C_COMPILER "${_workshop_c_compiler}")
    endif()
  endif()
  enable_language(C)
endmacro()

foreach(library IN LISTS workshop_missing)
  if(library STREQUAL "Boost")
    set(BOOST_INCLUDE_LIBRARIES json describe uuid asio beast)
    set(BOOST_ENABLE_CMAKE ON)
  elseif(library STREQUAL "sqlite")
    workshop_enable_c()
  elseif(library STREQUAL "spdlog")
    set(SPDLOG_FMT_EXTERNAL ON CACHE BOOL "spdlog formats with our fmt" FORCE)
  elseif(library STREQUAL "CLI11")
    set(CLI11_BUILD_TESTS OFF)
    set(CLI11_BUILD_EXAMPLES OFF)
  endif()
  workshop_add_fetched(${library})
endforeach()

if("Boost" IN_LIST workshop_missing AND NOT TARGET Boost::headers)  # Boost's own build has one target for each library
  add_library(Boost::headers INTERFACE IMPORTED)
  target_link_libraries(Boost::headers INTERFACE Boost::describe Boost::uuid Boost::asio Boost::beast)
endif()

if("sqlite" IN_LIST workshop_missing)
  add_library(workshop_sqlite STATIC "${sqlite_SOURCE_DIR}/sqlite3.c")
  target_include_directories(workshop_sqlite SYSTEM PUBLIC "${sqlite_SOURCE_DIR}")
  target_compile_options(workshop_sqlite PRIVATE -O2 -w)
  target_link_libraries(workshop_sqlite PRIVATE Threads::Threads ${CMAKE_DL_LIBS})
  add_library(SQLite::SQLite3 ALIAS workshop_sqlite)
endif()
