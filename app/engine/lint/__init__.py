"""What may be drawn. Everything not known to run exactly as drawn is refused, with a remedy, at the desk of the author.

One file per family of rules; each gives findings for a whole diagram."""

from collections.abc import Callable, Iterable

from app.engine.definition import Sources
from app.engine.diagram import Diagram
from app.engine.lint import (
    elements,
    events,
    expressions,
    foreign,
    lanes,
    loops,
    races,
    settings,
    soundness,
    structure,
    tasks,
    texts,
    thrown,
)
from app.engine.model import Finding

Rule = Callable[[Diagram, Sources], Iterable[Finding]]

FOUNDATIONS: tuple[Rule, ...] = (elements.unknown, foreign.settings, elements.identity, structure.processes)
CONNECTIONS: tuple[Rule, ...] = (structure.connections,)
MEANING: tuple[Rule, ...] = (
    structure.starts_and_ends,
    structure.forks,
    structure.gateways,
    settings.attributes,
    settings.languages,
    settings.data,
    settings.properties,
    lanes.lanes,
    lanes.one_lane,
    events.definitions,
    thrown.links,
    thrown.outwards,
    thrown.signals,
    thrown.twice,
    tasks.calls,
    tasks.decisions,
    tasks.scripts,
    tasks.multiple,
    tasks.called,
    expressions.formulas,
    loops.joins_in_loops,
    loops.waits_for_itself,
    soundness.stuck_joins,
    races.parallel_writes,
    texts.markup,
)


def lint_diagram(diagram: Diagram, sources: Sources) -> tuple[Finding, ...]:
    """All findings, errors first."""
    found: list[Finding] = []
    for family in (FOUNDATIONS, CONNECTIONS, MEANING):
        found += [finding for rule in family for finding in rule(diagram, sources)]
        if any(finding.severity == "error" for finding in found):
            break  # The next family would speak of things that are not there.
    return tuple(sorted(found, key=lambda finding: finding.severity != "error"))
