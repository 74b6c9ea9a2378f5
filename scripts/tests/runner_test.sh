#!/usr/bin/env bash
# What the workshop program says and does when a build fails for other reasons than code, and when it is stopped. WORKSHOP names
# the program. The checkout is made of the real presets, and of a lab whose program is a shell script.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

# checkout FOLDER: one lab, with a test program that is green
checkout() {
  mkdir -p "$1/scripts" "$1/labs/08-stand-in/src" "$1/solutions/08-stand-in/src" "$1/common"
  cp "$root/CMakePresets.json" "$1/"
  : >"$1/scripts/workshop"
  : >"$1/labs/08-stand-in/CMakeLists.txt"
  : >"$1/labs/08-stand-in/src/handler.cpp"
  : >"$1/solutions/08-stand-in/CMakeLists.txt"
  cat >"$1/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.25)
project(stand_in LANGUAGES NONE)
enable_testing()
set(lab "${CMAKE_BINARY_DIR}/labs/08-stand-in/lab08")
file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/labs/08-stand-in")
add_custom_command(OUTPUT "${lab}" DEPENDS "${CMAKE_SOURCE_DIR}/program.sh" "${CMAKE_SOURCE_DIR}/compiler.sh"
  COMMAND bash "${CMAKE_SOURCE_DIR}/compiler.sh" "${CMAKE_SOURCE_DIR}/program.sh" "${lab}" VERBATIM)
add_custom_target(lab08 ALL DEPENDS "${lab}")
add_test(NAME lab.08 COMMAND false)
add_test(NAME kit.catalog COMMAND false)
add_test(NAME common.core COMMAND true)
include(more.cmake OPTIONAL)
CMAKE
  echo 'cp "$1" "$2"; chmod +x "$2"' >"$1/compiler.sh"
  cat >"$1/program.sh" <<'SCRIPT'
#!/bin/sh
printf '%s\n' '{"event":"run_started"}' '{"event":"test_started","name":"it holds","tags":["step1"]}' \
  '{"event":"test_ended","name":"it holds","passed":true}' '{"event":"run_ended"}' >"$WORKSHOP_RESULT_FILE"
SCRIPT
}
workshop() {  # workshop FOLDER ARGUMENT...: the program, as the script of that checkout would start it
  run env "WORKSHOP_ROOT=$PWD/$1" "$WORKSHOP" "${@:2}"
}

# gone NAME: fails if a process whose command line holds NAME is still there after a while
gone() {
  local i
  for i in $(seq 600); do
    pgrep -f -- "$1" >/dev/null || return 0
    sleep 0.1
  done
  local left
  left=$(pgrep -af -- "$1")
  pgrep -f -- "$1" | xargs kill -KILL  # a name that only this test has given
  fail "still running: $left"
}
# runs NAME: waits until a process whose command line holds NAME is there
runs() {
  local i
  for i in $(seq 600); do
    if pgrep -f -- "$1" >/dev/null; then return 0; fi
    sleep 0.1
  done
  fail "$1 never ran"
}
require_pgrep() { command -v pgrep >/dev/null 2>&1 || skip "there is no pgrep"; }

test_the_stand_in_lab_is_solved() {
  checkout kit
  workshop kit check 8
  ends_with 0
  said 'Lab 08 is solved'
}

# A room shall not see the solution yet: neither in what a mistake changes of it, nor in the picture, for which it is run.
test_no_diff_shows_nothing_of_the_solution() {
  local mistakes=kit/solutions/08-stand-in/mistakes solution=kit/build/dev/labs/08-stand-in/solution
  checkout kit
  mkdir -p "$mistakes"
  printf 'the right line\n' >kit/solutions/08-stand-in/src/handler.cpp
  cat >"$mistakes/wrong.diff" <<'DIFF'
mistake: another line
why: nobody has looked
ask: which line?
caught by: it holds
as: lost message

--- a/src/handler.cpp
+++ b/src/handler.cpp
@@ -1 +1 @@
-the right line
+the wrong line
DIFF
  cat >kit/more.cmake <<'CMAKE'
add_custom_target(lab08_mistake_wrong COMMAND bash "${CMAKE_SOURCE_DIR}/wrong.sh" "${CMAKE_BINARY_DIR}/labs/08-stand-in/solution")
add_custom_target(lab08_solution)
CMAKE
  cat >kit/wrong.sh <<'SCRIPT'
mkdir -p "$1" && : >"$1/page.html"
printf '%s\n' '#!/bin/sh' ': >"$0.was-run"' >"$1/lab08_solution"
cat >"$1/lab08_mistake_wrong" <<END
#!/bin/sh
printf '%s\\n' '{"event":"run_started"}' '{"event":"test_started","name":"it holds","tags":["step1"]}' \\
  '{"event":"test_ended","name":"it holds","passed":false,"invariant":"lost message","replay":"a story","story":"a story","schedule":"d80a:1@Arlc","picture":"$1/page.html"}' \\
  '{"event":"run_ended"}' >"\$WORKSHOP_RESULT_FILE"
END
chmod +x "$1"/lab08_*
SCRIPT
  workshop kit check 8 --mistake wrong --no-diff
  said_not 'the (right|wrong) line'
  said 'it holds'
  workshop kit replay 8 --mistake wrong --no-diff 'd80a:1@Arlc'
  said 'a story'
  [ ! -e "$solution/lab08_solution.was-run" ] || fail "the right run is made"
  workshop kit check 8 --mistake wrong
  said 'the right line.*the wrong line'
  [ -e "$solution/lab08_solution.was-run" ] || fail "check makes no right run without --no-diff either"
  rm "$solution/lab08_solution.was-run"
  workshop kit replay 8 --mistake wrong 'd80a:1@Arlc'
  [ -e "$solution/lab08_solution.was-run" ] || fail "replay makes no right run without --no-diff either"
}

# A model checker works on all cores, and answers each process anew.
test_the_tests_of_a_model_run_in_one_process() {
  checkout kit
  sed -i '1a [ "$1" != --list-tests ] || { printf "%s\\n" one two; exit; }\necho run >>"$WORKSHOP_ROOT/runs"' kit/program.sh
  workshop kit check 8
  ends_with 0
  [ "$(wc -l <kit/runs)" -gt 1 ] || [ "$(nproc)" -eq 1 ] || fail "the tests of a handler are not shared out"
  rm kit/runs
  mv kit/labs/08-stand-in/src/handler.cpp kit/labs/08-stand-in/src/Model.tla
  workshop kit check 8
  ends_with 0
  [ "$(wc -l <kit/runs)" -eq 1 ] || fail "the tests of a model ran in $(wc -l <kit/runs) processes"
}

test_a_configuration_that_fails_during_a_build_is_told_as_one() {
  checkout kit
  workshop kit check 8
  echo 'message(FATAL_ERROR "fmt is not on this machine and cannot be fetched.")' >>kit/CMakeLists.txt
  workshop kit check 8
  ends_with 2
  said 'fmt is not on this machine and cannot be fetched\. CMake could not configure the project, see above\.'
  said_not 'does not compile|Call Stack|rebuilding'
}

test_files_of_somebody_else_are_one_sentence() {
  checkout kit
  echo 'echo "mold: fatal: cannot open build/dev/lab08: Permission denied" >&2; exit 1' >kit/compiler.sh
  workshop kit check 8
  ends_with 2
  said 'lab 08 cannot be built: .*build/dev cannot be written to: make it yours by sudo chown -R'
  said_not 'does not compile'
}

test_a_full_disk_is_one_sentence() {
  checkout kit
  echo 'echo "fatal error: error in backend: IO failure on output stream: No space left on device" >&2; exit 1' >kit/compiler.sh
  workshop kit check 8
  ends_with 2
  said 'because its disk is full: free some space'
  said_not 'does not compile'
}

test_a_library_that_is_gone_is_one_sentence() {
  checkout kit
  echo 'add_custom_command(OUTPUT "${lab}" DEPENDS /usr/lib/libgone.so APPEND)' >kit/more.cmake
  workshop kit check 8
  ends_with 2
  said "a file is gone that was there when .*build/dev was configured: put it back.*libgone"
  said_not 'does not compile'
}

test_messages_name_files_as_they_are_typed_from_a_subfolder() {
  checkout kit
  echo 'message(FATAL_ERROR "No.")' >>kit/CMakeLists.txt
  cd kit/labs/08-stand-in || exit 1
  run env WORKSHOP_ROOT="$(cd ../.. && pwd -P)" "$WORKSHOP" check 8
  ends_with 2
  said 'run \.\./\.\./scripts/workshop doctor'
  run env WORKSHOP_ROOT="$(cd ../.. && pwd -P)" "$WORKSHOP" doctor
  ends_with 1
  said 'mend: \.\./\.\./scripts/setup'
}

test_without_words_it_says_where_one_is_and_what_is_next() {
  checkout kit
  workshop kit
  ends_with 0
  said '0 of 1 lab is solved .*Next: lab 08.*Page: .*labs/08-stand-in/README.md'
  workshop kit check 8
  said 'Lab 08 is solved.*All labs are solved'
  workshop kit
  said '1 of 1 lab is solved'
  rm -r kit/.workshop  # derived again from what the tests have told
  workshop kit
  said '1 of 1 lab is solved'
  echo '// more' >>kit/labs/08-stand-in/src/handler.cpp
  workshop kit status
  said 'changed|not begun'
}

test_watch_appends_a_verdict_at_every_save_where_there_is_no_terminal() {
  local how pid
  checkout kit
  for how in '' --poll; do
    # shellcheck disable=SC2086
    env "WORKSHOP_ROOT=$PWD/kit" TERM=dumb "$WORKSHOP" watch 8 --checks 2 $how >said 2>&1 </dev/null &
    pid=$!
    for _ in $(seq 600); do
      if grep -q 'verdict after' said; then break; fi
      sleep 0.1
    done
    echo "// $how" >kit/labs/08-stand-in/src/new.tmp
    mv kit/labs/08-stand-in/src/new.tmp kit/labs/08-stand-in/src/handler.cpp  # as editors save
    code=0
    wait "$pid" || code=$?
    ends_with 0
    said 'handler.cpp was saved checking'
    [ "$(grep -c 'verdict after' said)" -eq 2 ] || fail "not two verdicts"
    if grep -q "$(printf '\033')" said; then fail "an escape sequence where there is no terminal"; fi
  done
}

test_an_interrupt_ends_the_compilers_of_a_build() {
  local signal
  require_pgrep
  checkout kit
  # As a compiler of Ninja's: in a process group of its own.
  printf 'echo started; exec -a compiler-of-%s sleep 1000\n' "$$" >kit/compiler.sh
  set -m  # else Bash has its background jobs ignore SIGINT, and the program honours that
  for signal in INT TERM HUP; do
    WORKSHOP_ROOT=$PWD/kit "$WORKSHOP" check 8 >said 2>&1 </dev/null &
    runner=$!
    runs "compiler-of-$$"
    kill -$signal "$runner"
    wait "$runner"
    gone "compiler-of-$$"
  done
}

test_a_killed_runner_takes_a_looping_lab_along() {
  require_pgrep
  checkout kit
  printf '#!/bin/bash\nexec -a lab-of-%s sleep 1000\n' "$$" >kit/program.sh
  WORKSHOP_ROOT=$PWD/kit "$WORKSHOP" check 8 >said 2>&1 </dev/null &
  runner=$!
  runs "lab-of-$$"
  kill -KILL "$runner"
  wait "$runner" 2>/dev/null
  gone "lab-of-$$"
}

test_verify_without_solutions_says_what_it_can_prove() {
  checkout kit
  rm -r kit/solutions
  workshop kit verify
  ends_with 0
  said 'There are no solutions in this checkout, so this proves only that these labs build'
  said '100% tests passed, 0 tests failed out of 1'
}

test_verify_with_solutions_leaves_nothing_out() {
  checkout kit
  workshop kit verify
  [ "$code" -ne 0 ] || fail "two tests fail, and verify ended with 0"
  said '2 tests failed out of 3'
  said_not 'no solutions'
}

test_doctor_says_that_lab_11_will_be_skipped() {
  checkout kit
  mkdir -p kit/cmake/probe kit/build/dev/common/workshop/runner
  printf 'int main() {}\n' >kit/cmake/probe/probe.cpp
  command -v clang++-19 >kit/build/dev/compiler.txt || command -v c++ >kit/build/dev/compiler.txt
  for thing in coroutine sqlite catch2 boost spdlog; do
    printf '#!/bin/sh\necho seen: 1\n' >kit/build/dev/common/workshop/runner/doctor_$thing
    chmod +x kit/build/dev/common/workshop/runner/doctor_$thing
    echo "add_custom_target(doctor_$thing)" >>kit/more.cmake
  done
  TLA2TOOLS_JAR=$PWD/no.jar workshop kit doctor
  said 'All is there, but for lab 11, which will be skipped\.'
  ends_with 0
  if command -v java >/dev/null 2>&1; then said 'no.jar, which does not exist: lab 11 is skipped'; fi
}

[ -n "${WORKSHOP:-}" ] || { echo "WORKSHOP names no workshop program" >&2; exit 2; }
run_tests "$@"
