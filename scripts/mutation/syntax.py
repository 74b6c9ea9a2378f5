"""A solution's file as a tree: what libclang says, without what the compiler adds for coroutines."""

import re
from dataclasses import dataclass, field

from clang import cindex


class NotParsed(Exception):
    """The file does not compile as it is; the text says where."""


@dataclass(eq=False)
class Node:
    """A part of the tree. `start` and `end` are offsets into the file's bytes."""

    kind: str  # libclang's name of the kind, such as "IF_STMT"
    type: str  # the canonical type of an expression, without const
    name: str
    start: int
    end: int
    cursor: object
    parent: object = None
    children: list = field(default_factory=list)

    def walk(self):
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(eq=False)
class Statement:
    """A statement with its semicolon. `siblings` are the statements of its block; of the only statement of an `if` or a
    loop without braces, itself."""

    node: Node
    start: int
    end: int
    siblings: list
    in_block: bool

    @property
    def index(self):
        return self.siblings.index(self)


@dataclass(eq=False)
class Function:
    name: str  # with the type of its first parameter where the file has two of that name
    body: Node
    result: str  # the canonical type
    parameters: list  # (name, canonical type without const and reference)
    is_coroutine: bool

    def parameter(self, type_name):
        """The name of the first parameter of this type, or None."""
        return next((name for name, type_ in self.parameters if type_ == type_name), None)

    @property
    def leaves(self):
        """The statement that leaves the function, with a value that any type has."""
        word = "co_return" if self.is_coroutine else "return"
        empty = self.result in ("void", "workshop::Task<void>")
        return f"{word};" if empty else f"{word} {{}};"


# The compiler's own parts of a coroutine have the place of the word that they stand for.
_FIRST_CHILD_ONLY = re.compile(r"co_await\b|co_return\b|co_yield\b")
_EXPRESSION_STATEMENTS = {"DECL_STMT", "IF_STMT", "FOR_STMT", "CXX_FOR_RANGE_STMT", "WHILE_STMT", "DO_STMT", "CXX_TRY_STMT",
                          "COMPOUND_STMT", "RETURN_STMT", "BREAK_STMT", "CONTINUE_STMT", "UNEXPOSED_STMT", "NULL_STMT"}


class Source:
    """A parsed file."""

    def __init__(self, path, arguments):
        with open(path, "rb") as file:
            self.text = file.read().decode("latin-1")  # an offset is a byte
        unit = cindex.Index.create().parse(str(path), args=arguments)
        errors = [str(one) for one in unit.diagnostics if one.severity >= cindex.Diagnostic.Error]
        if errors:
            raise NotParsed(errors[0])
        self.functions = []
        for cursor in unit.cursor.get_children():
            if cursor.location.file and cursor.location.file.name == str(path):
                self._find_functions(cursor)
        self._name_overloads()
        self.unit = unit  # its cursors live no longer

    def _find_functions(self, cursor):
        if cursor.kind.name == "NAMESPACE":
            for child in cursor.get_children():
                self._find_functions(child)
        elif cursor.kind.name in ("FUNCTION_DECL", "FUNCTION_TEMPLATE", "CXX_METHOD") and cursor.is_definition():
            body = [self._node(child, None) for child in cursor.get_children()
                    if child.kind.name in ("COMPOUND_STMT", "UNEXPOSED_STMT")][0]
            is_coroutine = body.kind == "UNEXPOSED_STMT"
            parameters = [(one.spelling, plain(one.type.get_canonical().spelling.rstrip(" &")))
                          for one in cursor.get_children() if one.kind.name == "PARM_DECL"]
            self.functions.append(Function(cursor.spelling, body.children[0] if is_coroutine else body,
                                           cursor.result_type.get_canonical().spelling, parameters, is_coroutine))

    def _name_overloads(self):
        names = [function.name for function in self.functions]
        for function in self.functions:
            if names.count(function.name) > 1 and function.parameters:
                function.name += "(" + function.parameters[0][1].split("::")[-1] + ")"

    def _node(self, cursor, parent):
        start, end = cursor.extent.start.offset, cursor.extent.end.offset
        type_ = plain(cursor.type.get_canonical().spelling) if cursor.kind.is_expression() else ""
        node = Node(cursor.kind.name, type_, cursor.spelling, start, end, cursor, parent)
        children = list(cursor.get_children())
        if _FIRST_CHILD_ONLY.match(self.text, start) or (parent is None and node.kind == "UNEXPOSED_STMT"):
            children = children[:1]
        for child in children:
            inner = self._node(child, node)
            if start <= inner.start < inner.end <= end:
                node.children.append(inner)
        return node

    def of(self, node):
        return self.text[node.start:node.end]

    def indent(self, offset):
        line = self.text.rfind("\n", 0, offset) + 1
        return re.match(r" *", self.text[line:]).group()

    def lines(self, start, end):
        """The extent with the whole lines that it is alone on, and else as it is."""
        line = self.text.rfind("\n", 0, start) + 1
        following = self.text.find("\n", end)
        if self.text[line:start].strip() or re.sub(r"//.*", "", self.text[end:following]).strip():
            return start, end
        return line, following + 1

    def awaits(self, node):
        return "co_await" in self.of(node)


def plain(type_name):
    return type_name.removeprefix("const ")


def is_expression(statement):
    return statement.node.kind not in _EXPRESSION_STATEMENTS


def statements(source, function):
    """All statements of a function, in the order of the text."""
    found = []
    for node in function.body.walk():
        if node.kind == "COMPOUND_STMT":
            block = []
            for child in node.children:
                block.append(Statement(child, child.start, _end(source, child), block, True))
            found += block
        else:
            for child in _bodies(node):
                if child.kind != "COMPOUND_STMT":
                    alone = []
                    alone.append(Statement(child, child.start, _end(source, child), alone, False))
                    found += alone
    return sorted(found, key=lambda one: (one.start, -one.end))


def _end(source, node):
    """Behind the semicolon of a statement, if it has one."""
    if source.text[node.end - 1] in ";}" and node.kind in _EXPRESSION_STATEMENTS:
        return node.end
    semicolon = re.compile(r"\s*;").match(source.text, node.end)
    return semicolon.end() if semicolon else node.end


def _bodies(node):
    """The statements that a statement decides about."""
    if node.kind == "IF_STMT":
        return node.children[1:]
    if node.kind in ("WHILE_STMT", "FOR_STMT", "CXX_FOR_RANGE_STMT"):
        return node.children[-1:]
    return []
