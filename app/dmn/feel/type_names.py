"""Types as they are written: `list<number>`, `context<age: number>`, `function<number> -> boolean`."""

from typing import TYPE_CHECKING

from app.dmn.feel.names import NameTree
from app.dmn.feel.types import ALIASES, ANY, NAMES, FeelType

if TYPE_CHECKING:
    from app.dmn.feel.parser import Parser

BUILT_IN = NameTree((*NAMES, "date and time"))


def type_name(reader: "Parser") -> FeelType:
    """The type that begins here. Raises FeelError for a name that is no type."""
    with reader.deeper():
        token = reader.token
        declared = NameTree(reader.kinds).longest(reader.line, reader.place)
        if declared is not None:
            reader.place = declared[1]
            return reader.kinds[declared[0]]
        found = BUILT_IN.longest(reader.line, reader.place)
        if found is None:
            raise reader.error(f"没有“{token.text}”这种类型", token.start)
        reader.place = found[1]
        return composed(reader, ALIASES.get(found[0], found[0]))


def composed(reader: "Parser", name: str) -> FeelType:
    """What stands between `<` and `>` after list, range, context and function."""
    if name == "function":
        return function_type(reader)
    if name in ("list", "range") and reader.take_mark("<"):
        of = type_name(reader)
        reader.expect(">")
        return FeelType(name, of=of)
    if name == "context" and reader.take_mark("<"):
        return context_type(reader)
    return ANY if name == "Any" else FeelType(name)


def context_type(reader: "Parser") -> FeelType:
    """`<name: type, …>` after `context`."""
    fields: dict[str, FeelType] = {}
    while True:
        name = reader.declared_name(":")
        reader.expect(":")
        fields[name] = type_name(reader)
        if not reader.take_mark(","):
            reader.expect(">")
            return FeelType("context", fields=fields)


def function_type(reader: "Parser") -> FeelType:
    """`<type, …> -> type` after `function`; a bare `function` is any function."""
    if not reader.take_mark("<"):
        return FeelType("function")
    params: list[FeelType] = []
    while not reader.at_mark(">"):
        params.append(type_name(reader))
        if not reader.take_mark(","):
            break
    reader.expect(">")
    reader.expect("->")
    return FeelType("function", of=type_name(reader), params=tuple(params))
