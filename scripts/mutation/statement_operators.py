"""What may go wrong with whole statements: left out, repeated, exchanged, left early, their errors swallowed."""

import re

from .change import Change, on_one_line
from .syntax import is_expression, statements

_WRITES = re.compile(r"\b(save|erase|put|batch|insert|remove|create|discard|try_save)\b[^(]*\(")
_READS = re.compile(r"co_await [^;]*\b(load|contains|find|get)\b[^(]*\(")
_SETTLES = re.compile(r"\b(acknowledge|abandon|renew)\b\(")
_JUMPS = re.compile(r"(co_return|return|break|continue|throw)\b")


class At:
    """A statement that is to be changed."""

    def __init__(self, source, function, statement):
        self.source, self.function, self.statement = source, function, statement
        self.text = source.text[statement.start : statement.end]
        self.indent = source.indent(statement.start)
        self.awaits = "co_await" in self.text
        self.is_jump = _JUMPS.match(self.text) is not None

    @property
    def is_awaited_expression(self):
        return self.awaits and is_expression(self.statement)

    def change(self, operator, new, what=None, whole_lines=False):
        start, end = self.statement.start, self.statement.end
        if whole_lines:
            start, end = self.source.lines(start, end)
        return Change(operator, self.function.name, self.statement.start, what or on_one_line(self.text),
                      ((start, end, new),))

    def braced(self, text):
        """Several statements in the place of one."""
        if self.statement.in_block:
            return text
        inner = text.replace("\n", "\n  ")
        return "{\n" + self.indent + "  " + inner + "\n" + self.indent + "}"

    def before(self, operator, text, what=None):
        return self.change(operator, self.braced(f"{text}\n{self.indent}{self.text}"), what)


def drop(at):
    """Leaves out a statement; of an `if` with its condition too."""
    if at.statement.node.kind in ("DECL_STMT", "CXX_TRY_STMT", "COMPOUND_STMT", "RETURN_STMT"):
        return
    if at.statement.in_block:
        yield at.change("drop", "", whole_lines=True)
    else:
        yield at.change("drop", "{\n" + at.indent + "}")


def repeat(at):
    """Does it twice."""
    if at.is_awaited_expression:
        yield at.change("repeat", at.braced(f"{at.text}\n{at.indent}{at.text}"))


def swap(at):
    """Exchanges two neighbours of which one awaits."""
    siblings, index = at.statement.siblings, at.statement.index
    if not at.statement.in_block or index + 1 == len(siblings):
        return
    second = At(at.source, at.function, siblings[index + 1])
    if not (at.awaits or second.awaits) or at.is_jump or second.is_jump:
        return
    declared = re.match(r"(?:const )?auto& ?(\w+)|(?:const )?[\w:<>]+ (\w+)\s*[={;]", at.text)
    if declared and re.search(rf"\b{next(filter(None, declared.groups()))}\b", second.text):
        return
    edits = ((at.statement.start, at.statement.end, second.text),
             (second.statement.start, second.statement.end, at.text))
    yield Change("swap", at.function.name, at.statement.start,
                 f"{on_one_line(at.text, 70)} <-> {on_one_line(second.text, 70)}", edits)


def leave(at):
    """Leaves the function before a statement."""
    siblings = at.statement.siblings
    outermost = at.statement.node.parent is at.function.body
    is_last = outermost and siblings[-1] is at.statement and at.function.leaves.endswith("return;")
    is_first = outermost and siblings[0] is at.statement
    if at.is_jump or is_last or is_first or not at.statement.in_block:
        return
    yield at.before("leave", at.function.leaves, "before " + on_one_line(at.text))


def once(at):
    """Ends a loop after its first turn."""
    if at.statement.node.kind not in ("CXX_FOR_RANGE_STMT", "FOR_STMT", "WHILE_STMT"):
        return
    body = at.statement.node.children[-1]
    if body.kind == "COMPOUND_STMT":
        edit = (body.end - 1, body.end - 1, f"  break;\n{at.indent}")
    else:
        inner = at.source.text[body.start : at.statement.end]
        edit = (body.start, at.statement.end, f"{{\n{at.indent}  {inner}\n{at.indent}  break;\n{at.indent}}}")
    yield Change("once", at.function.name, at.statement.start, on_one_line(at.text, 80), (edit,))


def first_delivery(at):
    """Takes every delivery but the first for a duplicate."""
    context = at.function.parameter("workshop::HandlerContext")
    if context and at.is_awaited_expression:
        yield at.change("first delivery", f"if ({context}.delivery().delivery_count == 1) {at.text}")


def _caught(at, text, error, handler="{}"):
    inner = text.replace("\n", "\n  ")
    return f"try {{\n{at.indent}  {inner}\n{at.indent}}} catch (const {error}&) {handler}"


def _errors_of(text):
    """The kinds of error that the operation may end with. Of a read, a lost answer is a refusal."""
    kinds = ["Unavailable"] if _READS.search(text) else ["Unavailable", "OutcomeUnknown"]
    if _WRITES.search(text):
        kinds.append("VersionConflict")
    if _SETTLES.search(text):
        kinds.append("LeaseLost")
    return kinds


def swallow(at):
    """Goes on after an error as if the operation had been done: at once for each kind of error, an unknown outcome among them
    (an unknown taken for yes); and for any kind after three tries."""
    if not at.is_awaited_expression:
        return
    for error in _errors_of(at.text):
        yield at.change(f"swallow {error}", at.braced(_caught(at, at.text, error)))
    yield at.change("three tries", at.braced(_three_tries(at, at.text)))


def _three_tries(at, text):
    inner = text.replace("\n", "\n    ")
    return (f"for (int tries = 0; tries < 3; ++tries) try {{\n{at.indent}    {inner}\n{at.indent}    break;\n"
            f"{at.indent}  }} catch (const Error&) {{\n{at.indent}  }}")


def do_again(at):
    """Takes an unknown outcome for no: does the operation once more."""
    if not at.is_awaited_expression or "OutcomeUnknown" not in _errors_of(at.text):
        return
    handler = f"{{\n{at.indent}  unknown = true;\n{at.indent}}}"
    block = (f"{{\n{at.indent}bool unknown = false;\n{at.indent}"
             + _caught(at, at.text, "OutcomeUnknown", handler)
             + f"\n{at.indent}if (unknown) {at.text}\n{at.indent}}}")
    yield at.change("do again", block)


def swallow_value(at):
    """Goes on with an empty value after a failed operation that gives one."""
    if at.statement.node.kind != "DECL_STMT" or not at.awaits:
        return
    declared = re.match(r"(?:const )?auto (\w+) = ", at.text)
    variable = at.statement.node.children[0]
    if not declared or not variable.children or not at.source.of(variable.children[-1]).startswith("co_await"):
        return
    name, value = declared.group(1), at.text[declared.end() :]
    empty = f"{variable.children[-1].type} {name}{{}};"
    loaded = re.search(r"\bload<(\w+)>\((.*)\);$", value, re.S)
    if loaded:  # as if it were not there
        type_, key = loaded.groups()
        empty = f"Entity<{type_}> {name}{{EntityStore::key_of<{type_}>({key}), {{}}, std::nullopt}};"
    for operator, caught in (("swallow Error", _caught), ("three tries", lambda at, text, _: _three_tries(at, text))):
        yield at.change(operator, f"{empty}\n{at.indent}" + caught(at, f"{name} = {value}", "Error"))


def swallow_answer(at):
    """Takes an unknown answer to a question for yes, and for no."""
    node = at.statement.node
    if node.kind != "IF_STMT" or "co_await" not in at.source.of(node.children[0]) or not at.statement.in_block:
        return
    condition = node.children[0]
    for answer in ("true", "false"):
        asked = _caught(at, f"answer = {at.source.of(condition)};", "OutcomeUnknown")
        text = f"bool answer = {answer};\n{at.indent}{asked}\n{at.indent}if (answer" + at.source.text[condition.end : at.statement.end]
        yield at.change(f"unknown is {answer}", f"{{\n{at.indent}{text}\n{at.indent}}}", on_one_line(at.source.of(condition)))


def absent(at):
    """Leaves without a word when a document is not there."""
    declared = re.match(r"(?:const )?auto (\w+) = co_await [^;]*\bload<", at.text)
    if declared and at.statement.in_block:
        yield at.change("absent", f"{at.text}\n{at.indent}if (!{declared.group(1)}.exists()) {at.function.leaves}")


def local_static(at):
    """Keeps a variable from one call to the next."""
    if at.statement.node.kind == "DECL_STMT" and not at.awaits and not at.text.startswith("static") and "auto&" not in at.text:
        yield at.change("static", "static " + at.text)


_FOR_EACH_STATEMENT = (drop, repeat, swap, leave, once, first_delivery, swallow, do_again, swallow_value, swallow_answer, absent,
                       local_static)


def remember(source, function):
    """Remembers in the process what was handled: a static, before and after the work."""
    identity = None
    if context := function.parameter("workshop::HandlerContext"):
        identity = f"{context}.message().id.value"
    elif request := function.parameter("workshop::HttpRequest"):
        identity = f"{request}.target"
    elif text := function.parameter("std::basic_string<char>"):
        identity = text
    block = [one for one in statements(source, function) if one.node.parent is function.body]
    if identity is None or not function.is_coroutine or not block:
        return
    indent = source.indent(block[0].start)
    first = (f"static std::set<std::string> seen;\n{indent}if (!seen.insert({identity}).second) {function.leaves}\n{indent}")
    yield Change("static", function.name, block[0].start, "remembers what has begun", ((block[0].start, block[0].start, first),))
    if function.leaves.endswith("return;"):
        first = f"static std::set<std::string> seen;\n{indent}if (seen.contains({identity})) co_return;\n{indent}"
        last = f"\n{indent}seen.insert({identity});"
        yield Change("static", function.name, block[0].start, "remembers what was done",
                     ((block[0].start, block[0].start, first), (block[-1].end, block[-1].end, last)))


def changes(source):
    for function in source.functions:
        for statement in statements(source, function):
            for operator in _FOR_EACH_STATEMENT:
                yield from operator(At(source, function, statement))
        yield from remember(source, function)
