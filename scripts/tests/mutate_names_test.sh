#!/usr/bin/env bash
# Each mutant that a list of equivalent ones names is still made of its solution. BUILT is the configured build folder.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

test_listed_mutants_are_still_made() {
  [ -n "$(find "$root/.cache/mutate" -name ready 2>/dev/null)" ] || skip "scripts/mutate has never run here"
  run "$root/scripts/mutate" all --check --names --build "${BUILT:-$root/build/kit}"
  ends_with 0
}

run_tests "$@"
