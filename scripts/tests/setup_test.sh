#!/usr/bin/env bash
# What scripts/setup says and does on machines of other kinds, which are made of programs that stand for theirs.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

# machine OS_RELEASE_LINE...: an empty machine of that system, with a checkout; a person without root or sudo.
machine() {
  local tool
  mkdir -p bin etc kit/cmake usr/include
  printf '%s\n' "$@" >etc/os-release
  cp -R "$root/scripts" kit/
  for tool in bash sh env sed grep awk head tail cat mktemp dirname rm mkdir tr xargs cut printf chmod; do
    ln -s "$(command -v "$tool")" "bin/$tool"
  done
  stand_in id 'echo 1000'
  stand_in uname 'echo Linux'
  stand_in apt-get 'case "$1" in
    indextargets) [ -e "$MACHINE/targets" ] && cat "$MACHINE/targets"; exit 0 ;;
    install) echo "$*" >>"$MACHINE/installed"; [ ! -e "$MACHINE/after_install" ] || . "$MACHINE/after_install" ;;
  esac'
}
stand_in() {  # stand_in NAME SCRIPT
  printf '#!/bin/bash\n%s\n' "$2" >"bin/$1"
  chmod +x "bin/$1"
}
has() {  # has cmake VERSION | ninja | compiler | wrong_compiler | git | mold | libraries
  local library
  case "$1" in
    cmake) stand_in cmake 'case "$*" in
      --version) echo "cmake version '"$2"'" ;;
      *find_compiler.cmake) [ ! -e "$MACHINE/busy" ] || { echo "clang++ cannot be judged."; exit 1; }
        [ -e "$MACHINE/compiler" ] || { echo "no compiler passes"; exit 1; } ;;
    esac' ;;
    compiler) : >compiler ;;
    libraries)
      mkdir -p usr/include/{fmt,CLI,boost,spdlog} usr/lib/x/cmake/boost_json-1.83 usr/lib/cmake/Catch2
      echo '#define FMT_VERSION 90100' >usr/include/fmt/core.h
      echo '#define CLI11_VERSION "2.1.2"' >usr/include/CLI/Version.hpp
      echo '#define SQLITE_VERSION_NUMBER 3040001' >usr/include/sqlite3.h
      echo '#define BOOST_VERSION 108300' >usr/include/boost/version.hpp
      printf '#define SPDLOG_VER_MAJOR 1\n#define SPDLOG_VER_MINOR 10\n' >usr/include/spdlog/version.h
      echo 'set(PACKAGE_VERSION "3.7.1")' >usr/lib/cmake/Catch2/Catch2ConfigVersion.cmake ;;
    *) stand_in "$1" 'echo 1' ;;
  esac
}
setup() {
  run env -i "PATH=$PWD/bin" "MACHINE=$PWD" "HOME=$PWD" "WORKSHOP_SYSTEM_ROOT=$PWD" bash kit/scripts/setup "$@"
}

debian_12=(ID=debian VERSION_ID=12 VERSION_CODENAME=bookworm 'PRETTY_NAME="Debian 12"')
debian_13=(ID=debian VERSION_ID=13 VERSION_CODENAME=trixie)
ubuntu_22=(ID=ubuntu ID_LIKE=debian VERSION_ID=22.04 VERSION_CODENAME=jammy UBUNTU_CODENAME=jammy 'PRETTY_NAME="Ubuntu 22.04.5 LTS"')
ubuntu_24=(ID=ubuntu ID_LIKE=debian VERSION_ID=24.04 VERSION_CODENAME=noble UBUNTU_CODENAME=noble)
mint_22=(ID=linuxmint 'ID_LIKE="ubuntu debian"' VERSION_ID=22 VERSION_CODENAME=wilma UBUNTU_CODENAME=noble)
pop=(ID=pop 'ID_LIKE="ubuntu debian"' VERSION_ID=24.04 VERSION_CODENAME=noble UBUNTU_CODENAME=noble)
lmde_6=(ID=linuxmint ID_LIKE=debian VERSION_ID=6 VERSION_CODENAME=faye DEBIAN_CODENAME=bookworm)
raspbian=(ID=raspbian ID_LIKE=debian VERSION_ID=12 VERSION_CODENAME=bookworm)

test_nothing_is_missing_where_all_is_there() {
  machine "${debian_13[@]}"
  has cmake 3.31.6; has ninja; has compiler; has git; has mold; has libraries
  setup
  ends_with 0
  said 'setup: nothing is missing'
}

test_libraries_that_the_build_fetches_are_no_reason_to_refuse() {
  machine "${debian_13[@]}"
  has cmake 3.31.6; has ninja; has compiler; has git; has mold
  setup
  ends_with 0
  said 'not on this machine: fmt, Boost, SQLite, Catch2, spdlog, CLI11; the build fetches them, which needs a network'
  said 'install -y --no-install-recommends libfmt-dev libboost-dev libboost-json-dev'
}

test_optional_tools_are_no_reason_to_refuse() {
  machine "${debian_13[@]}"
  has cmake 3.31.6; has ninja; has compiler; has libraries
  setup
  ends_with 0
  said 'without git'
  said 'without mold'
}

test_each_needed_tool_is_a_reason_to_refuse() {
  local tool
  for tool in cmake ninja compiler; do
    mkdir "$tool" && cd "$tool" || exit 1
    machine "${debian_13[@]}"
    has cmake 3.31.6; has ninja; has compiler; has git; has mold; has libraries
    rm -f "bin/$tool" "$tool"
    setup
    ends_with 2
    case $tool in
      cmake) said 'missing: CMake 3.25 or newer.*Installing needs root.*recommends cmake' ;;
      ninja) said 'missing: Ninja\..*recommends ninja-build' ;;
      compiler) said 'missing: a compiler that runs coroutines right, such as Clang 16 or newer\..*recommends clang-19' ;;
    esac
    cd .. || exit 1
  done
}

test_an_old_cmake_is_named_with_the_version_that_is_needed() {
  machine "${debian_12[@]}"
  has cmake 3.18.4; has ninja; has git; has mold; has libraries
  stand_in clang++-19 'echo 19'
  setup
  ends_with 2
  said 'missing: CMake 3.25 or newer \(here: 3\.18\.4\)'
}

test_a_compiler_of_any_make_is_enough_when_it_passes_the_probe() {
  machine "${debian_13[@]}"
  has cmake 3.31.6; has ninja; has git; has mold; has libraries
  has g++
  has compiler  # which the probe says
  setup
  ends_with 0
  said_not 'clang'
}

test_a_compiler_that_a_busy_machine_cannot_judge_is_not_missing() {
  machine "${debian_13[@]}"
  has cmake 3.31.6; has ninja; has git; has mold; has libraries
  : >busy
  setup
  ends_with 2
  said 'this machine has too much else to do to say whether its compiler is good enough; try again later'
  said_not 'missing'
}

test_derivatives_are_judged_by_what_they_derive_from() {
  machine "${mint_22[@]}"
  setup --dry-run
  ends_with 0
  said 'clang-18 '
  said 'libboost1\.83-dev libboost-json1\.83-dev'
  said_not 'catch2'  # noble has 3.4, too old
  printf '%s\n' "${pop[@]}" >etc/os-release
  setup --dry-run
  said 'clang-18 '
  printf '%s\n' "${ubuntu_24[@]}" >etc/os-release
  setup --dry-run
  said 'clang-18 '
  echo 'SITE bookworm main' >targets
  for system in lmde_6 raspbian debian_12; do
    eval "printf '%s\n' \"\${${system}[@]}\"" >etc/os-release
    setup --dry-run
    ends_with 0
    said 'bookworm-backports main'
    said 'catch2/bookworm-backports libcatch2-dev/bookworm-backports'
  done
}

test_ubuntu_22_04_is_told_what_it_cannot_do() {
  machine "${ubuntu_22[@]}"
  stand_in sudo 'exit 0'
  setup
  ends_with 2
  said 'Ubuntu 22\.04\.5 LTS has CMake 3\.22 and Clang 15, which are too old; no package of it will do'
  said 'pip install --user cmake ninja.*LLVM.*jammy'
  [ ! -e installed ] || fail "it installed what cannot help: $(cat installed)"
}

test_ubuntu_22_04_with_a_newer_cmake_and_compiler_is_enough() {
  machine "${ubuntu_22[@]}"
  has cmake 3.31.6; has ninja; has compiler
  setup
  ends_with 0
  said_not 'too old'
}

test_without_root_or_sudo_the_commands_name_no_sudo() {
  machine "${debian_13[@]}"
  setup
  ends_with 2
  said 'run this, as root:.*apt-get update'
  said_not 'sudo'
}

test_what_cannot_be_installed_costs_nobody_the_rest() {
  machine "${debian_13[@]}"
  stand_in id 'echo 0'
  has git
  # This mirror has no mold: an installation that names it fails.
  cat >after_install <<'SCRIPT'
    case "$*" in *mold*) echo "E: Unable to locate package mold" >&2; exit 100 ;; esac
    case "$*" in *cmake*) cp "$MACHINE/cmake_to_be" "$MACHINE/bin/cmake" ;; esac
    case "$*" in *ninja-build*) cp "$MACHINE/bin/id" "$MACHINE/bin/ninja" ;; esac
    case "$*" in *clang-19*) : >"$MACHINE/compiler" ;; esac
SCRIPT
  has cmake 3.31.6
  mv bin/cmake cmake_to_be
  ln -s "$(command -v cp)" bin/cp
  setup
  ends_with 0
  said 'package mold cannot be installed: E: Unable to locate'
  said 'without mold'
  said 'nothing is missing any more that the labs need'
}

test_elsewhere_only_what_is_needed_is_a_reason_to_refuse() {
  machine ID=fedora VERSION_ID=41
  rm bin/apt-get
  stand_in dnf ''
  has cmake 3.30.0; has ninja; has compiler
  setup
  ends_with 0
  rm compiler
  setup
  ends_with 2
  said 'missing: a compiler that runs coroutines right.*dnf install clang'
}

test_it_runs_without_its_exec_bits_and_under_sh() {
  machine "${debian_13[@]}"
  has cmake 3.31.6; has ninja; has compiler; has git; has mold; has libraries
  chmod -x kit/scripts/setup
  setup
  ends_with 0
  for shell in dash sh; do
    command -v $shell >/dev/null || continue
    ln -sf "$(command -v $shell)" bin/$shell
    run env -i "PATH=$PWD/bin" "MACHINE=$PWD" "WORKSHOP_SYSTEM_ROOT=$PWD" $shell kit/scripts/setup
    ends_with 0
    said 'nothing is missing'
  done
}

run_tests "$@"
