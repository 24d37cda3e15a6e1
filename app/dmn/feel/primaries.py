"""What an expression begins with: literals, names, brackets, loops, conditions, functions."""

from collections.abc import Callable
from decimal import InvalidOperation, Overflow
from typing import TYPE_CHECKING

from app.dmn.feel import functions, limits
from app.dmn.feel.cursor import FOREIGN_WORDS, KEYWORDS
from app.dmn.feel.lexer import MARK, NUMBER, TEXT, WORD
from app.dmn.feel.names import NameTree
from app.dmn.feel.nodes import (
    Constant,
    ContextOf,
    For,
    If,
    Iterator,
    Lambda,
    ListOf,
    Name,
    Node,
    Quantified,
    RangeOf,
    Span,
    Test,
    Tested,
)
from app.dmn.feel.temporal_text import read_at_literal
from app.dmn.feel.type_names import type_name
from app.dmn.feel.types import FeelType
from app.dmn.feel.values import number

if TYPE_CHECKING:
    from app.dmn.feel.parser import Parser

BUILT_IN = NameTree(functions.NAMES)
LITERALS = {"true": True, "false": False, "null": None}
RANGE_MARKS = {"<": (False, False), "<=": (False, True), ">": (False, False), ">=": (True, False)}


def primary(reader: "Parser") -> Node:
    """One operand."""
    token = reader.token
    if token.kind == NUMBER:
        return numeral(reader)
    if token.kind == TEXT:
        reader.take()
        return Constant(token.start, token.text)
    if token.kind == WORD:
        return word(reader)
    if token.kind == MARK and token.text in OPENERS:
        with reader.deeper():
            return OPENERS[token.text](reader)
    raise reader.unexpected()


def numeral(reader: "Parser") -> Node:
    """A number of 34 digits at most; more are rounded."""
    token = reader.take()
    try:
        return Constant(token.start, number(token.text))
    except (InvalidOperation, Overflow):
        raise reader.error("数字太大", token.start) from None


def word(reader: "Parser") -> Node:
    """A keyword's construct, a literal, or the longest name in scope."""
    token = reader.token
    known = reader.known_name()
    if known is not None and not (known in KEYWORDS and known in WORDS):
        return Name(token.start, known)
    if known is not None:
        reader.place -= 1
    if token.text in WORDS:
        with reader.deeper():
            return WORDS[token.text](reader)
    if token.text in LITERALS:
        reader.take()
        return Constant(token.start, LITERALS[token.text])
    if token.text in KEYWORDS:
        raise reader.unexpected()
    if token.text == "not" and reader.line[reader.place + 1].text != "(":
        reader.take()
        raise reader.unexpected()
    built_in = BUILT_IN.longest(reader.line, reader.place)
    if built_in is not None and not follows_word(reader, built_in[1]):
        reader.place = built_in[1]
        return Name(token.start, built_in[0])
    if token.text in FOREIGN_WORDS or token.text.startswith("__"):
        raise reader.error(FOREIGN_WORDS.get(token.text, "FEEL 里没有以两条下划线开头的名称"))
    return Name(token.start, reader.loose_name())


def follows_word(reader: "Parser", place: int) -> bool:
    """Whether another word belongs to the name, which then is no built-in (`date of birth`)."""
    token = reader.line[place]
    return token.kind == WORD and token.text not in KEYWORDS


def bracketed(reader: "Parser") -> Node:
    """`(expression)`, `(1..5]`, `(< 5)`."""
    start = reader.place
    reader.take()
    if reader.at_mark("<", "<=", ">", ">=", "=", "!="):
        return operator_range(reader)
    node = reader.expression()
    if reader.at_mark(".."):
        return reader.range_from(node, start)
    reader.expect(")")
    return node


def operator_range(reader: "Parser") -> Node:
    """`(< 5)` as a value: a range open on one side (`(= 5)` is the range of that one value)."""
    test = reader.test()
    reader.expect(")")
    if not isinstance(test, Test):
        return test
    if test.mark in ("=", "!="):
        return RangeOf(test.at, test.operand, test.operand, True, True) if test.mark == "=" else test
    low_closed, high_closed = RANGE_MARKS[test.mark]
    below = test.mark in ("<", "<=")
    return RangeOf(test.at, None if below else test.operand, test.operand if below else None, low_closed, high_closed)


def listed(reader: "Parser") -> Node:
    """`[1, 2]` or `[1..5]`."""
    start = reader.place
    at = reader.take().start
    items: list[Node] = []
    while not reader.at_mark("]"):
        items.append(reader.expression())
        if len(items) == 1 and reader.at_mark(".."):
            return reader.range_from(items[0], start)
        if not reader.take_mark(","):
            break
    reader.expect("]")
    return ListOf(at, tuple(items))


def outward_range(reader: "Parser") -> Node:
    """`]1..5[`."""
    start = reader.place
    reader.take()
    return reader.range_from(reader.expression(), start)


def context(reader: "Parser") -> Node:
    """`{name: value, "any key": value}`; a later entry sees the earlier ones."""
    at = reader.take().start
    entries: list[tuple[str, Node]] = []
    with reader.knowing() as scope:
        while not reader.at_mark("}"):
            place = reader.token.start
            key = reader.take().text if reader.token.kind == TEXT else reader.declared_name(":")
            reader.expect(":")
            if any(key == name for name, _ in entries):
                raise reader.error(f"键“{key}”写了两次", place)
            if reader.at_word("function"):
                scope.add(key)
            entries.append((key, reader.expression()))
            scope.add(key)
            reader.properties.add(key)
            if not reader.take_mark(","):
                break
        reader.expect("}")
    return ContextOf(at, tuple(entries))


def at_literal(reader: "Parser") -> Node:
    """`@"2026-11-23"`."""
    at = reader.take().start
    if reader.token.kind != TEXT:
        raise reader.error('@ 后面要写文字，例如 @"2026-11-23"')
    text = reader.take().text
    value = read_at_literal(text)
    if value is None:
        raise reader.error(f"@“{text}”不是日期、时间或时长", at)
    return Constant(at, value)


def tested_value(reader: "Parser") -> Node:
    """`?`, which only a test knows."""
    token = reader.take()
    if not reader.tested:
        raise reader.error("? 只能写在决策表的条件格里", token.start)
    return Tested(token.start)


def conditional(reader: "Parser") -> Node:
    """`if … then … else …`; FEEL has no `if` without `else`."""
    at = reader.take().start
    condition = reader.expression()
    reader.expect("then")
    then = reader.expression()
    reader.expect("else")
    return If(at, condition, then, reader.expression())


def loop(reader: "Parser") -> Node:
    """`for x in xs, y in 1..3 return …`; `partial` is what has been returned so far."""
    at = reader.take().start
    with reader.knowing() as scope:
        found = iterators(reader, scope, "return")
        scope.add("partial")
        return For(at, found, reader.expression())


def quantified(reader: "Parser") -> Node:
    """`some x in xs satisfies …`, `every …`."""
    token = reader.take()
    with reader.knowing() as scope:
        found = iterators(reader, scope, "satisfies")
        return Quantified(token.start, token.text, found, reader.expression())


def iterators(reader: "Parser", scope: NameTree, closing: str) -> tuple[Iterator, ...]:
    """`x in xs, y in ys` up to the closing word, each seeing the ones before."""
    found: list[Iterator] = []
    while True:
        at = reader.token.start
        name = reader.declared_name("in")
        reader.expect("in")
        low = reader.expression()
        if reader.at_mark(".."):
            reader.take()
            low = Span(at, low, reader.expression())
        found.append(Iterator(at, name, low))
        scope.add(name)
        if not reader.take_mark(","):
            reader.expect(closing)
            return tuple(found)


def function(reader: "Parser") -> Node:
    """`function(a: number, b) a + b`."""
    at = reader.take().start
    reader.expect("(")
    names: list[str] = []
    kinds: list[FeelType | None] = []
    while not reader.at_mark(")"):
        name = reader.declared_name(",", ")", ":")
        if name in names:
            raise reader.error(f"参数“{name}”写了两次")
        names.append(name)
        kinds.append(type_name(reader) if reader.take_mark(":") else None)
        if not reader.take_mark(","):
            break
    reader.expect(")")
    if reader.at_word("external"):
        raise reader.error("不支持外部函数（external）")
    if len(names) > limits.CALLS:
        raise reader.error("参数太多", at)
    with reader.knowing(*names):
        return Lambda(at, tuple(names), tuple(kinds), reader.expression())


OPENERS: dict[str, Callable[["Parser"], Node]] = {
    "(": bracketed,
    "[": listed,
    "]": outward_range,
    "{": context,
    "@": at_literal,
    "?": tested_value,
}
WORDS: dict[str, Callable[["Parser"], Node]] = {
    "if": conditional,
    "for": loop,
    "some": quantified,
    "every": quantified,
    "function": function,
}
