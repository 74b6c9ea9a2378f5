#!/bin/sh
# Makes the file of a mistake: the solution's, with a diff applied to it.
#
#   apply_mistake.sh SOLUTION DIFF FILE FOLDER
#
# SOLUTION is the folder solutions/NN-name, DIFF (mistakes/NAME.diff) and FILE (src/handler.cpp) lie in it. Writes
# FOLDER/FILE, and only if that changes: an edit of a header compiles nothing. The diff applies as it stands or not at
# all, whatever this machine's settings of git are.
set -u
solution=$1 diff=$2 file=$3 folder=$4
try=$folder/try.$$
trap 'rm -rf "$try"' EXIT

fail() { # LINE TEXT, in the form of a compiler's error, which editors and the runner know
  echo "$solution/$diff:$1: error: $2" >&2
  exit 1
}

command -v git >/dev/null || fail 1 'git is missing, which applies it; mend: scripts/setup'
mkdir -p "$try/${file%/*}" "$folder/${file%/*}" && cp "$solution/$file" "$try/$file" || exit 1
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE  # a hook sets them
export GIT_CEILING_DIRECTORIES="$folder" GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 LC_ALL=C
if ! said=$(cd "$try" && git apply --whitespace=nowarn "$solution/$diff" 2>&1); then
  lab=${solution##*/}
  number=${lab%%-*}
  case $diff:$said in
    steps/*:*'patch failed'*)
      fail 1 "it does not apply to $file of the solution as that is now; make it anew: git diff --no-index of the solution and of the file with that step solved" ;;
    *'patch failed'* | *'No such file'*)
      fail 1 "it does not apply to $file of the solution as that is now; mend: scripts/workshop mistakes update ${number#0}" ;;
    *) fail 1 "git cannot read it: ${said##*error: }" ;;
  esac
fi
[ -e "$folder/$file" ] && cmp -s "$try/$file" "$folder/$file" && exit 0
mv -f "$try/$file" "$folder/$file"
