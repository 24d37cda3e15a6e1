"""The executable part of a definition: wired specs and compiled formulas, found by the id of their element."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.dmn.tables import Decision
from app.engine.definition import Node
from app.engine.expressions import Formula
from app.engine.model import FactType


@dataclass(frozen=True)
class Operation:
    """A call as drawn (docs/process-format.md §1)."""

    name: str
    input: Formula | None = None
    output: Formula | None = None


@dataclass(frozen=True)
class Instances:
    """Multi-instance as drawn: the fact with the codes, the name of one, the fact that takes the results."""

    source: str
    item: str
    output: str | None
    condition: Formula | None = None


@dataclass(frozen=True)
class Program:
    spec: Any = field(repr=False)
    inner: Mapping[str, Any] = field(repr=False)
    nodes: Mapping[str, Node]
    facts: Mapping[str, FactType]
    flows: Mapping[tuple[str, str], str]
    """(source, target) → id of the flow between them."""
    links: frozenset[tuple[str, str]]
    """(throwing, catching) link events."""
    reachable: Mapping[str, Mapping[str, frozenset[str]]]
    """Inclusive join → node → the join's incoming nodes a token at the node can reach without passing the join."""
    conditions: Mapping[str, Formula] = field(default_factory=dict)
    timers: Mapping[str, Formula] = field(default_factory=dict)
    messages: Mapping[str, str] = field(default_factory=dict)
    correlations: Mapping[str, Formula] = field(default_factory=dict)
    payloads: Mapping[str, Formula] = field(default_factory=dict)
    scripts: Mapping[str, Formula] = field(default_factory=dict)
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    calls: Mapping[str, Operation] = field(default_factory=dict)
    assignments: Mapping[str, Mapping[str, Formula]] = field(default_factory=dict)
    instances: Mapping[str, Instances] = field(default_factory=dict)
