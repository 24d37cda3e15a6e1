"""What an expression is made of after parsing. Every node knows where it began."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression; `at` is its offset in the source."""

    at: int


@dataclass(frozen=True, slots=True)
class Constant(Node):
    value: Any


@dataclass(frozen=True, slots=True)
class Name(Node):
    name: str


@dataclass(frozen=True, slots=True)
class Tested(Node):
    """`?`, the value a unary test is about."""


@dataclass(frozen=True, slots=True)
class Negation(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    mark: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    mark: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Membership(Node):
    """`value in (test, test)`."""

    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Junction(Node):
    """A whole row of `and` (or of `or`), so that a long row is not a deep tree."""

    word: str
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class If(Node):
    condition: Node
    then: Node
    other: Node


@dataclass(frozen=True, slots=True)
class Iterator(Node):
    """`name in domain` of a loop or quantifier."""

    name: str
    domain: Node


@dataclass(frozen=True, slots=True)
class Span(Node):
    """`low .. high` as what a loop runs over, up or down."""

    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class For(Node):
    iterators: tuple[Iterator, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    word: str
    iterators: tuple[Iterator, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextOf(Node):
    entries: tuple[tuple[str, Node], ...]
    kinds: tuple[Any, ...] = ()
    """Declared types of the entries (boxed contexts only), in their order."""
    result: Node | None = None
    """What the context is for: the result cell of a boxed context."""


@dataclass(frozen=True, slots=True)
class RangeOf(Node):
    low: Node | None
    high: Node | None
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True, slots=True)
class Test(Node):
    """`< 5` and its like: in a test it compares, as a value it is a range open on one side."""

    mark: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Path(Node):
    source: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    source: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    function: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...] = ()
    """Parameter names when the call names them, as many as arguments."""


@dataclass(frozen=True, slots=True)
class Lambda(Node):
    params: tuple[str, ...]
    kinds: tuple[Any, ...]
    body: Node
    result: Any = None


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    value: Node
    kind: Any


@dataclass(frozen=True, slots=True)
class Typed(Node):
    """An expression whose result is fitted to a declared type."""

    expression: Node
    kind: Any


@dataclass(frozen=True, slots=True)
class Foreign(Node):
    """Something only another room can compile (a decision table): it brings its own compiler."""

    make: Any = field(compare=False)


def mentions(node: object, asked: Callable[[Node], bool]) -> bool:
    """Whether any node of the tree answers the question with yes."""
    if isinstance(node, tuple):
        return any(mentions(part, asked) for part in node)
    if not isinstance(node, Node):
        return False
    return asked(node) or any(mentions(getattr(node, part.name), asked) for part in fields(node))


def cost(node: object) -> int:
    """Steps of running through the tree once: one, and one for every four of its nodes."""
    return 1 + parts(node) // 4


def parts(node: object) -> int:
    """How many nodes a tree has."""
    if isinstance(node, tuple):
        return sum(map(parts, node))
    return 1 + sum(parts(getattr(node, part.name)) for part in fields(node)) if isinstance(node, Node) else 0
