#!/usr/bin/env bash
# The mutants that scripts/mutate makes of the files in mutated/: exactly those that are expected, under names of their own, as
# diffs that git applies. CLANG names a Clang. `mutate_operators_test.sh --update` writes what is expected anew.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

files=$root/scripts/tests/mutated
python=$(find "$root/.cache/mutate" -path '*/bin/python' 2>/dev/null | head -n 1)
clang=${CLANG:-clang++}

require_python() {
  [ -n "$python" ] || skip "libclang's package is not in .cache/mutate; scripts/mutate 8 --list gets it"
  "$clang" -print-resource-dir >/dev/null 2>&1 || skip "$clang is no Clang, whose headers libclang needs"
}
mutation() { PYTHONPATH=$root/scripts PYTHONDONTWRITEBYTECODE=1 "$python" -m "$@"; }
# diffs_of FILE [--whole]: the names and diffs of all its mutants
diffs_of() { mutation mutation.diffs_of "$clang" "$@"; }

test_operators_make_the_expected_mutants_of_code() {
  require_python
  diffs_of "$files/handler.cpp" >made || fail "no mutants"
  diff "$files/handler.expected" made || fail "other mutants than expected; if they are right: $0 --update"
}

test_operators_make_the_expected_mutants_of_a_specification() {
  require_python
  diffs_of "$files/Handler.tla" >made || fail "no mutants"
  diff "$files/Handler.expected" made || fail "other mutants than expected; if they are right: $0 --update"
}

test_a_mutant_is_a_diff_as_a_mistake_is() {
  require_python
  command -v git >/dev/null || skip "there is no git"
  diffs_of "$files/handler.cpp" --folder mutants || fail "no mutants"
  [ "$(find mutants -name '*.diff' | wc -l)" -gt 50 ] || fail "too few mutants"
  local one
  for one in mutants/*.diff; do
    head -n 5 "$one" | cut -d: -f1 | tr '\n' ' ' | grep -qx 'mistake why ask caught by as ' || fail "$one has another header"
    rm -rf copy && mkdir copy && cp "$files/handler.cpp" copy/
    (cd copy && GIT_CEILING_DIRECTORIES=$here git apply --whitespace=nowarn "../$one") || fail "$one does not apply"
    ! grep -n ' $' "$one" || fail "$one has a blank at the end of a line"
    ! cmp -s "$files/handler.cpp" copy/handler.cpp || fail "$one changes nothing"
  done
}

# names_in_list TEXT: reads it as a list of equivalent mutants
read_list() {
  printf '%b' "$1" >list
  run mutation mutation.equivalents list
}

test_a_list_of_equivalent_mutants_gives_each_its_reason() {
  require_python
  read_list '# a comment\ndrop in f: x;\ndrop in f: y;\n    Nobody\n    asks.\n'
  ends_with 0
  said 'drop in f: x;: Nobody asks. drop in f: y;: Nobody asks.'
  read_list 'drop in f: x;\n'
  ends_with 2
  said 'list:1: no reason follows "drop in f: x;"; mend: '
  read_list '    Nobody asks.\n'
  ends_with 2
  said 'list:1: a reason without a mutant; mend: '
  read_list 'drop in f: x;\n    A.\ndrop in f: x;\n    B.\n'
  ends_with 2
  said 'stands here twice; mend: '
}

if [ "${1:-}" = --update ]; then
  diffs_of "$files/handler.cpp" >"$files/handler.expected" && diffs_of "$files/Handler.tla" >"$files/Handler.expected"
  exit
fi
run_tests "$@"
