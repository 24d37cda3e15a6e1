"""The plain data that goes into and comes out of the engine. Nothing here knows SpiffWorkflow.

Everything is JSON-shaped, so an event and an outcome mean the same on any machine and in any year.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

Scalar: TypeAlias = str | int | bool | None
FactValue: TypeAlias = Scalar | list[str] | dict[str, Scalar]
"""A fact on the wire. Numbers that are not integers, dates and instants are strings (RFC 8785, smaller domain)."""

FACT_TYPES = ("text", "code", "number", "boolean", "date", "codes", "periods", "map")
FACTS_LIMIT = 16 * 1024
"""Bytes of canonical JSON that the facts of one case may take (architecture §4)."""


@dataclass(frozen=True)
class FactType:
    """A declared fact: `number` is an integer or a decimal string, `date` is YYYY-MM-DD, `codes` a short
    list of codes, `periods` a list of "from/to" dates (half-open: after from, up to and with to; to may be empty),
    `map` codes to scalars (what a multi-instance gives back)."""

    name: str
    kind: str
    label: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Event:
    """What happened to one case. `at` is aware UTC; `target` is a task, timer, wait or call key, or a message name."""

    seq: int
    at: datetime
    kind: str
    """started | completed | message | timer_due | answered | repositioned | corrected | migrated"""
    actor: str | None = None
    on_behalf_of: str | None = None
    target: str | None = None
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()
    reason: str | None = None
    missed: int = 0
    """Firings of a cycle that coalesced into this one (rule 3)."""
    cancel: tuple[str, ...] = ()
    open: tuple[tuple[str, str], ...] = ()
    """For `repositioned`: task keys to cancel, and (scope path, node id) to open (rule 12)."""
    mapping: tuple[tuple[str, str], ...] = ()
    """For `migrated`: (old node, new node) where they are not called alike (rule 13)."""
    result: FactValue = None
    """For the completion of a multi-instance child: what it leaves under its own key (rule 7)."""
    definition: str = ""
    calendar: str = ""
    parameters: str = ""


@dataclass(frozen=True)
class OpenedTask:
    """A human task that now waits. `properties` are the element's spiffworkflow:properties, as drawn."""

    key: str
    node: str
    name: str
    lane: str | None
    process: str
    """Id of the BPMN process the node is drawn in (a called one has its own)."""
    properties: Mapping[str, str]
    item: str | None = None
    """The code a multi-instance child is about (an organisation, a person)."""
    assigned: Mapping[str, Any] = field(default_factory=dict)
    """Evaluated inside `advance`: `division`, `assignee`, `role` where the element gives a FEEL rule."""


@dataclass(frozen=True)
class OpenedTimer:
    key: str
    node: str
    rule: str
    """What the diagram says after FEEL: "P30D", "clock:T1@20", "limit:notice", "date:2026-11-23" (rule 2)."""
    cycle: bool = False


@dataclass(frozen=True)
class OpenedWait:
    key: str
    node: str
    message: str
    correlation: str = ""


@dataclass(frozen=True)
class Call:
    """A request the shell carries out: `local:` in the same transaction, `remote:` as a row and a job."""

    key: str
    node: str
    operation: str
    """`local:NAME` or `remote:CONNECTOR.OPERATION`"""
    input: Mapping[str, Any] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sent:
    """A message thrown by the diagram, for another instance or a partner; delivered by a later command (rule 10)."""

    message: str
    correlation: str
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Decided:
    """One decision table evaluated: kept in the trace so that a reader sees which rows hit on which inputs."""

    node: str
    decision: str
    digest: str
    rows: tuple[int, ...]
    inputs: Mapping[str, Any]
    outputs: Any


@dataclass(frozen=True)
class Trace:
    """What the event made happen, in order: node ids entered and left, sequence flows really taken, decisions,
    facts set (null: unset)."""

    entered: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()
    decisions: tuple[Decided, ...] = ()
    facts: Mapping[str, FactValue] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    state: bytes
    opened: tuple[OpenedTask, ...] = ()
    closed: tuple[str, ...] = ()
    """Keys of human tasks no longer open, completed or cancelled."""
    timers_opened: tuple[OpenedTimer, ...] = ()
    timers_closed: tuple[str, ...] = ()
    waits_opened: tuple[OpenedWait, ...] = ()
    waits_closed: tuple[str, ...] = ()
    calls: tuple[Call, ...] = ()
    calls_closed: tuple[str, ...] = ()
    sent: tuple[Sent, ...] = ()
    ended: str | None = None
    """None while the case runs; else the id of the end event that ended it."""
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    """All facts after the event."""
    trace: Trace = field(default_factory=Trace)
    marking_digest: str = ""
    """`m1:` + hex SM3 of the canonical marking."""


@dataclass(frozen=True)
class Open:
    """What waits in a state. Rows of the shell's tables must agree with it (rule 19)."""

    tasks: tuple[OpenedTask, ...] = ()
    timers: tuple[OpenedTimer, ...] = ()
    waits: tuple[OpenedWait, ...] = ()
    calls: tuple[Call, ...] = ()
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    ended: str | None = None
    marking_digest: str = ""
    scopes: Mapping[str, str] = field(default_factory=dict)
    """Path of each open scope ("" is the process itself) → id of the process or sub-process drawn for it."""
    signals: tuple[str, ...] = ()
    """Keys of events that wait for a signal of the case itself."""
    joins: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Path of a join that is half arrived → incoming node → tokens that wait."""


@dataclass(frozen=True)
class Finding:
    """What the linter says of one element, in Chinese: what is wrong and what to do instead."""

    element: str
    name: str
    code: str
    message: str
    remedy: str
    severity: str = "error"


class DefinitionRefused(Exception):
    """The diagram cannot be run safely; `findings` say why, element by element."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("; ".join(f"{f.element}: {f.message}" for f in findings))
        self.findings = findings


class EngineRefused(Exception):
    """An event that cannot be applied to this state: the task is not open, a fact is not declared, …

    `code` is a refusal code; the shell turns it into a `Refusal`. A condition that is null is
    `code="condition_not_boolean"` and becomes an incident (rule 8). `expression` is the text as the author wrote it,
    never a value."""

    def __init__(self, code: str, element: str = "", detail: str = "", expression: str = "") -> None:
        super().__init__(f"{code} {element} {detail}".strip())
        self.code = code
        self.element = element
        self.detail = detail
        self.expression = expression
