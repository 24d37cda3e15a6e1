"""Conditions that wait for each other: whether a field is shown may not depend on its own answer."""

from collections import ChainMap
from collections.abc import Iterable, Iterator, MutableMapping
from dataclasses import dataclass
from dataclasses import field as column

from app.dmn.feel import Expression
from app.forms.model import Field


@dataclass
class _Node:
    """A field where it stands. Its answer waits for its own conditions and for what is around and in it."""

    field: Field
    around: "_Node | None"
    names: MutableMapping[str, "_Node"]
    inner: list["_Node"] = column(default_factory=list)


def in_circles(fields: tuple[Field, ...]) -> list[str]:
    """Keys (or labels) of the fields whose condition depends, directly or not, on themselves."""
    nodes = list(_flat(_nodes(fields, None, {})))
    return [n.field.key or n.field.label for n in nodes if n.field.hide is not None and _reaches_itself(n)]


def _nodes(fields: tuple[Field, ...], around: _Node | None, outer: MutableMapping[str, _Node]) -> list[_Node]:
    return _level(fields, around, ChainMap({}, outer))


def _level(fields: tuple[Field, ...], around: _Node | None, names: MutableMapping[str, _Node]) -> list[_Node]:
    made = []
    for each in fields:
        node = _Node(each, around, names)
        if each.key:
            names[each.key] = node
        same_level = each.type == "group" and not each.key
        node.inner = _level(each.fields, node, names) if same_level else _nodes(each.fields, node, names)
        made.append(node)
    return made


def _flat(nodes: Iterable[_Node]) -> Iterator[_Node]:
    for node in nodes:
        yield node
        yield from _flat(node.inner)


def _reaches_itself(start: _Node) -> bool:
    """Whether showing `start` waits for an answer that waits for showing `start`."""
    seen: set[int] = set()
    waiting = [(n, True) for n in _named(start)]
    if start.around is not None:
        waiting.append((start.around, False))
    while waiting:
        node, as_answer = waiting.pop()
        if node is start:
            return True
        mark = id(node) * 2 + as_answer
        if mark in seen:
            continue
        seen.add(mark)
        waiting += [(n, True) for n in _named(node)]
        if node.around is not None:
            waiting.append((node.around, False))
        if as_answer:
            waiting += [(n, True) for n in node.inner]
    return False


def _named(node: _Node) -> list[_Node]:
    flags = (node.field.hide, node.field.readonly, node.field.disabled)
    expressions = [each for each in flags if isinstance(each, Expression)]
    return [node.names[name] for each in expressions for name in each.names if name in node.names]
