"""A tree into closures: names are resolved to places once, so that running an expression looks nothing up twice.

Each kind of node is compiled by one function, registered with `compiles`; they live in files named after what
they do.
"""

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any, TypeAlias

from app.dmn.feel import functions
from app.dmn.feel.errors import FeelError
from app.dmn.feel.limits import Meter
from app.dmn.feel.nodes import Constant, Foreign, Name, Node, Tested
from app.dmn.feel.values import Value
from app.dmn.feel.wire import READY, adopt


class Frame:
    """Values by name at run time, one frame per scope; the outermost is the caller's scope.

    Attributes:
        values: the names of this scope.
        up: the scope around it, None for the outermost.
        meter: the work left, shared by all frames of one evaluation.
    """

    __slots__ = ("meter", "up", "values")

    def __init__(self, values: Mapping[str, Value], up: "Frame | None", meter: Meter) -> None:
        self.values = values
        self.up = up
        self.meter = meter


Step: TypeAlias = Callable[[Frame], Value]
Maker: TypeAlias = Callable[["Compiler", Any], Step]
MAKERS: dict[type[Node], Maker] = {}


def compiles(kind: type[Node]) -> Callable[[Maker], Maker]:
    """Register the function that compiles this kind of node."""

    def register(maker: Maker) -> Maker:
        MAKERS[kind] = maker
        return maker

    return register


class Level:
    """A scope at compile time. `dynamic`: its item may be a context whose keys are names (inside a filter)."""

    __slots__ = ("dynamic", "names")

    def __init__(self, names: Iterable[str], dynamic: bool = False) -> None:
        self.names = set(names)
        self.dynamic = dynamic


class Compiler:
    """Compiles the nodes of one expression.

    Args:
        declared: the names the caller's scope will have; None when that is not known.
    Attributes:
        free: names taken from the caller's scope.
    """

    def __init__(self, source: str, declared: frozenset[str] | None, levels: Iterable[Level] = ()) -> None:
        self.source = source
        self.declared = declared
        self.levels: list[Level] = list(levels)
        self.free: set[str] = set()

    def step(self, node: Node) -> Step:
        """The closure of a node."""
        return MAKERS[type(node)](self, node)

    def inside(self, level: Level, node: Node) -> Step:
        """The closure of a node that runs one frame further in."""
        self.levels.append(level)
        try:
            return self.step(node)
        finally:
            self.levels.pop()

    def error(self, message: str, node: Node) -> FeelError:
        """A refusal at a node."""
        return FeelError(message, node.at, self.source)

    def place_of(self, name: str) -> tuple[int | None, tuple[int, ...]]:
        """How many frames out the name is fixed (None: the outermost or nowhere), and the dynamic frames before."""
        dynamic: list[int] = []
        for out, level in enumerate(reversed(self.levels)):
            if level.dynamic:
                dynamic.append(out)
            if name in level.names:
                return out, tuple(dynamic)
        return None, tuple(dynamic)

    def is_built_in(self, name: str) -> bool:
        """Whether the name means the built-in function here, shadowed by nothing."""
        fixed, _ = self.place_of(name)
        return fixed is None and name in functions.TABLE and name not in (self.declared or ())

    def unknown(self, node: Name) -> FeelError:
        """The refusal of a name nobody declared, with the likeliest one meant."""
        near = get_close_matches(node.name, [*sorted(self.declared or ()), *functions.NAMES], 1, 0.6)
        hint = f"，是不是“{near[0]}”？" if near else "，请检查拼写，或先在流程里声明"
        return self.error(f"没有名为“{node.name}”的数据{hint}", node)


@compiles(Constant)
def constant(compiler: Compiler, node: Constant) -> Step:
    value = node.value
    return lambda frame: value


@compiles(Tested)
def tested(compiler: Compiler, node: Tested) -> Step:
    return compiler.step(Name(node.at, "?"))


@compiles(Foreign)
def foreign(compiler: Compiler, node: Foreign) -> Step:
    step: Step = node.make(compiler)
    return step


@compiles(Name)
def name(compiler: Compiler, node: Name) -> Step:
    fixed, dynamic = compiler.place_of(node.name)
    if fixed is not None:
        step = local(node.name, fixed)
    elif compiler.declared is None or node.name in compiler.declared:
        if compiler.declared is not None or not dynamic:
            compiler.free.add(node.name)
        step = outermost(node.name, len(compiler.levels))
    elif node.name in functions.TABLE:
        step = constant(compiler, Constant(node.at, functions.as_value(node.name)))
    elif dynamic:
        step = missing(node.name)
    else:
        raise compiler.unknown(node)
    return property_first(node.name, dynamic, step) if dynamic else step


def local(name: str, out: int) -> Step:
    """A name fixed so many frames out."""
    if out == 0:
        return lambda frame: frame.values.get(name)

    def step(frame: Frame) -> Value:
        for _ in range(out):
            frame = frame.up  # type: ignore[assignment]
        return frame.values.get(name)

    return step


def outermost(name: str, out: int) -> Step:
    """A name of the caller's scope; a name it lacks is null, unless it is a built-in function."""
    built_in = functions.as_value(name) if name in functions.TABLE else None

    def step(frame: Frame) -> Value:
        for _ in range(out):
            frame = frame.up  # type: ignore[assignment]
        try:
            value = frame.values[name]
        except KeyError:
            if built_in is None:
                frame.meter.note(f"没有名为“{name}”的数据")
            return built_in
        return value if type(value) in READY else adopt(value)

    return step


def missing(name: str) -> Step:
    """A name that only a list's items may have, and this one has not."""
    return lambda frame: frame.meter.note(f"没有名为“{name}”的数据")


def property_first(name: str, dynamic: tuple[int, ...], otherwise: Step) -> Step:
    """The item's property of that name where the item is a context that has it, else what the name means outside."""

    def step(frame: Frame) -> Value:
        here, passed = frame, 0
        for out in dynamic:
            for _ in range(out - passed):
                here = here.up  # type: ignore[assignment]
            passed = out
            item = here.values["item"]
            if type(item) is dict and name in item:
                return item[name]
        return otherwise(frame)

    return step
