"""What is printed and written of the trials: a lab's result, and docs/mutation.md of all."""

import json
import re
import textwrap
from collections import Counter

from . import trial

_COLUMNS = (trial.CHECKED, trial.PROVED)


def result_of(lab, mutants, tried, verdicts):
    """What is kept of a lab's trials in the build folder."""
    return {
        "lab": lab.number,
        "name": lab.name,
        "made": len(mutants),
        "mutants": [{"name": one.name, "operator": one.operator, "verdict": verdicts[one.name].verdict,
                     "test": verdicts[one.name].test, "broken": verdicts[one.name].broken} for one in tried],
    }


def counted(result, reasons):
    """The figures of a lab's result, with the reasons as they are now."""
    mutants = result["mutants"]
    counts = Counter(one["verdict"] for one in mutants)
    listed = [one for one in mutants if one["name"] in reasons and one["verdict"] in (trial.SURVIVED, trial.PASSED)]
    others = [one for one in mutants if one["name"] not in reasons]
    operators = {}
    for one in mutants:
        operators.setdefault(one["operator"], Counter())[one["verdict"]] += 1
    return {
        "lab": result["lab"],
        "name": result["name"],
        "made": result["made"],
        "tried": len(mutants),
        "invalid": counts[trial.INVALID],
        "check": counts[trial.CHECKED],
        "prove": counts[trial.PROVED],
        "equivalent": len(listed) + counts[trial.SAME],
        "unproved": sum(one["verdict"] == trial.PASSED for one in others),
        "left": [one["name"] for one in others if one["verdict"] == trial.SURVIVED],
        "operators": operators,
    }


def save(lab, result):
    lab.folder.mkdir(parents=True, exist_ok=True)
    (lab.folder / "result.json").write_text(json.dumps(result, indent=1) + "\n")


def line_of(result):
    """A lab's figures in a line."""
    unproved = f", {result['unproved']} only checked" if result["unproved"] else ""
    return (f"lab {result['lab']}: {result['tried']} of {result['made']} mutants tried: killed by check {result['check']}, by prove "
            f"{result['prove']}, equivalent {result['equivalent']}, left {len(result['left'])}, "
            f"invalid {result['invalid']}{unproved}")


_TOP = """# Mutation

<!-- Written by `scripts/mutate --table`. -->

A test is worth what it has been seen to catch. `scripts/mutate 8` makes systematic changes of lab 8's solution, one at a time, and
runs `check` on each; on those that pass it runs `prove`. A change that passes both is either a hole, which a test mends, or it is no
mistake: then the lab's file in `scripts/mutation/equivalent` says why. How to use it: [contributing.md](contributing.md).

- **Tried**: changes that were compiled and run; where there are more, a sample: every K-th in the order of the text, or drawn by the
  digest of their names.
- **Invalid**: they do not compile, so they are no mutants and do not count.
- **Check**, **prove**: killed by the lab's own tests; by the harder situations and wider bounds.
- **Equivalent**: the compiler makes the same code of them, or they are listed with a reason.
- **Only checked**: they pass `check`, and `prove` was not asked yet; nothing is known of them, so they do not count.
- **Left**: survivors without a reason. **Score**: killed, of all that are neither invalid nor equivalent.

{measured}

| lab | made | tried | invalid | check | prove | equivalent | only checked | left | score |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|
"""

_OPERATORS = """
## By operator

Of lab{s} {labs}; the counts are of mutants that compile.

| operator | tried | check | prove | survived |
|---|--:|--:|--:|--:|
"""

def _score(killed, counted):
    return f"{100 * killed / counted:.1f} %" if counted else "–"


def _row(name, one):
    killed = one["check"] + one["prove"]
    counted = one["tried"] - one["invalid"] - one["equivalent"] - one["unproved"]
    return (f"| {name} | {one['made']} | {one['tried']} | {one['invalid']} | {one['check']} | {one['prove']} | {one['equivalent']} | "
            f"{one['unproved']} | {one['left']} | {_score(killed, counted)} |\n")


_FIGURES = ("made", "tried", "invalid", "check", "prove", "equivalent", "unproved", "left")
_KEPT_ROW = re.compile(r"^\| (\[(\d\d)\]\(\S+\)) \|" + r" (\d+) \|" * len(_FIGURES))


def rows_of(page):
    """The rows of labs in an earlier page: by number, a lab's link and its figures."""
    rows = {}
    for line in page.splitlines():
        if found := _KEPT_ROW.match(line):
            rows[found[2]] = (found[1], dict(zip(_FIGURES, map(int, found.groups()[2:]))))
    return rows


def table(results, how, kept):
    """The text of docs/mutation.md. `kept`: rows_of the page as it is, for labs that `results` does not have."""
    measured = (f"Measured by `scripts/mutate`, {how}. `prove` is bounded by time, so on a slower machine a mutant may survive that is "
                "killed here.")
    text = _TOP.format(measured="\n".join(textwrap.wrap(measured, 130)))
    total = Counter()
    rows = dict(kept)
    for result in results:
        rows[result["lab"]] = (f"[{result['lab']}](../labs/{result['name']}/README.md)", {**result, "left": len(result["left"])})
    for _, (link, one) in sorted(rows.items()):
        text += _row(link, one)
        total.update({key: one[key] for key in _FIGURES})
    labs = [result["lab"] for result in results]
    text += _row("all", total) + _OPERATORS.format(s="s" if len(labs) > 1 else "", labs=", ".join(labs))
    for operator, counts in sorted(_by_operator(results).items()):
        valid = sum(counts.values()) - counts[trial.INVALID]
        survived = valid - sum(counts[one] for one in _COLUMNS)
        text += f"| {operator} | {valid} | {counts[trial.CHECKED]} | {counts[trial.PROVED]} | {survived} |\n"
    return text + _left(results)


def _by_operator(results):
    counted = {}
    for result in results:
        for operator, counts in result["operators"].items():
            counted.setdefault(operator, Counter()).update(counts)
    return counted


def _left(results):
    lines = [f"- lab {result['lab']}: `{name}`\n" for result in results for name in result["left"]]
    return "\n## Survivors without a reason\n\n" + "".join(lines) if lines else ""
