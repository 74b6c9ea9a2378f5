#!/usr/bin/env bash
# What `completion` prints, read by each shell that is here: commands, options of a command and labs are completed.
#   WORKSHOP=the program
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

export WORKSHOP_ROOT=$root
printed() { "$WORKSHOP" completion "$1" >"$here/$1" || fail "completion $1 ends with $?"; }

# completed WORD LINE: it is among what is offered for the line.
completed() { grep -qxF -- "$1" "$here/offered" || { cat "$here/offered" >&2; fail "$1 is not offered for: $2"; }; }

test_bash() {
  printed bash
  cd -- "$root" || exit 2
  offer() {
    bash --norc -c '. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _workshop; printf "%s\n" "${COMPREPLY[@]}"' \
      "$here/bash" "$@" >"$here/offered"
    completed "$expected" "$*"
  }
  expected=prove offer scripts/workshop pr
  expected=--verbose offer ./scripts/workshop check --verb
  expected=--lunch offer workshop agenda --l
  expected=12 offer scripts/workshop check 1
  expected=update offer scripts/workshop mistakes up
}

test_fish() {
  command -v fish >/dev/null || skip "fish is not installed"
  printed fish
  cd -- "$root" || exit 2
  offer() {
    HOME=$here fish -N -c 'source $argv[1]; complete -C $argv[2]' "$here/fish" "$1" | cut -f 1 >"$here/offered"
    completed "$expected" "$1"
  }
  expected=prove offer 'scripts/workshop pr'
  expected=--verbose offer 'scripts/workshop check --verb'
  expected=--lunch offer 'workshop agenda --l'
  expected=12 offer 'scripts/workshop check 1'
  expected=update offer 'scripts/workshop mistakes up'
}

# In an interactive shell at a pseudo-terminal, by the tabulator: zsh completes nowhere else.
test_zsh() {
  command -v zsh >/dev/null || skip "zsh is not installed"
  printed zsh
  cd -- "$root" || exit 2
  cat >"$here/typed" <<'END'
zmodload zsh/zpty
TERM=dumb zpty shell zsh -f -i
out=
wait_for() {  # whatever the shell echoes, until $1 is there
  local got
  for i in {1..600}; do
    while zpty -r -t shell got; do out+=$got; done
    [[ $out == *$1* ]] && return 0
    sleep 0.1
  done
  print -r -- "zsh does not come to $1: ${(V)out}"
  exit 1
}
type_in() { out=; zpty -w -n shell "$1"; }
type_in "autoload -Uz compinit; compinit -u -D; source $1; PS1=GO\"\"ES-ON"$'\n'
wait_for GOES-ON  # the prompt: keys are read one by one from here on
type_in 'scripts/workshop pro'$'\t';           wait_for 'workshop prove '
type_in $'\x15''scripts/workshop check --verb'$'\t'; wait_for '--verbose '
type_in $'\x15''scripts/workshop agenda --l'$'\t';   wait_for '--lunch'
type_in $'\x15''scripts/workshop check 1'$'\t';      wait_for '15'
type_in $'\x15''scripts/workshop mistakes up'$'\t';  wait_for 'mistakes update '
zpty -d shell
END
  zsh -f "$here/typed" "$here/zsh" >"$here/said" 2>&1 || { cat "$here/said" >&2; fail "zsh"; }
}

run_tests "$@"
