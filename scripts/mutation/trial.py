"""The trial of one mutant: compiled, checked, and proved if the check says nothing."""

import hashlib
import json
import os
import resource
import shutil
import subprocess
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from .lab import Refused

CHECK_CPU_S = 20  # a solution's check takes less than two
PROVE_S = 45  # what explorations may spend beyond their own bounds, as `workshop prove` allows
PROVE_WALL_S = 60
_RULES = f"1 {CHECK_CPU_S} {PROVE_WALL_S}"  # a verdict under other rules is another verdict

INVALID, CHECKED, PROVED, SURVIVED, SAME = "invalid", "killed by check", "killed by prove", "survived", "same code"
PASSED = "passed check"  # and was not proved
OUT_OF_TIME = "bound: time"
# What a search says that the clock has ended. TLC is given a minute, which suffices for the lab's own tests unless the states of a
# mutant have no end; the larger worlds of prove may need it all.
_SEARCH_ENDED = ("(bound: time)",)
_PROOF_ENDED = (*_SEARCH_ENDED, "TLC cannot judge the model: out of time", "TLC cannot judge the model: TLC failed")


def _digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class Verdict:
    verdict: str
    test: str = ""  # that found it
    broken: str = ""  # the invariant, or "assertion", "exception", "time", "crash"
    check_s: float = 0
    prove_s: float = 0


class Cache:
    """Verdicts by the digest of the mutant's text and of all that its program is made of; each is kept when it is known."""

    def __init__(self, path):
        self.path = path
        self.known = {}
        self.killed = {}  # by the digest of the text alone, whatever the tests were
        if path.exists():
            for line in path.read_text().splitlines():
                one = json.loads(line)
                key, text = one.pop("key"), one.pop("text", "")
                self.known[key] = Verdict(**one)
                self._note_kill(text, self.known[key])

    def _note_kill(self, text, verdict):
        if verdict.verdict in (CHECKED, PROVED):
            self.killed[text] = verdict

    def put(self, key, text, verdict):
        self.known[key] = verdict
        self._note_kill(text, verdict)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps({"key": key, "text": text, **asdict(verdict)}) + "\n")


class Trials:
    """`prove_s`: what explorations of prove may spend, 0 for no prove. `patience`: so many times the wall clock, where other
    programs take the machine. `keep_kills`: what other tests have killed counts as killed: right when tests were only added."""

    def __init__(self, program, prove_s=PROVE_S, keep_kills=False, patience=1):
        self.program, self.lab, self.prove_s, self.keep_kills, self.patience = program, program.lab, prove_s, keep_kills, patience
        self.cache = Cache(self.lab.folder / "verdicts.jsonl")
        self._original, self._original_lock = None, threading.Lock()

    def key(self, text):
        return _digest("\0".join((_RULES, self.program.inputs, text)))

    def known(self, text):
        """The verdict on the mutant with this text, if there is one; without `prove` that it passes the check is enough."""
        verdict = self.cache.known.get(self.key(text))
        if verdict is None and self.keep_kills:
            verdict = self.cache.killed.get(_digest(text))
        return None if verdict and verdict.verdict == PASSED and self.prove_s else verdict

    def verdict(self, text):
        """Tries the mutant with this text."""
        key = self.key(text)
        folder = self.lab.folder / key[:16]
        try:
            verdict = self._try(text, folder)
            self.cache.put(key, _digest(text), verdict)
            return verdict
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _try(self, text, folder):
        source = self._write(text, folder)
        if self.lab.is_specification and not _is_translated(self.lab, folder):
            return Verdict(INVALID)
        if not self._is_built(source, folder):
            self._require_that_the_solution_is_built()
            return Verdict(INVALID)
        checked = _run_tests(folder, ["--abort", "~[.]"], {}, CHECK_CPU_S * 10, CHECK_CPU_S)
        if checked.failed and checked.broken != OUT_OF_TIME:
            return Verdict(CHECKED, checked.test, checked.broken, checked.seconds)
        if self.prove_s == 0:
            return Verdict(PASSED, check_s=checked.seconds)
        if self._is_same_code(folder):
            return Verdict(SAME, check_s=checked.seconds)
        proved = self._prove(folder, ["--abort"])
        if proved.broken == OUT_OF_TIME:  # what other tests say
            proved = self._prove(folder, [])
        found = proved.failed and proved.broken not in ("time", OUT_OF_TIME)
        return Verdict(PROVED if found else SURVIVED, proved.test, proved.broken, checked.seconds, proved.seconds)

    def _prove(self, folder, arguments):
        cores = 2 if self.lab.is_specification else 1  # TLC has two workers
        return _run_tests(folder, [*arguments, "[exam],~[.]"], {"WORKSHOP_EXPLORE": f"prove={self.prove_s}"},
                          PROVE_WALL_S * self.patience, PROVE_WALL_S * cores, _PROOF_ENDED)

    def _write(self, text, folder):
        """The source to compile for the mutant."""
        path = folder / self.lab.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("latin-1"))
        if not self.lab.is_specification:
            return path
        source = folder / "spec_file.cpp"
        self.program.specification_source(path, source)
        return source

    def _is_built(self, source, folder):
        return (self._run(self.program.compile_command(source, folder / "mutant.o")) and
                self._run(self.program.link_command(folder / "mutant.o", folder / "mutant")))

    def _require_that_the_solution_is_built(self):
        """Nothing is said about mutants while the sources of the library change."""
        with tempfile.TemporaryDirectory(dir=self.lab.folder) as folder:
            there = Path(folder)
            if not self._is_built(self._write(self.lab.text(), there), there):
                raise Refused(f"the solution of lab {self.lab.number} does not build any longer: sources have changed meanwhile; "
                              "mend: the same command again")

    def _run(self, command):
        return subprocess.run(command, shell=True, cwd=self.lab.build, capture_output=True).returncode == 0

    def _is_same_code(self, folder):
        """Whether the compiler makes the same of the mutant as of the solution."""
        with self._original_lock:
            if self._original is None:
                there = self.lab.folder / "original"
                self._is_built(self._write(self.lab.text(), there), there)
                self._original = (there / "mutant.o").read_bytes()
        return not self.lab.is_specification and (folder / "mutant.o").read_bytes() == self._original


def _is_translated(lab, folder):
    """Whether the PlusCal of a specification is any, as the translator says."""
    there = folder / "translated"
    there.mkdir(exist_ok=True)  # of a run that was stopped
    shutil.copy(folder / lab.path, there)
    jar = os.environ.get("TLA2TOOLS_JAR") or lab.root / ".cache" / "tlc" / "tla2tools.jar"
    told = subprocess.run(["java", "-cp", jar, "pcal.trans", "-nocfg", os.path.basename(lab.path)], cwd=there, capture_output=True, text=True)
    return "Translation completed" in told.stdout


@dataclass
class _Run:
    failed: bool
    test: str = ""
    broken: str = ""
    seconds: float = 0


def _run_tests(folder, arguments, environment, wall_s, cpu_s, ended=_SEARCH_ENDED):
    results = folder / "results.jsonl"
    results.unlink(missing_ok=True)
    variables = {**os.environ, "WORKSHOP_RESULT_FILE": str(results), "WORKSHOP_PICTURES": "", **environment}
    started = time.monotonic()
    with subprocess.Popen([folder / "mutant", *arguments], env=variables, cwd=folder, stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
                          preexec_fn=lambda: _limit(cpu_s)) as program:
        try:
            code = program.wait(timeout=wall_s)
        except subprocess.TimeoutExpired:
            os.killpg(program.pid, 9)
            code = -9
    return _judge(code, results, time.monotonic() - started, ended)


def _limit(cpu_s):
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _judge(code, results, seconds, ended):
    """The first failure but those of searches that the clock has ended, which say more of the machine than of the mutant: those
    whose words have one of `ended`."""
    started, out_of_time = "", None
    for line in results.read_text(errors="replace").splitlines() if results.exists() else []:
        event = json.loads(line)
        if event["event"] == "test_started":
            started = event["name"]
        elif event["event"] == "test_ended" and not event["passed"] and not event.get("skipped"):
            broken = event.get("invariant") or ("exception" if event.get("exception") else "assertion")
            if not any(words in str(event.get("failures")) for words in ended):
                return _Run(True, event["name"], broken, seconds)
            out_of_time = out_of_time or _Run(True, event["name"], OUT_OF_TIME, seconds)
    if out_of_time:
        return out_of_time
    if code == 0:
        return _Run(False, seconds=seconds)
    return _Run(True, started, "time" if code in (-9, -24) else "crash", seconds)
