#!/usr/bin/env bash
# What scripts/workshop does with checkouts that were copied, moved, unpacked by somebody else, or half built. The checkout is
# made of the real script and presets, and of a program that says which source it was built from.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

# checkout FOLDER: one that was never built
checkout() {
  mkdir -p "$1/scripts" "$1/common/workshop/runner"
  cp "$root/CMakePresets.json" "$1/"
  cp -R "$root/scripts/workshop" "$root/scripts/setup_parts" "$1/scripts/"
  printf '#!/bin/sh\necho "setup was run"\n' >"$1/scripts/setup"
  chmod +x "$1/scripts/setup"
  cat >"$1/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.25)
project(stand_in LANGUAGES NONE)
set(program "${CMAKE_BINARY_DIR}/common/workshop/runner/workshop")
set(source "${CMAKE_SOURCE_DIR}/common/workshop/runner/program.sh")
add_custom_command(OUTPUT "${program}" DEPENDS "${source}" COMMAND ${CMAKE_COMMAND} -E copy "${source}" "${program}" VERBATIM)
add_custom_target(workshop_runner DEPENDS "${program}")
add_custom_target(workshop_more COMMAND ${CMAKE_COMMAND} -E copy "${source}" "${program}-more" VERBATIM)
if(EXISTS "${CMAKE_SOURCE_DIR}/broken")
  message(FATAL_ERROR "fmt is not on this machine and cannot be fetched. Install it.")
endif()
CMAKE
  tells "$1" "built from $(basename "$1")"
}
tells() {  # tells FOLDER WORDS: edits the source of the program
  printf '#!/bin/sh\necho "verdict: %s, in $WORKSHOP_ROOT"\n' "$2" >"$1/common/workshop/runner/program.sh"
  chmod +x "$1/common/workshop/runner/program.sh"
}
workshop() { run bash "$1/scripts/workshop" "${@:2}"; }

# as_nobody FOLDER COMMAND...: runs it as a person who may not write to FOLDER, which belongs to somebody else.
as_nobody() {
  local folder=$1
  shift
  if [ "$(id -u)" -eq 0 ]; then
    command -v setpriv >/dev/null 2>&1 || skip "there is no setpriv to run as somebody else"
    chmod 755 "$workplace" "$here"
    : >said
    chmod 666 said
    run setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
  else
    chmod -R a-w "$folder"
    run "$@"
    chmod -R u+w "$folder"
  fi
}

test_a_first_run_builds_the_program_and_a_second_starts_it() {
  checkout kit
  workshop kit list
  ends_with 0
  said 'First time here.*setup was run.*verdict: built from kit'
  workshop kit list
  said_not 'First time'
  said 'verdict: built from kit'
}

test_what_has_the_other_commands_is_built_when_one_of_them_comes() {
  checkout kit
  workshop kit list
  [ ! -e kit/build/dev/common/workshop/runner/workshop-more ] || fail "a first check builds it"
  workshop kit --more board
  ends_with 0
  said 'The first time: building what this command needs.*verdict: built from kit'
  workshop kit --more board
  said_not 'The first time'
  sleep 1
  tells kit 'edited'
  workshop kit --more board
  said 'verdict: edited'
}

test_a_path_that_cmake_cannot_build_in_is_built_through_a_link() {
  local name
  export XDG_CACHE_HOME=$PWD/cache
  for name in 'a#b' 'a$b' 'a<b' 'a"b' 'a;b' 'a[b' 'a]b[c'; do
    checkout "$name"
    tells "$name" 'built'
    workshop "$name" list
    ends_with 0
    said 'CMake cannot build in .*so it is built as .*/cache/workshop/[0-9]+, a link to it'
    said "verdict: built, in $PWD/cache/workshop/[0-9]+ ?\$"
    sleep 1
    tells "$name" 'edited'
    workshop "$name" list
    said 'verdict: edited'
    said_not 'is configured afresh'
    said_not 'a link to it'
  done
}

test_where_the_link_would_have_such_a_path_too_cmake_is_asked_and_says_no() {
  export XDG_CACHE_HOME=$PWD/'c#che'
  checkout 'a#b'
  workshop 'a#b' list
  ends_with 2
  said_not 'a link to it'
  said 'configuring with CMake failed|building the workshop program failed'
}

test_a_build_that_fails_ends_and_says_nothing_more() {
  checkout kit
  rm kit/common/workshop/runner/program.sh
  workshop kit list
  ends_with 2
  said 'building the workshop program failed'
  said_not 'unbound variable'
  sleep 11  # a line on how far it is would come every 10 s
  said_not 'still building'
}

test_a_copied_checkout_is_judged_by_its_own_files() {
  checkout kit
  workshop kit list
  cp -a kit copy
  sleep 1
  tells copy 'built from the copy'
  workshop copy list
  ends_with 0
  said 'build/dev belongs to the checkout in .*/kit: it is configured afresh'
  said "verdict: built from the copy, in $here/copy"
}

test_a_copied_checkout_that_was_not_edited_is_configured_afresh_too() {
  checkout kit
  workshop kit list
  cp -a kit copy
  tells kit 'edited in the original'
  workshop copy list
  said 'belongs to the checkout in .*/kit'
  said 'verdict: built from kit'
  grep -q "$here/kit" copy/build/dev/build.ninja && fail "the copy still builds the original"
  return 0
}

test_every_build_folder_of_a_copied_checkout_is_looked_at() {
  checkout kit
  workshop kit list
  (cd kit && "$cmake" --preset kit && mkdir -p labs/08 && cp CMakeLists.txt labs/08/ && "$cmake" -S labs/08 -B build/lab08) >log 2>&1
  cp -a kit copy
  workshop copy list
  said 'copy/build/dev belongs to .*copy/build/kit belongs to .*copy/build/lab08 belongs to'
  [ ! -e copy/build/kit ] || fail "build/kit is still there"
  workshop kit list
  said_not belongs
  [ -e kit/build/lab08/CMakeCache.txt ] || fail "a lab's own build folder was removed from where it belongs"
}

test_a_moved_checkout_goes_on() {
  checkout kit
  workshop kit list
  mv kit moved
  workshop moved list
  ends_with 0
  said "belongs to the checkout in $here/kit: it is configured afresh"
  said 'verdict: built from kit, in .*/moved'
}

test_a_checkout_reached_by_a_link_is_the_same_checkout() {
  checkout kit
  workshop kit list
  ln -s kit link
  workshop link list
  ends_with 0
  said_not 'belongs to|First time'
}

test_a_build_folder_of_another_generator_is_configured_afresh() {
  command -v make >/dev/null 2>&1 || skip "there is no make"
  checkout kit
  "$cmake" -G 'Unix Makefiles' -S kit -B kit/build/dev >log 2>&1
  workshop kit list
  ends_with 0
  said 'build/dev was configured for Unix Makefiles, not for Ninja: it is configured afresh'
  said 'verdict: built from kit'
}

test_a_build_folder_whose_compiler_is_gone_is_configured_afresh() {
  checkout kit
  workshop kit list
  echo /usr/bin/clang++-15-that-is-gone >kit/build/dev/compiler.txt
  workshop kit list
  said 'was configured for a compiler that is gone, /usr/bin/clang\+\+-15-that-is-gone: it is configured afresh'
  said 'verdict: built from kit'
}

test_a_failed_configuration_is_told_in_its_own_words_and_tried_again() {
  checkout kit
  : >kit/broken
  workshop kit list
  ends_with 2
  said 'fmt is not on this machine and cannot be fetched. Install it. workshop: configuring with CMake failed; all of its output: '
  said_not 'Call Stack|CMakeLists.txt:|does not compile'
  rm kit/broken
  workshop kit list
  ends_with 0
  said 'verdict: built from kit'
}

test_files_of_somebody_else_are_one_sentence() {
  checkout kit
  workshop kit list
  sleep 1
  tells kit 'edited'
  chmod a+w kit
  as_nobody kit/build bash kit/scripts/workshop list
  ends_with 2
  said 'kit/build/dev cannot be written to: .*(sudo chown -R|chmod -R u\+w)'
  said_not 'verdict'
  said_at_most 1
}

test_verify_in_folders_of_somebody_else_is_one_sentence() {
  checkout kit
  workshop kit list
  (cd kit && "$cmake" --preset kit) >log 2>&1
  chmod -R a+rwX kit
  chmod -R go-w kit/build/kit
  as_nobody kit/build/kit bash kit/scripts/workshop verify
  ends_with 2
  said 'kit/build/kit cannot be written to: .*(sudo chown -R|chmod -R u\+w)'
  said_at_most 1
}

test_a_checkout_that_may_not_be_written_to_is_one_sentence() {
  checkout kit
  as_nobody kit bash kit/scripts/workshop list
  ends_with 2
  said 'kit cannot be written to: .*(sudo chown -R|chmod -R u\+w).*, or copy the checkout to a folder of yours'
  said_at_most 3  # after the two of a first time
}

test_an_interrupt_of_a_first_build_leaves_nothing_running() {
  command -v python3 >/dev/null 2>&1 || skip "there is no python3 to play a keyboard"
  command -v pgrep >/dev/null 2>&1 || skip "there is no pgrep"
  checkout kit
  printf 'add_custom_target(slow COMMAND bash -c "exec -a first-build-of-%s sleep 1000" VERBATIM)\nadd_dependencies(workshop_runner slow)\n' "$$" >>kit/CMakeLists.txt
  python3 - "$$" <<'PYTHON' || fail "something is still running"
import os, signal, subprocess, sys, time
name = "first-build-of-" + sys.argv[1]
def running():
    return subprocess.run(["pgrep", "-f", "^" + name], stdout=subprocess.PIPE).stdout.split()
script = subprocess.Popen(["bash", "kit/scripts/workshop", "list"], start_new_session=True,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
deadline = time.time() + 120
while not running() and time.time() < deadline: time.sleep(0.1)
assert running(), "it never ran"
os.killpg(script.pid, signal.SIGINT)
script.wait()
deadline = time.time() + 60
while running() and time.time() < deadline: time.sleep(0.1)
left = running()
for pid in left: os.kill(int(pid), signal.SIGKILL)
sys.exit(1 if left else 0)
PYTHON
  [ -z "$(find kit/build/dev -maxdepth 1 -name 'workshop.??????')" ] || fail "it left its time stamp"
}

test_a_cmake_that_is_too_old_is_told_with_the_version_that_is_needed() {
  checkout kit
  mkdir bin kit/labs
  printf '#!/bin/sh\necho "cmake version 3.22.1"\n' >bin/cmake
  chmod +x bin/cmake
  export PATH="$PWD/bin:$PATH"
  workshop kit list
  ends_with 2
  said 'CMake 3.25 or newer is needed'
  cd kit/labs || exit 1
  run bash ../scripts/workshop doctor
  ends_with 1
  said 'missing  ?cmake +3\.22\.1 is too old: 3\.25 or newer is needed +mend: \.\./scripts/setup'
  said 'Mend that first: \.\./scripts/setup'
}

test_it_runs_without_its_exec_bits_and_under_sh() {
  checkout kit
  chmod -x kit/scripts/workshop kit/scripts/setup
  workshop kit list
  ends_with 0
  for shell in sh dash; do
    command -v $shell >/dev/null 2>&1 || continue
    run $shell kit/scripts/workshop list
    ends_with 0
    said 'verdict: built from kit'
  done
}

test_windows_line_ends_are_one_sentence() {
  local script
  for script in workshop setup; do
    awk '{ printf "%s\r\n", $0 }' "$root/scripts/$script" >$script
    for shell in bash sh; do
      run $shell $script list
      ends_with 2
      said 'the files of this checkout have Windows line ends \(CRLF\).*git clone -c core.autocrlf=false'
      said_at_most 1
    done
  done
}

test_a_clone_for_windows_has_line_feeds() {
  command -v git >/dev/null 2>&1 || skip "there is no git"
  mkdir kit
  cp "$root/.gitattributes" kit/
  cp -R "$root/scripts" kit/
  # An ICO file holds CR LF by chance, and a checkout must not touch it.
  printf 'a\r\nb\0\r\n' >kit/picture.png
  git -C kit init -q
  git -C kit add .
  git -C kit -c user.name=x -c user.email=x@example.org commit -qm x
  git -c core.autocrlf=true -c core.eol=crlf clone -q kit clone
  if grep -rlI "$(printf '\r')$" clone/scripts clone/.gitattributes; then fail "these have CRLF"; fi
  cmp kit/picture.png clone/picture.png
}

test_no_program_may_run_here_is_one_sentence() {
  [ "$(id -u)" -eq 0 ] || skip "only root can mount"
  mkdir noexec
  mount -t tmpfs -o noexec none noexec 2>/dev/null || skip "nothing can be mounted here"
  trap 'umount "$here/noexec"' EXIT
  checkout noexec/kit
  workshop noexec/kit list
  ends_with 2
  said 'no program may be run in .*: its file system is mounted noexec; move the checkout to another one'
  said_not 'Permission denied'
}

test_any_path_will_do() {
  local name
  for name in 'with blanks' 'with[brackets]' "with'quote" 'with(parentheses)' 'mit ümlaut' 'with&and'; do
    mkdir "$name"
    checkout "$name/kit"
    workshop "$name/kit" list
    ends_with 0
    said 'verdict: built from kit'
    cp -a "$name/kit" "$name/copy"
    workshop "$name/copy" list
    ends_with 0
    said 'belongs to the checkout in '
  done
}

run_tests "$@"
