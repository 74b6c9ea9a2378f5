"""What may go wrong within a statement: a condition, a comparison, a constant, a field, an id, what a write expects."""

import re

from .change import Change, on_one_line

_COMPARISONS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "=="}
_ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*", "%": "/", "+=": "-=", "-=": "+="}
_CONDITIONAL = ("IF_STMT", "WHILE_STMT", "DO_STMT", "CONDITIONAL_OPERATOR")
_AROUND = ("COMPOUND_STMT", "IF_STMT", "WHILE_STMT", "DO_STMT", "FOR_STMT", "CXX_FOR_RANGE_STMT")
_ID_NAME = re.compile(r"(^id$|_id$|^target$|^partition$|^card$|^incoming$)")
_STRING = "std::basic_string<char>"
_LOWER = ("[](std::string s) { for (auto& c : s) c = static_cast<char>(std::tolower(c)); return s; }")


class In:
    """Expressions of a function; each place in the text once."""

    def __init__(self, source, function):
        self.source, self.function = source, function
        self.nodes = [node for node in function.body.walk() if not _is_thrown(node)]

    def of(self, node):
        return self.source.of(node)

    def replaced(self, operator, node, new, says=None):
        """The change of an expression into another, which is `says` in words."""
        old, around = on_one_line(self.of(node), 60), self.context(node)
        what = f"{old} -> {says or on_one_line(new, 60)}"
        if around != old:
            what = f"{around} ({what})"
        return Change(operator, self.function.name, node.start, what, ((node.start, node.end, new),))

    def context(self, node):
        """The statement, or as much of it as says where the expression is."""
        around = node
        while around.parent and around.parent.kind not in _AROUND:
            around = around.parent
        return on_one_line(self.of(around), 70)


def _is_thrown(node):
    """Whether it is part of what is thrown: its words are nobody's business."""
    while node and node.kind != "CXX_THROW_EXPR":
        node = node.parent
    return node is not None


def conditions(here):
    """A condition is always true, never true, or the contrary."""
    for node in here.nodes:
        if node.kind not in _CONDITIONAL or not node.children:
            continue
        condition = node.children[-1] if node.kind == "DO_STMT" else node.children[0]
        loops = node.kind in ("WHILE_STMT", "DO_STMT")
        if here.of(condition) in ("true", "false"):
            continue
        yield here.replaced("condition", condition, "false")
        if not loops:
            yield here.replaced("condition", condition, "true")
        if not _operands(here, condition, _COMPARISONS):
            yield here.replaced("condition", condition, f"!({here.of(condition)})")


def _operands(here, node, operators):
    """(left, operator, its place, right) if the node applies one of the operators to two operands."""
    if len(node.children) == 1 and node.kind in ("UNEXPOSED_EXPR", "UNARY_OPERATOR"):
        return _operands(here, node.children[0], operators)
    if node.kind not in ("BINARY_OPERATOR", "COMPOUND_ASSIGNMENT_OPERATOR", "CALL_EXPR") or len(node.children) < 2:
        return None
    left, right = node.children[0], node.children[-1]
    between = here.source.text[left.end : right.start]
    if between.strip() not in operators:
        return None
    place = left.end + len(between) - len(between.lstrip())
    return left, between.strip(), place, right


def comparisons(here):
    """Another comparison: its bound moves by one, or equal and not equal change places."""
    for node in here.nodes:
        found = node.kind in ("BINARY_OPERATOR", "CALL_EXPR") and _operands(here, node, _COMPARISONS)
        if found:
            _, operator, place, _ = found
            yield _sign(here, node, "comparison", place, operator, _COMPARISONS[operator])
    for node in here.nodes:
        found = node.kind == "BINARY_OPERATOR" and _operands(here, node, ("&&", "||"))
        if found:
            left, operator, place, right = found
            yield _sign(here, node, "comparison", place, operator, "||" if operator == "&&" else "&&")
            for one in (left, right):
                yield here.replaced("comparison", node, here.of(one))


def _sign(here, node, operator, place, old, new):
    return Change(operator, here.function.name, place, f"{on_one_line(here.of(node))} ({old} -> {new})",
                  ((place, place + len(old), new),))


def arithmetic(here):
    """Another sign; a part of a text left out."""
    for node in here.nodes:
        found = _operands(here, node, _ARITHMETIC) if node.kind != "UNEXPOSED_EXPR" else None
        if not found:
            continue
        left, operator, place, right = found
        if "basic_string" in node.type:
            for one in (left, right):
                yield here.replaced("part", node, here.of(one))
        else:
            yield _sign(here, node, "arithmetic", place, operator, _ARITHMETIC[operator])
            if operator in ("+=", "-="):
                yield _sign(here, node, "arithmetic", place, operator, "=")


def constants(here):
    """Another number, the other truth, another text, another of the constants that stand beside it."""
    for node in here.nodes:
        text = here.of(node)
        if node.kind == "INTEGER_LITERAL" and text.isdigit():
            for other in {int(text) + 1, max(int(text) - 1, 0)} - {int(text)}:
                yield here.replaced("constant", node, str(other))
        elif node.kind == "CXX_BOOL_LITERAL_EXPR":
            yield here.replaced("constant", node, "false" if text == "true" else "true")
        elif node.kind == "STRING_LITERAL" and text.startswith('"'):
            yield here.replaced("constant", node, '""' if text != '""' else '"x"')
        elif node.kind == "DECL_REF_EXPR" and node.cursor.referenced:
            for other in _beside(node.cursor.referenced):
                yield here.replaced("constant", node, text[: len(text) - len(node.name)] + other)


def _beside(declared, most=3):
    """The names of up to three other constants of the same kind."""
    is_enumerator = declared.kind.name == "ENUM_CONSTANT_DECL"
    is_constant = declared.kind.name == "VAR_DECL" and re.match(r"k[A-Z]", declared.spelling)
    if not (is_enumerator or is_constant) or declared.semantic_parent is None:
        return []
    type_ = declared.type.get_canonical().spelling
    names = [one.spelling for one in declared.semantic_parent.get_children()
             if one.kind == declared.kind and one.type.get_canonical().spelling == type_
             and one.location.file.name == declared.location.file.name and one.spelling != declared.spelling]
    return names[:most]


def fields(here):
    """Another field of the same type."""
    for node in here.nodes:
        declared = node.cursor.referenced if node.kind == "MEMBER_REF_EXPR" else None
        if not declared or declared.kind.name != "FIELD_DECL" or not here.of(node).endswith(node.name):
            continue
        type_ = declared.type.get_canonical().spelling
        others = [one.spelling for one in declared.semantic_parent.get_children()
                  if one.kind.name == "FIELD_DECL" and one.type.get_canonical().spelling == type_ and one.spelling != node.name]
        for other in others[:2]:
            yield here.replaced("field", node, here.of(node)[: -len(node.name)] + other)


def message_ids(here):
    """An id that is drawn at random, made of the content, of the delivery, in small letters, cut short."""
    context = here.function.parameter("workshop::HandlerContext")
    payload = next((name for name, type_ in here.function.parameters
                    if type_.startswith("workshop::") and "Context" not in type_ and "Store" not in type_), None)
    for node in here.nodes:
        if node.type != "workshop::MessageId" or node.kind not in ("CALL_EXPR", "DECL_REF_EXPR", "MEMBER_REF_EXPR"):
            continue
        text = here.of(node)
        if text.startswith("MessageId::random") or not text or node.name == "MessageId" and text != node.name:
            continue
        yield here.replaced("id", node, "MessageId::random()", "at random")
        if context:
            counted = f"std::to_string({context}.delivery().delivery_count)"
            yield here.replaced("id", node, f"MessageId{{({text}).value + {counted}}}", "of the delivery")
            if payload:
                yield here.replaced("id", node, f"MessageId::from_name(to_json({payload}))", "of the content")
        yield here.replaced("id", node, f"MessageId{{({text}).value.substr(0, 8)}}", "cut after 8 characters")
        if node.kind != "CALL_EXPR":
            yield here.replaced("id", node, f"MessageId{{{_LOWER}(({text}).value)}}", "in small letters")


def names(here):
    """What a document or an entry is found by: in small letters, cut after 64 characters, up to a NUL, without its end."""
    for node in here.nodes:
        if node.kind not in ("MEMBER_REF_EXPR", "DECL_REF_EXPR") or node.type != _STRING or not _is_read(here, node):
            continue
        of_id = node.name == "value" and node.children and node.children[0].type == "workshop::MessageId"
        declared = node.cursor.referenced if node.kind == "DECL_REF_EXPR" and node.name == "transaction" else None
        given = declared and declared.kind.name == "PARM_DECL"
        if not of_id and not _ID_NAME.search(node.name) and not given:
            continue  # a name that the program makes itself has none of these signs
        text = here.of(node)
        if "random()" in text:
            continue
        yield here.replaced("name", node, f"({_LOWER}({text}))", "in small letters")  # in brackets, "[[" is an attribute
        yield here.replaced("name", node, f"std::string({text}).substr(0, 64)", "cut after 64 characters")
        yield here.replaced("name", node, f"std::string({text}.c_str())", "up to a NUL")


def _is_read(here, node):
    """Whether it is an argument, an index or an element: not what a call or an assignment changes."""
    following = here.source.text[node.end :].lstrip()
    if re.match(r"=[^=]|\.|->|\[|\+=", following):
        return False
    return True


def expectations(here):
    """A weaker condition of a write: none."""
    for node in here.nodes:
        text = here.of(node)
        if node.kind == "CALL_EXPR" and re.match(r"Expected::(version|absent)\(", text):
            yield here.replaced("blind write", node, "Expected::any()")
        if node.kind != "CALL_EXPR":
            continue
        saved = re.fullmatch(r"(\w+(?:\.store\(\))?)\.(save|erase)\((\w+)\)", text)
        tried = re.fullmatch(r"try_save\((\w+), (\w+)\)", text)
        awaited = here.source.text[max(node.start - 9, 0) : node.start] == "co_await "
        if not awaited:
            continue
        if saved:
            store, what, entity = saved.groups()
            documents = f"{store}.documents()"
            new = (f"{entity}.version = co_await {documents}.put({entity}.key, to_json({entity}.value), Expected::any())"
                   if what == "save" else f"co_await {documents}.erase({entity}.key, Expected::any())")
        elif tried:
            entity, context = tried.groups()
            new = (f"(({entity}.version = co_await {context}.store().documents().put({entity}.key, to_json({entity}.value), "
                   "Expected::any())), true)")
        else:
            continue
        yield Change("blind write", here.function.name, node.start, on_one_line(text), ((node.start - 9, node.end, new),))


def elements(here):
    """An element of a list left out."""
    for node in here.nodes:
        if node.kind != "INIT_LIST_EXPR" or len(node.children) < 2 or not here.of(node).startswith("{"):
            continue
        children = sorted({(one.start, one.end) for one in node.children})
        for index, (start, end) in enumerate(children):
            begin = start if index == 0 else children[index - 1][1]
            finish = children[1][0] if index == 0 else end
            yield Change("element", here.function.name, start,
                         f"{on_one_line(here.of(node))} without {on_one_line(here.source.text[start:end], 60)}",
                         ((begin, finish, ""),))


def catches(here):
    """An error that is not caught, or one of another kind."""
    for node in here.nodes:
        if node.kind != "CXX_TRY_STMT":
            continue
        body = node.children[0]
        yield Change("uncaught", here.function.name, node.start, on_one_line(here.of(node), 80),
                     ((node.start, node.end, here.of(body)),))
        for clause in node.children[1:]:
            caught = re.match(r"catch \(const (\w+)&", here.of(clause))
            if not caught:
                continue
            place = clause.start + caught.start(1)
            for other in {"Error", "VersionConflict", "OutcomeUnknown", "Unavailable"} - {caught.group(1)}:
                yield Change("uncaught", here.function.name, place, f"catch ({caught.group(1)} -> {other}) of {on_one_line(here.of(body), 60)}",
                             ((place, clause.start + caught.end(1), other),))


_OPERATORS = (conditions, comparisons, arithmetic, constants, fields, message_ids, names, expectations, elements, catches)


def changes(source):
    for function in source.functions:
        here = In(source, function)
        for operator in _OPERATORS:
            yield from operator(here)
