"""The only room that imports SpiffWorkflow: text and bytes in, plain dataclasses out.

It knows no database, no clock, no request and no other room but dmn.

    compile_definition(sources: Sources) -> Definition        raises DefinitionRefused(findings)
    lint(sources: Sources) -> tuple[Finding, ...]             also warnings; never raises on bad diagrams
    advance(definition, state: bytes | None, event: Event) -> Outcome      raises EngineRefused(code, element)
    open_keys(definition, state: bytes) -> Open               what waits in a state, for checks of projections
    facts_of(definition, state: bytes) -> dict                the facts of a state, without its tree
"""

from app.engine.advance import advance, facts_of, open_keys
from app.engine.definition import Bounds, Definition, Flow, Node, Sources
from app.engine.definitions import compile_definition, lint
from app.engine.model import (
    Call,
    Decided,
    DefinitionRefused,
    EngineRefused,
    Event,
    FactType,
    Finding,
    Open,
    OpenedTask,
    OpenedTimer,
    OpenedWait,
    Outcome,
    Sent,
    Trace,
)

__all__ = [
    "Bounds",
    "Call",
    "Decided",
    "Definition",
    "DefinitionRefused",
    "EngineRefused",
    "Event",
    "FactType",
    "Finding",
    "Flow",
    "Node",
    "Open",
    "OpenedTask",
    "OpenedTimer",
    "OpenedWait",
    "Outcome",
    "Sent",
    "Sources",
    "Trace",
    "advance",
    "compile_definition",
    "facts_of",
    "lint",
    "open_keys",
]
