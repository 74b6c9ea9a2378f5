"""All mutants of one file: what the test of the operators compares with what it expects.

    python -m mutation.diffs_of COMPILER FILE                    names, and what is changed
    python -m mutation.diffs_of COMPILER FILE --folder FOLDER    each as a mistake's file
"""

import sys
from pathlib import Path

from . import expression_operators, statement_operators, tla_operators
from .change import as_mistake, diff, mutants_of
from .lab import resources_of
from .syntax import Source


def mutants(compiler, path):
    if path.suffix == ".tla":
        text = path.read_bytes().decode("latin-1")
        return text, mutants_of(text, tla_operators.changes(text))
    source = Source(path, ["-std=c++20", *resources_of(compiler)])
    return source.text, mutants_of(source.text, [*statement_operators.changes(source), *expression_operators.changes(source)])


def main(compiler, path, folder=None):
    text, made = mutants(compiler, path)
    for number, mutant in enumerate(made, 1):
        if folder:
            folder.mkdir(exist_ok=True)
            (folder / f"{number}.diff").write_text(as_mistake(mutant, path.name, text))
            continue
        lines = diff(path.name, text, mutant.text).splitlines(True)[2:]
        print(mutant.name)
        print("".join(line for line in lines if line[0] in "+-" or line.startswith("@@")))


main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[4]) if len(sys.argv) > 4 else None)
