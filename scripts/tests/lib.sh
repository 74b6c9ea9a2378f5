# shellcheck shell=bash disable=SC2034
# What the shell tests share: each function test_… of a file runs in a subshell, in an empty folder of its own ($here).
# A test fails by `fail`, and by every check below that does not hold. Sourced by bash.

set -u
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
cmake=${CMAKE:-cmake}
workplace=$(mktemp -d) || exit 2
workplace=$(cd -- "$workplace" && pwd -P)
trap 'chmod -R u+w "$workplace" 2>/dev/null; rm -rf "$workplace"' EXIT

fail() { echo "failed: $*" >&2; exit 1; }
skip() { echo "skipped: $*" >&2; exit 4; }

# run COMMAND...: runs it with what it prints in the file `said`, and its exit code in $code.
run() {
  code=0
  "$@" >said 2>&1 </dev/null || code=$?
}
ends_with() { [ "$code" -eq "$1" ] || { cat said >&2; fail "it ended with $code, not $1"; }; }
said() { tr '\n' ' ' <said | tr -s ' ' | grep -qE -- "$1" || { cat said >&2; fail "it did not say: $1"; }; }
said_not() { if tr '\n' ' ' <said | tr -s ' ' | grep -qE -- "$1"; then cat said >&2; fail "it said: $1"; fi; }
# One sentence with its mend, not a dump.
said_at_most() { [ "$(grep -c . said)" -le "$1" ] || { cat said >&2; fail "it said more than $1 lines"; }; }
within() { [ $((SECONDS - begin)) -le "$1" ] || { cat said >&2; fail "it took $((SECONDS - begin)) s, not $1"; }; }

# Runs the tests that the arguments name, or all. 4: what a test needs is not here (skipped), and no test failed.
run_tests() {
  local name names status failed=0 skipped=0 count=0
  names=${*:-$(declare -F | awk '$3 ~ /^test_/ { print $3 }')}
  for name in $names; do
    here=$workplace/$name
    mkdir -p "$here"
    (
      cd "$here" || exit 1
      begin=$SECONDS
      "$name"
    ) >"$workplace/log" 2>&1
    status=$?
    count=$((count + 1))
    case $status in
      0) echo "ok       ${name#test_}" ;;
      4) echo "skipped  ${name#test_}: $(sed -n 's/^skipped: //p' "$workplace/log")"; skipped=$((skipped + 1)) ;;
      *) echo "FAILED   ${name#test_}"; sed 's/^/  | /' "$workplace/log"; failed=$((failed + 1)) ;;
    esac
  done
  echo "$((count - failed - skipped)) passed, $failed failed, $skipped skipped"
  [ "$count" -gt 0 ] || exit 1
  [ "$failed" -eq 0 ] || exit 1
  [ "$skipped" -lt "$count" ] || exit 4
}
