"""The command line of scripts/mutate."""

import argparse
import hashlib
import json
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import equivalents, report, tla_operators, trial
from .change import as_mistake, mutants_of
from .lab import Lab, Program, Refused, equivalents_of

ROOT = Path(__file__).resolve().parents[2]


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/mutate", description=(
        "Makes systematic changes of a lab's solution and runs them: check, and prove for those that pass. "
        "Verdicts are kept in the build folder, so it may be stopped and goes on where it was."))
    parser.add_argument("lab", nargs="?", help="a lab's number, several with commas, or all")
    parser.add_argument("--build", default="build/kit", help="the build folder (build/kit)")
    parser.add_argument("--jobs", type=int, default=2, help="mutants at a time (2)")
    parser.add_argument("--sample", type=int, metavar="COUNT", help="at most so many of a lab, drawn by the digest of their names")
    parser.add_argument("--every", type=int, metavar="K", help="every K-th of a lab, in the order of its text; a divisor of K draws them again, and more")
    parser.add_argument("--only", metavar="TEXT", help="only mutants whose names have this text")
    parser.add_argument("--prove", type=int, default=trial.PROVE_S, metavar="SECONDS",
                        help=f"what explorations of prove may spend ({trial.PROVE_S}); 0: only check, and those that pass wait for a run with prove")
    parser.add_argument("--keep-kills", action="store_true",
                        help="what was killed before a test changed counts as killed: right when tests were only added")
    parser.add_argument("--patience", type=int, default=1, metavar="TIMES",
                        help="so many times the wall clock of prove, where other programs take the machine (1)")
    parser.add_argument("--list", action="store_true", help="print the names, run nothing")
    parser.add_argument("--show", action="store_true", help="print the diffs as files of mistakes, run nothing")
    parser.add_argument("--check", action="store_true", help="only those in scripts/mutation/equivalent: each is still there and still survives")
    parser.add_argument("--names", action="store_true", help="with --check: whether each is still there, run nothing")
    parser.add_argument("--table", metavar="HOW", help="write docs/mutation.md from the kept results, with the rows that it has of other labs; HOW says on "
                        "what they were measured")
    return parser.parse_args()


def changes_of(lab):
    if lab.is_specification:
        return tla_operators.changes(lab.text())
    from . import expression_operators, statement_operators  # libclang's package is needed here only
    from .syntax import NotParsed, Source

    try:
        source = Source(lab.source, lab.parse_arguments())
    except NotParsed as error:
        raise Refused(f"libclang does not read {lab.source}: {error}") from None
    return [*statement_operators.changes(source), *expression_operators.changes(source)]


def drawn(mutants, reasons, options):
    """Those that are to be tried: all, or a sample and those that are listed."""
    chosen = [one for one in mutants if not options.only or options.only in one.name]
    if options.check:
        return [one for one in chosen if one.name in reasons]
    if options.every:
        names = {one.name for one in chosen[:: options.every]} | set(reasons)
        return [one for one in chosen if one.name in names]
    if options.sample is None or len(chosen) <= options.sample:
        return chosen
    by_digest = sorted(chosen, key=lambda one: hashlib.sha256(one.name.encode()).digest())
    names = {one.name for one in by_digest[: options.sample]} | set(reasons)
    return [one for one in chosen if one.name in names]


def try_all(lab, tried, options):
    trials = trial.Trials(Program(lab), options.prove, options.keep_kills, options.patience)
    verdicts = {}

    def one_verdict(mutant):
        known = trials.known(mutant.text)
        verdict = known or trials.verdict(mutant.text)
        verdicts[mutant.name] = verdict
        if not known or verdict.verdict == trial.SURVIVED:
            found = f" ({verdict.test}: {verdict.broken})" if verdict.test else ""
            print(f"  {verdict.verdict}: {mutant.name}{found}", flush=True)

    with ThreadPoolExecutor(options.jobs) as pool:
        for _ in pool.map(one_verdict, tried):
            pass
    return verdicts


def check_list(lab, mutants, reasons):
    """Whether each mutant of the list is still made."""
    names = {one.name for one in mutants}
    gone = [name for name in reasons if name not in names]
    for name in gone:
        print(f"{lab.equivalents}: there is no mutant \"{name}\" of the solution as it is now; mend: leave it out, or write the "
              f"name as scripts/mutate {int(lab.number)} --list has it", file=sys.stderr)
    return not gone


def run(lab, options):
    reasons = equivalents.read(lab.equivalents)
    if options.check and not reasons:
        return True
    mutants = list(mutants_of(lab.text(), changes_of(lab)))
    tried = drawn(mutants, reasons, options)
    if options.list or options.show:
        for one in tried:
            print(as_mistake(one, lab.path, lab.text()) if options.show else one.name)
        return True
    good = check_list(lab, mutants, reasons)
    if options.check and options.names:
        return good
    verdicts = try_all(lab, tried, options)
    for name in reasons:
        if name in verdicts and verdicts[name].verdict not in (trial.SURVIVED, trial.PASSED):
            print(f"{lab.equivalents}: \"{name}\" does not survive: {verdicts[name].verdict}; mend: leave it out", file=sys.stderr)
            good = False
    if options.check:
        return good
    kept = report.result_of(lab, mutants, tried, verdicts)
    if not options.only:
        report.save(lab, kept)
    result = report.counted(kept, reasons)
    print(report.line_of(result))
    for name in result["left"]:
        print(f"  without a reason: {name}")
    return good and not result["left"]


def write_table(build, how):
    files = sorted(build.glob("mutants/*/result.json"))
    if not files:
        raise Refused(f"{build}/mutants has no results; mend: scripts/mutate all")
    results = []
    for file in files:
        kept = json.loads(file.read_text())
        results.append(report.counted(kept, equivalents.read(equivalents_of(kept["name"]))))
    page = ROOT / "docs" / "mutation.md"
    page.write_text(report.table(results, how, report.rows_of(page.read_text()) if page.exists() else {}))


def main():
    options = arguments()
    build = ROOT / options.build
    if not (build / "build.ninja").exists():
        raise Refused(f"{build} is no configured build folder; mend: cmake --preset kit")
    if options.table:
        write_table(build, options.table)
        return 0
    if not options.lab or not re.fullmatch(r"all|\d+(,\d+)*", options.lab):
        raise Refused("which lab? scripts/mutate 8, scripts/mutate 4,6,8 or scripts/mutate all")
    numbers = [one.name[:2] for one in sorted((ROOT / "solutions").glob("[0-9][0-9]-*"))] if options.lab == "all" else options.lab.split(",")
    return 0 if all([run(Lab(ROOT, build, number), options) for number in numbers]) else 1


try:
    sys.exit(main())
except Refused as refused:
    print(f"mutate: {refused}", file=sys.stderr)
    sys.exit(2)
