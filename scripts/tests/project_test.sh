#!/usr/bin/env bash
# A project of one's own, from an empty folder to a bug that is found and mended: what docs/attendee-guide/taking-it-home.md
# says. WORKSHOP names the program, BUILT a build folder of the kit, whose library is taken.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

test_a_project_finds_its_planted_bug_and_is_green_when_that_is_mended() {
  run env "WORKSHOP_ROOT=$root" "$WORKSHOP" new-project my-handlers
  ends_with 0
  said 'Next: cd .*my-handlers'
  run "$cmake" -G Ninja -S my-handlers -B my-handlers/build -D "WORKSHOP_BUILT=$BUILT" ${PROBE_DIR:+-D "WORKSHOP_PROBE_DIR=$PROBE_DIR"}
  ends_with 0
  run "$cmake" --build my-handlers/build
  ends_with 0

  run env "WORKSHOP_PICTURES=$here/pictures" my-handlers/build/my_handlers
  [ "$code" -ne 0 ] || fail "the planted bug is not found"
  said 'a reader who gets the book is told so, whatever happens.*lost message.*BookLent.*CRASH before publish BookLent'
  said 'test cases: 2 \| 1 passed \| 1 failed'
  [ -s pictures/my_handlers.a-reader-who-gets-the-book-is-told-so-whatever-happens.html ] || fail "there is no picture"

  # The mend of the page: whose book it is decides, not whether somebody has it.
  sed -i.before 's/if (!book\.value\.reader\.empty())/if (!book.value.reader.empty() \&\& book.value.reader != command.reader)/' \
    my-handlers/src/lending_handler.cpp
  run "$cmake" --build my-handlers/build
  ends_with 0
  run ctest --test-dir my-handlers/build
  ends_with 0
  said '100% tests passed, 0 tests failed out of 1'
}

test_the_library_that_a_lab_has_built_is_named() {
  mkdir -p kit/scripts kit/build/dev/common
  cp -r "$root/scripts/project-template" kit/scripts/
  touch kit/build/dev/workshop-library.cmake
  run env "WORKSHOP_ROOT=$here/kit" "$WORKSHOP" new-project configured-only
  ends_with 0
  said_not WORKSHOP_BUILT
  touch kit/build/dev/common/libworkshop_common.a
  run env "WORKSHOP_ROOT=$here/kit" "$WORKSHOP" new-project built
  ends_with 0
  said "-S . -B build -D WORKSHOP_BUILT='.*/kit/build/dev' && cmake --build build"
}

test_a_folder_that_is_in_use_or_in_the_kit_is_refused() {
  mkdir full
  echo mine >full/file
  run env "WORKSHOP_ROOT=$root" "$WORKSHOP" new-project full
  ends_with 2
  said 'full is there already, and not empty: name a folder that is not there'
  [ "$(cat full/file)" = mine ] || fail "a file of somebody's is gone"
  run env "WORKSHOP_ROOT=$root" "$WORKSHOP" new-project "$root/mine"
  ends_with 2
  said "is in the kit's checkout: name a folder beside it"
}

test_a_project_without_its_kit_says_what_is_missing() {
  run env "WORKSHOP_ROOT=$root" "$WORKSHOP" new-project mine
  run "$cmake" -G Ninja -S mine -B mine/build -D "WORKSHOP_KIT=$here/nowhere"
  ends_with 1
  said 'There is no workshop kit in ".*/nowhere"\. Say where it is: cmake -D WORKSHOP_KIT='
  run "$cmake" -G Ninja -S mine -B mine/b2 -D "WORKSHOP_BUILT=$here/nowhere" ${PROBE_DIR:+-D "WORKSHOP_PROBE_DIR=$PROBE_DIR"}
  ends_with 1
  said 'holds no library to take: build it'
}

[ -n "${WORKSHOP:-}" ] || { echo "WORKSHOP names no workshop program" >&2; exit 2; }
[ -e "${BUILT:-}/workshop-library.cmake" ] || { echo "skipped  there is no built library to take in ${BUILT:-BUILT}"; exit 4; }
run_tests "$@"
