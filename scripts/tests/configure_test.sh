#!/usr/bin/env bash
# What a configuration says where the place or the compiler is wrong: the real cmake/Workshop.cmake, in a project without files.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

# project FOLDER: one that takes what a lab takes before its project(), from a cmake/ of its own
project() {
  mkdir -p "$1/probe"
  cp -R "$root/cmake" "$1/"
  cat >"$1/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.25)
include(cmake/Workshop.cmake)
project(stand_in LANGUAGES NONE)
message(STATUS "configured")
CMAKE
}
configure() {  # configure FOLDER [ARGUMENT...]
  run "$cmake" -G Ninja -S "$1" -B "$1/build" "${@:2}"
}
# compiler NAME SCRIPT: a compiler that does as the script says; the only one that is looked at, by CXX
compiler() {
  printf '#!/bin/bash\n%s\n' "$2" >"$1"
  chmod +x "$1"
  export CXX=$PWD/$1
}
passing='while [ $# -gt 0 ]; do if [ "$1" = -o ]; then printf "#!/bin/sh\nexit 0\n" >"$2"; chmod +x "$2"; fi; shift; done'

test_a_path_that_cannot_be_built_in_is_one_sentence() {
  local name
  compiler good "$passing"
  for name in 'a#b' 'a$b' 'a<b' 'a"b' 'a;b' 'a[b' 'a]b[c'; do
    project "$name"
    configure "$name"
    ends_with 1
    said 'The folder .*has a ".*" in its path, with which it cannot be built\. Rename it, move the checkout, or use scripts/workshop, which builds it through a link\.'
  done
}

test_any_other_path_will_do() {
  local name
  compiler good "$passing"
  for name in 'a b' 'a[b]' "a'b" 'a(b)' 'ä' 'a&b' 'a,b' 'a+b' 'a@b' 'a%b' 'a!b'; do
    project "$name"
    configure "$name"
    ends_with 0
    said "Configuring done"
  done
}

test_checks_find_their_files_in_any_path() {
  local name
  for name in 'a[1]' 'a*b' 'a?b'; do
    mkdir "$name"
    cp -R "$root/cmake/checks/bad_tree" "$name/"
    run "$cmake" -D "ROOT=$PWD/$name/bad_tree" -D LINES_MAX=2 -P "$root/cmake/checks/file_lengths.cmake"
    said '2 files have more than 2 lines'
    run "$cmake" -D "ROOT=$PWD/$name/bad_tree" -P "$root/cmake/checks/include_directions.cmake"
    said '17 includes go the wrong way'
  done
}

test_a_file_system_where_nothing_may_run_is_not_the_compilers_fault() {
  [ "$(id -u)" -eq 0 ] || skip "only root can mount"
  mkdir noexec
  mount -t tmpfs -o noexec none noexec 2>/dev/null || skip "nothing can be mounted here"
  trap 'umount "$here/noexec"' EXIT
  compiler good "$passing"
  project noexec/kit
  configure noexec/kit
  ends_with 1
  said 'No program may be run in .*: its file system is mounted noexec\. Move this checkout to another one\.'
  said_not 'cannot run this kit'
}

test_a_machine_with_too_much_to_do_is_not_the_compilers_fault() {
  compiler clang++ 'case "$*" in *-dump*) echo 19.1.7; exit 0 ;; esac; exec sleep 60'
  project kit
  sed -i.before 's/^set(WORKSHOP_PROBE_PATIENCE_S .*/set(WORKSHOP_PROBE_PATIENCE_S 1)/' kit/cmake/Compiler.cmake
  configure kit
  ends_with 1
  said 'clang\+\+ has not compiled a small program in 1 s, so it cannot be.*judged.*Try again when this machine has less to do'
  said_not 'cannot run this kit'
  [ -z "$(find kit -name '*.txt' -path '*probe*' -newer kit/cmake/Compiler.cmake)" ] || fail "it is remembered"
}

test_a_clang_without_the_newest_gccs_library_is_told_which_package_it_wants() {
  compiler clang++ 'case "$*" in
    -v) echo "Selected GCC installation: /usr/lib/gcc/x86_64-linux-gnu/14" >&2; exit 0 ;;
    *-dump*) echo 19.1.7; exit 0 ;;
  esac
  echo "probe.cpp:3:10: fatal error: '"'coroutine'"' file not found" >&2; exit 1'
  project kit
  configure kit
  ends_with 1
  said "finds no C\+\+ standard library \(it stops with .'coroutine' file not found.\): install g\+\+-14, whose library it looks for.*libstdc\+\+-14-dev"
  said_not 'Clang 16'
  compiler clang++ "$passing"  # the library is installed now, and the compiler is the same
  configure kit
  ends_with 0
}

test_libcxx_is_named_when_it_is_not_there() {
  compiler clang++ 'case "$*" in *-dump*) echo 19.1.7; exit 0 ;; *-stdlib=libc++*)
    echo "/usr/bin/ld: cannot find -lc++: No such file or directory" >&2
    echo "clang++: error: linker command failed with exit code 1" >&2; exit 1 ;; esac
  '"$passing"
  project kit
  CXXFLAGS=-stdlib=libc++ configure kit
  ends_with 1
  said 'cannot find -lc\+\+.*install libc\+\+ and libc\+\+abi.*or leave -stdlib=libc\+\+ out'
  CXX="$CXX -stdlib=libc++" configure kit
  ends_with 1
  said 'install libc\+\+ and libc\+\+abi'
  CXXFLAGS='' configure kit
  ends_with 0
}

run_tests "$@"
