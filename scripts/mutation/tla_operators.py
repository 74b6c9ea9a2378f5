"""What may go wrong in the handler of a specification in PlusCal: the same as in code, one label at a time."""

import re

from .change import Change, on_one_line

_BEGIN = re.compile(r"^\\\* ---- the handler -+$", re.M)
_END = re.compile(r"^\\\* ---- the handler ends here -+$", re.M)
_LABEL = re.compile(r"^(\w+):\n", re.M)
# A simple statement: a macro, an assignment or a jump, up to its semicolon.
_SIMPLE = re.compile(r"^( +)((?! |if |else|end |while |with )[^;\n][^;]*;)", re.M)
_REPLACED = (
    ("condition", r"message \\notin loaded\.processed", ("TRUE", "FALSE", r"message \in loaded.processed")),
    ("condition", r"db = loaded", ("TRUE", "FALSE", "db # loaded", "db.spent = loaded.spent", "db.processed = loaded.processed")),
    ("comparison", r"\\notin", (r"\in",)),
    ("constant", r"@ \+ 1|loaded\.spent \+ 1", ("0", "@ + 2")),
    ("constant", r"loaded\.spent \+ 1", ("loaded.spent", "loaded.spent + 2", "db.spent + 1")),
    ("constant", r"\{message\}", ("{}", "{None}")),
    ("copy", r"\bdb\.(?=\w)", ("loaded.",)),
    ("copy", r"\bloaded\.(?=\w)", ("db.",)),
    ("copy", r"\[loaded (?=EXCEPT)", ("[db ",)),
    ("fairness", r"fair process", ("process",)),
    ("id", r"id \|-> message", ("id |-> None",)),
    ("field", r"db\.receipts\[message\]", ("db.spent", "loaded.spent", "loaded.receipts[message]", "loaded.spent + 1")),
    ("element", r",\n +!\.\w+(?:\[message\])? = [^,\n]*(?=,\n|\]\))", ("",)),
    ("element", r"!\.\w+ = [^,\n]*,\n +", ("",)),
)


def changes(text):
    begin, end = _BEGIN.search(text).end(), _END.search(text).start()
    handler = text[begin:end]
    for change in _all(handler):
        edits = tuple((start + begin, stop + begin, new) for start, stop, new in change.edits)
        yield Change(change.operator, change.function, change.start + begin, change.what, edits)


def _all(handler):
    yield from _statements(handler)
    yield from _labels(handler)
    for operator, pattern, others in _REPLACED:
        for found in re.finditer(pattern, handler):
            for new in others:
                what = f"{on_one_line(found.group(), 60)} -> {on_one_line(new, 60) or 'nothing'}"
                yield Change(operator, _label_at(handler, found.start()), found.start(), what, ((*found.span(), new),))


def _label_at(handler, offset):
    labels = [one for one in _LABEL.finditer(handler) if one.start() <= offset]
    return labels[-1].group(1) if labels else "handler"


def _statements(handler):
    body = handler.index("begin\n")
    for found in _SIMPLE.finditer(handler, body):
        indent, statement = found.groups()
        if not re.match(r"\w+\(|goto |\w+ :=", statement):
            continue
        where, what, place = _label_at(handler, found.start()), on_one_line(statement), found.span(2)
        yield Change("drop", where, place[0], what, ((*place, "skip;"),))
        if statement.startswith("goto"):
            for label in _LABEL.finditer(handler):
                yield Change("jump", where, place[0], f"{what} -> {label.group(1)}", ((*place, f"goto {label.group(1)};"),))
            continue
        yield Change("repeat", where, place[0], what, ((*place, f"{statement}\n{indent}{statement}"),))
        yield Change("repeat in a step of its own", where, place[0], what,
                     ((*place, f"{statement}\nAgain:\n{indent}{statement}"),))
        yield Change("leave", where, place[0], "before " + what, ((place[0], place[0], f"goto Abandon;\nNever:\n{indent}"),))
        yield Change("give up", where, place[0], "before " + what, ((place[0], place[0], f"goto Acknowledge;\nNever:\n{indent}"),))


def _labels(handler):
    labels = list(_LABEL.finditer(handler))
    for first in labels[1:]:
        yield Change("one step", first.group(1), first.start(), "in one step with what is before it", ((*first.span(), ""),))
    ends = [one.start() for one in labels[1:]] + [len(handler)]
    steps = [(one.start(), end) for one, end in zip(labels, ends)]
    for (start, middle), (_, end) in zip(steps[1:-2], steps[2:-1]):
        names = [_LABEL.match(handler, one).group(1) for one in (start, middle)]
        yield Change("swap", names[0], start, " <-> ".join(names), ((start, end, handler[middle:end] + handler[start:middle]),))
