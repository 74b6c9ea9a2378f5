#!/usr/bin/env bash
# Whether each lab opens alone, as the README says: cmake -S labs/NN-name; and whether the whole has all of them in any path.
# PROBE_DIR: where the compiler's verdict is kept.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

test_every_lab_configures_alone() {
  local lab name count=0
  for lab in "$root"/labs/[0-9][0-9]-*; do
    name=$(basename "$lab")
    run "$cmake" -G Ninja -S "$lab" -B "$name" ${PROBE_DIR:+-D "WORKSHOP_PROBE_DIR=$PROBE_DIR"}
    ends_with 0
    run "$cmake" --build "$name" --target help
    said "lab${name%%-*}_(tests|solution)"
    run ctest --test-dir "$name" --show-only
    said "(lab|solution)\.${name%%-*}"
    count=$((count + 1))
  done
  [ "$count" -eq 15 ] || fail "there are $count labs, not 15"
}

test_the_whole_has_every_lab_in_any_path() {
  local part
  mkdir 'a kit [1]'
  for part in CMakeLists.txt CMakePresets.json cmake common labs scripts; do cp -R "$root/$part" 'a kit [1]/'; done
  run "$cmake" -G Ninja -S 'a kit [1]' -B 'a kit [1]/build/dev' ${PROBE_DIR:+-D "WORKSHOP_PROBE_DIR=$PROBE_DIR"}
  ends_with 0
  said_not 'WARNING|CMake Warning'
  run "$cmake" --build 'a kit [1]/build/dev' --target help
  said 'lab01_tests.*lab08_tests.*lab15_tests'
}

run_tests "$@"
