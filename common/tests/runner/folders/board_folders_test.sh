#!/usr/bin/env bash
# `board --folders` on answers of lab 08 that people hand in, and on some of people who mean no good.
#   WORKSHOP=the program  BUILD=the preset whose build of the lab is taken
. "$(dirname -- "${BASH_SOURCE[0]}")/../../../../scripts/tests/lib.sh"

command -v bwrap >/dev/null || skip "bubblewrap is not installed (apt-get install bubblewrap)"
command -v jq >/dev/null || skip "jq is not installed"
bwrap --ro-bind / / --unshare-all --unshare-user true 2>/dev/null || skip "bubblewrap starts no program here"
export WORKSHOP_ROOT=$root

lab=08-identity-deduplication
file=labs/$lab/src/payments_handler.cpp

# handed NAME: makes the folder NAME with the lab's file, the solution and below it what is on standard input.
handed() {
  mkdir -p "$1/labs/$lab/src"
  cat "$root/solutions/$lab/src/payments_handler.cpp" - >"$1/$file"
}
judge() { run "$WORKSHOP" board --lab 8 --build "$BUILD" --timeout "${timeout:-20}" --folders "$@"; }
# of FOLDER FILTER VALUE: what the JSON says of it.
of() {
  local found
  found=$(grep '^{"format"' said | jq -r --arg name "$1" ".folders[] | select(.folder == \$name) | $2")
  [[ "$found" == $3 ]] || { cat said >&2; fail "$1: $2 is $found, not $3"; }
}

test_answers_are_judged_as_a_check_judges_them() {
  handed ann </dev/null
  handed bob </dev/null
  (cd bob/labs/$lab && patch -s -p1 <"$root/solutions/$lab/mistakes/early_return.diff") || fail "no mistake"
  handed cem <<<'this is no C++'
  mkdir -p dea
  # Only the one file is taken: a list of CMake, a script, a test of theirs does nothing.
  handed eva </dev/null
  echo 'file(WRITE "${CMAKE_SOURCE_DIR}/../evil" "")' | tee eva/CMakeLists.txt >"eva/labs/$lab/CMakeLists.txt"
  mkdir -p "eva/labs/$lab/tests" eva/scripts
  echo '#error foreign' >"eva/labs/$lab/tests/payments_test.cpp"
  printf '#!/bin/sh\ntouch evil\n' >eva/scripts/workshop
  chmod +x eva/scripts/workshop
  judge ann bob cem dea eva --json --junit report.xml
  ends_with 2
  of ann .judgement green
  of ann '(.tests | length) > 10' true
  of bob .judgement red
  of bob '.tests[] | select(.name | startswith("every payment is announced")) | .reason' 'lost message'
  of bob '.tests[] | select(.name | startswith("every payment is announced")) | .schedule | length > 5' true
  of cem .problem 'it does not compile: *error*'
  of dea .problem '*no payments_handler.cpp*'
  of eva .judgement green
  [ -z "$(find . -name evil)" ] || fail "something of eva's has run"
  grep -q '<testsuite name="bob"' report.xml || fail "bob is not in the JUnit file"
  grep -q '<failure message="lost message">' report.xml || fail "his failure is not there"
  judge ann
  ends_with 0
  said 'ann lab 08 green: [0-9]+ of [0-9]+ tests pass'
}

test_those_who_mean_no_good_are_not_judged_and_do_no_harm() {
  handed forks <<<'#include <unistd.h>
    namespace { const bool evil = [] { while (true) ::fork(); return true; }(); }'
  handed fake <<<'#include <unistd.h>
    #include <cstdio>
    namespace { const bool evil = [] { std::puts("All tests passed (99 assertions in 17 test cases)"); ::_exit(0); return true; }(); }'
  handed reports <<<'#include <cstdlib>
    #include <fstream>
    namespace { const bool evil = [] { std::ofstream(std::getenv("WORKSHOP_RESULT_FILE")) << "{}"; return true; }(); }'
  handed assembles <<<'#define hide(a, b) a##b
    namespace { const bool evil = [] { long answer; hide(as, m)("syscall" : "=a"(answer) : "a"(57)); return true; }(); }'
  handed prints <<<'#include <cstdio>
    namespace { const bool evil = [] { while (true) std::puts("All tests passed"); return true; }(); }'
  handed allocates <<<'#include <cstring>
    namespace { const bool evil = [] { while (true) { auto* all = new char[1 << 24]; std::memset(all, 1, 1 << 24); } return true; }(); }'
  handed hangs <<<'namespace { const bool evil = [] { volatile bool on = true; while (on) {} return true; }(); }'
  handed includes <<<'#include "/etc/passwd"'
  handed cheats <<<"#include \"$root/solutions/$lab/src/payments_handler.cpp\""
  handed devours <<<'template <int n> struct A { A<n + 1> a; A<n + 2> b; }; template <> struct A<900> {}; A<0> a;
#include "/dev/zero"'
  mkdir -p "links/labs/$lab/src" "folders/labs"
  ln -s /etc/passwd "links/$file"
  ln -s "$root/solutions/$lab" "folders/labs/$lab"
  local evil=$'evil\e[2J'
  handed "$evil" </dev/null
  timeout=5 judge forks fake reports assembles prints allocates hangs includes cheats devours links folders "$evil" --json
  ends_with 2
  [ "$(grep '^{"format"' said | jq '[.folders[] | select(.judgement == "green")] | length')" = 1 ] || fail "one is green"
  of forks .problem 'it has fork,*'
  of fake .problem 'it has _exit,*'
  of reports .problem 'it has *getenv*'
  of assembles .problem 'it has inline assembly,*'
  of prints .problem 'it printed more than*'
  of allocates .problem 'it reported no results (exit code 134)'
  of hangs .problem 'it was not done after 5 s'
  of includes .problem 'it does not compile: *passwd*not found*'
  of cheats .problem 'it does not compile: *not found*'
  of devours .judgement unjudged
  of links .problem '*by a link*'
  of folders .problem '*by a link*'
  of 'evil?[2J' .judgement green
}

test_without_a_sandbox_nothing_runs() {
  handed ann </dev/null
  mkdir bin
  for name in sh cmake ninja env; do ln -s "$(command -v $name)" bin/; done
  PATH=$here/bin judge ann
  ends_with 2
  said 'only in a sandbox. bubblewrap is not installed: sudo apt-get install bubblewrap'
}

run_tests "$@"
