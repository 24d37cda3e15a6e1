"""A diagram as read: nodes, flows and bands with their places, in the units of BPMN DI (pixels, y downwards)."""

from dataclasses import dataclass, replace
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    w: float
    h: float

    @property
    def centre(self) -> Point:
        return self.x + self.w / 2, self.y + self.h / 2

    def moved(self, dx: float, dy: float) -> "Box":
        return replace(self, x=self.x + dx, y=self.y + dy)

    def meets(self, other: "Box") -> bool:
        return (
            self.x < other.x + other.w
            and other.x < self.x + self.w
            and self.y < other.y + other.h
            and other.y < self.y + self.h
        )


@dataclass(frozen=True)
class Node:
    """A flow node, artefact or sub-process. `kind` is the element's name in BPMN, e.g. userTask."""

    id: str
    kind: str
    name: str = ""
    parent: str = ""
    """The sub-process it stands in; empty at the top of a process."""
    lane: str = ""
    event: str = ""
    """message, timer, error, … for an event; empty for a plain one."""
    loop: str = ""
    """parallel, sequential, loop or empty."""
    attached_to: str = ""
    interrupting: bool = True
    expanded: bool = True
    box: Box | None = None
    label: Box | None = None

    @property
    def shape(self) -> str:
        if self.kind.endswith("Event"):
            return "event"
        if self.kind.endswith("Gateway"):
            return "gateway"
        if self.kind in {"textAnnotation", "group", "dataObjectReference", "dataStoreReference"}:
            return "artefact"
        return "activity"


@dataclass(frozen=True)
class Flow:
    """A sequence flow, message flow or association."""

    id: str
    kind: str
    source: str
    target: str
    name: str = ""
    conditional: bool = False
    default: bool = False
    points: tuple[Point, ...] = ()
    label: Box | None = None


@dataclass(frozen=True)
class Band:
    """A pool or a lane."""

    id: str
    kind: str
    name: str
    box: Box
    upright: bool = False


@dataclass(frozen=True)
class Drawing:
    title: str
    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]
    bands: tuple[Band, ...] = ()

    @property
    def by_id(self) -> dict[str, Node]:
        return {node.id: node for node in self.nodes}
