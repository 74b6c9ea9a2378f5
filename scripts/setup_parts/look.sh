# shellcheck shell=bash
# Part of scripts/setup and scripts/workshop: what this machine is, and what it has. They set $repository, and $system,
# where the machine's files are.

have() { command -v "$1" >/dev/null 2>&1; }

any_file() {  # any_file PATTERN...: does one of these exist?
  local file
  for file in "$@"; do
    if [ -e "$file" ]; then return 0; fi
  done
  return 1
}

at_least() {  # at_least MAJOR.MINOR VERSION
  local want_major=${1%%.*} want_minor=${1#*.} major=${2%%.*} rest=${2#*.}
  local minor=${rest%%.*}
  case "$major$minor" in '' | *[!0-9]*) return 1 ;; esac
  [ "$major" -gt "$want_major" ] || { [ "$major" -eq "$want_major" ] && [ "$minor" -ge "$want_minor" ]; }
}

os_release() {  # os_release KEY
  [ -r "$system/etc/os-release" ] || return 0
  (
    # shellcheck disable=SC1090,SC1091
    . "$system/etc/os-release" >/dev/null 2>&1
    eval "printf '%s' \"\${$1:-}\""
  )
}

distribution=  # debian or ubuntu, whose packages this machine has; else empty
codename=      # of that distribution's release, as far as the machine tells
name_the_system() {
  local id like
  id=$(os_release ID)
  like=" $(os_release ID_LIKE) "
  codename=$(os_release UBUNTU_CODENAME)
  if [ -n "$codename" ] || [ "$id" = ubuntu ]; then
    distribution=ubuntu
  elif [ "$id" = debian ]; then
    distribution=debian
  else
    case "$like" in
      *" ubuntu "*) distribution=ubuntu ;;
      *" debian "*) distribution=debian; codename=$(os_release DEBIAN_CODENAME) ;;
    esac
  fi
  if [ -n "$distribution" ] && [ -z "$codename" ]; then codename=$(os_release VERSION_CODENAME); fi
}

# --- What is there ----------------------------------------------------------------------------------------------------------

cmake_is_new_enough() {
  local version
  version=$(cmake --version 2>/dev/null) || return 1
  version=${version#cmake version }
  at_least 3.25 "${version%%[!0-9.]*}"
}

# The newest Clang here: its major version, or nothing.
clang_version() {
  local version
  for version in 22 21 20 19 18 17 16; do
    if have "clang++-$version"; then echo "$version"; return; fi
  done
  if have clang++; then
    version=$(clang++ -dumpversion 2>/dev/null)
    if at_least 16.0 "$version.0" || { [ "$(uname -s)" = Darwin ] && at_least 15.0 "$version.0"; }; then
      echo "${version%%.*}"
    fi
  fi
}

# Whether the build will find a compiler that is good enough. It is asked itself, and keeps the answer for the configuration;
# before there is a CMake to ask, a new Clang is taken for one.
compiler_is_there() {
  local verdicts=$repository/build/dev/probe status
  if ! cmake_is_new_enough; then
    [ -n "$(clang_version)" ]
    return
  fi
  if ! mkdir -p "$verdicts" 2>/dev/null || [ ! -w "$verdicts" ]; then verdicts=$(mktemp -d); fi
  compiler_said=$(cmake -D "WORKSHOP_PROBE_DIR=$verdicts" -P "$repository/cmake/find_compiler.cmake" 2>&1)
  status=$?
  [ "$verdicts" = "$repository/build/dev/probe" ] || rm -rf "$verdicts"
  case "$compiler_said" in
    *"cannot be judged"*)
      echo "setup: this machine has too much else to do to say whether its compiler is good enough; try again later" >&2
      exit 2 ;;
  esac
  return $status
}

# defined FILE MACRO: the number or text that a header in /usr/include defines it as
defined() { sed -n "s/^#[ ]*define $2 \"\{0,1\}\([0-9.]*\).*/\1/p" "$system/usr/include/$1" 2>/dev/null | head -n 1; }

fmt_is_new_enough() {
  local version
  version=$(defined fmt/core.h FMT_VERSION)
  [ -n "$version" ] || version=$(defined fmt/base.h FMT_VERSION)
  [ "${version:-0}" -ge 90000 ]
}
cli11_is_new_enough() { at_least 2.1 "$(defined CLI/Version.hpp CLI11_VERSION)"; }
sqlite_is_new_enough() { local version; version=$(defined sqlite3.h SQLITE_VERSION_NUMBER); [ "${version:-0}" -ge 3035000 ]; }
spdlog_is_new_enough() {
  at_least 1.10 "$(defined spdlog/version.h SPDLOG_VER_MAJOR).$(defined spdlog/version.h SPDLOG_VER_MINOR)"
}
boost_is_new_enough() {
  local version
  version=$(defined boost/version.hpp BOOST_VERSION)
  [ "${version:-0}" -ge 108300 ] && any_file "$system"/usr/lib/*/cmake/boost_json-* "$system"/usr/lib/cmake/boost_json-*
}
catch2_is_new_enough() {
  local file version
  for file in "$system"/usr/lib/cmake/Catch2 "$system"/usr/lib/*/cmake/Catch2 "$system"/usr/share/cmake/Catch2 \
    "$system"/usr/share/Catch2/cmake; do
    version=$(sed -n 's/^set(PACKAGE_VERSION "\(.*\)")/\1/p' "$file/Catch2ConfigVersion.cmake" 2>/dev/null)
    if [ -n "$version" ] && at_least 3.5 "$version"; then return 0; fi
  done
  return 1
}

needed=()     # without these no lab can be built, in words
fetched=()    # libraries that the build fetches when they are not installed
unneeded=()   # tools that a lab can do without, with what they are for
compiler_said=

# Looks at all of it. `package WORDS` then says which packages bring what is not there.
look() {
  needed=() fetched=() unneeded=()
  cmake_is_new_enough || needed+=("cmake")
  have ninja || needed+=("ninja")
  compiler_is_there || needed+=("compiler")
  [ "$model_checking" = no ] || have java || needed+=("java")
  fmt_is_new_enough || fetched+=("fmt")
  boost_is_new_enough || fetched+=("Boost")
  sqlite_is_new_enough || fetched+=("SQLite")
  catch2_is_new_enough || fetched+=("Catch2")
  spdlog_is_new_enough || fetched+=("spdlog")
  cli11_is_new_enough || fetched+=("CLI11")
  have git || unneeded+=("git")
  [ "$(uname -s)" = Darwin ] || have mold || unneeded+=("mold")
}

list() {  # list WORD...: "a, b, c"
  local text=$1 word
  shift
  for word in "$@"; do text="$text, $word"; done
  printf '%s' "$text"
}

# What is missing that a lab cannot do without, in words.
needed_in_words() {
  local word words=()
  for word in "${needed[@]}"; do
    case "$word" in
      cmake) words+=("CMake 3.25 or newer$(cmake --version 2>/dev/null | sed -n '1s/cmake version \(.*\)/ (here: \1)/p')") ;;
      ninja) words+=("Ninja") ;;
      compiler) words+=("a compiler that runs coroutines right, such as Clang 16 or newer") ;;
      java) words+=("Java 11 or newer, for lab 11") ;;
    esac
  done
  list "${words[@]}"
}

# Says what a lab does without, on a machine that has what it needs.
say_what_is_done_without() {
  local tool
  if [ ${#fetched[@]} -gt 0 ]; then
    echo "setup: not on this machine: $(list "${fetched[@]}"); the build fetches them, which needs a network once"
  fi
  for tool in ${unneeded[@]+"${unneeded[@]}"}; do
    case "$tool" in
      git) echo "setup: without git, which only keeps track of your work" ;;
      mold) echo "setup: without mold, with which an edit is judged faster" ;;
    esac
  done
}
