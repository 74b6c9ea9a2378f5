"""A mutant: a systematic change of a file, under a name that stays when lines move."""

import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Change:
    operator: str
    function: str
    start: int  # where it is, to sort by
    what: str  # what is changed and how, on one line
    edits: tuple  # (start, end, text): do not overlap


def on_one_line(text, most=140):
    text = re.sub(r"\s+", " ", re.sub(r"//.*", "", text)).strip()
    return text if len(text) <= most else text[: most - 1] + "…"


def applied(text, change):
    for start, end, new in sorted(change.edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


class Mutant:
    """A change with its name, unique in its file: "drop in handle: co_await inbox::put(context, id);"."""

    def __init__(self, change, name, text):
        self.change = change
        self.name = name
        self.text = text

    @property
    def operator(self):
        return self.change.operator


def mutants_of(text, changes):
    """The changes in the order of the text, each text once: another way to the same text is not another mutant."""
    seen = {text}
    names = {}
    for change in sorted(changes, key=lambda one: (one.start, one.operator, one.what)):
        changed = applied(text, change)
        if changed in seen:
            continue
        seen.add(changed)
        name = f"{change.operator} in {change.function}: {change.what}"
        names[name] = names.get(name, 0) + 1
        if names[name] > 1:
            name += f" (#{names[name]})"
        yield Mutant(change, name, changed)


def diff(path, before, after):
    """A unified diff as the files of mistakes have it: git's, without blanks at the end of empty lines."""
    settings = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("before", before), ("after", after)):
            (Path(folder) / name).write_bytes(text.encode("latin-1"))
        told = subprocess.run(["git", "diff", "--no-index", "--no-color", "before", "after"], cwd=folder, env=settings, capture_output=True)
    hunks = told.stdout.decode("latin-1")
    return f"--- a/{path}\n+++ b/{path}\n" + re.sub(r"^ $", "", hunks[hunks.index("@@") :], flags=re.M)


def as_mistake(mutant, path, original, caught_by="TODO: the test", invariant="TODO: the invariant"):
    """The mutant in the form of a mistake's file; a person fills in `why` and `ask`."""
    return (f"mistake: {mutant.name}\n"
            "why: TODO: why people write it\n"
            "ask: TODO: what to ask them\n"
            f"caught by: {caught_by}\n"
            f"as: {invariant}\n\n" + diff(path, original, mutant.text))
