"""scripts/mutation/equivalent/NN-name.txt: survivors that are right, each with the reason.

    drop in handle: order.value.outbox.erase(id.value);
    leave in handle: before order.value.outbox.erase(id.value);
        The entry is found and erased by the next delivery.

Names of mutants as `scripts/mutate N` prints them, then, indented, the reason that holds for all of them. `#` begins a comment.
"""

import sys
from pathlib import Path

from .lab import Refused


def read(path):
    """The reasons by the names of the mutants."""
    reasons, names, reason = {}, [], []

    def close(line):
        if names and not reason:
            raise Refused(f"{path}:{line}: no reason follows \"{names[-1]}\"; mend: write it on the next line, indented")
        for name in names:
            if name in reasons:
                raise Refused(f"{path}:{line}: \"{name}\" stands here twice; mend: leave out one of them")
            reasons[name] = " ".join(reason)
        names.clear()
        reason.clear()

    number = 0
    for number, line in enumerate(path.read_text().splitlines() if path.exists() else [], 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith(" "):
            if not names:
                raise Refused(f"{path}:{number}: a reason without a mutant; mend: the mutant's name stands before it")
            reason.append(line.strip())
        else:
            if reason:
                close(number)
            names.append(line.rstrip())
    close(number)
    return reasons


def _main(path):
    try:
        for name, reason in read(path).items():
            print(f"{name}: {reason}")
    except Refused as refused:
        print(refused, file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
