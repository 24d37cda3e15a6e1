"""What a diagram means once compiled: plain, read-only data for the shell, and the executable part for `advance`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.engine.model import FactType, Finding

if TYPE_CHECKING:
    from app.engine.program import Program


@dataclass(frozen=True)
class Sources:
    """The bytes a definition is made of: the closure the catalogue addresses by digest.

    `main` is the BPMN of the process, `called` the BPMN files call activities lead to, `decisions` DMN files,
    `process` the id of the process to run (None: the only executable one of `main`), `writes` the facts a node's
    form mapping sets (the catalogue knows the forms, the engine does not)."""

    main: bytes
    called: tuple[bytes, ...] = ()
    decisions: tuple[bytes, ...] = ()
    facts: tuple[FactType, ...] = ()
    process: str | None = None
    writes: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Bounds:
    """A shape of the diagram interchange, in its own units (BPMN 2.0 §12)."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Node:
    """One flow node as drawn. `kind` is the BPMN element name; `attached_to` the host of a boundary event;
    `scope` the id of the sub-process or process it stands in."""

    id: str
    name: str
    kind: str
    lane: str | None
    process: str
    scope: str
    properties: Mapping[str, str]
    bounds: Bounds | None = None
    event: str | None = None
    """For events: message, timer, error, signal, escalation, link, terminate or None."""
    attached_to: str | None = None
    interrupting: bool = True
    documentation: str = ""
    multiple: str | None = None
    """`parallel` or `sequential` when the task is multi-instance."""
    called: str = ""
    """Id of the process that a call activity runs."""


@dataclass(frozen=True)
class Flow:
    id: str
    name: str
    source: str
    target: str
    condition: str | None = None
    default: bool = False
    waypoints: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Definition:
    """A compiled closure. Node and flow ids are unique over the whole closure (the linter sees to it), so a trace
    needs no process beside them; `Node.process` says on which diagram a node stands."""

    digest: str
    """Hex SHA-256 of the sources, in a framing of their lengths."""
    process_id: str
    title: str
    nodes: Mapping[str, Node]
    flows: Mapping[str, Flow]
    messages: tuple[str, ...]
    """Names of the messages this closure can wait for, sorted."""
    facts: Mapping[str, FactType]
    processes: Mapping[str, str]
    """Ids and names of the processes of the closure, the main one first."""
    timer_rules: Mapping[str, str]
    """Node → rule of its timer, where the rule hangs on no fact."""
    warnings: tuple[Finding, ...] = field(repr=False, compare=False)
    """What the linter found and let pass."""
    program: "Program" = field(repr=False, compare=False)
