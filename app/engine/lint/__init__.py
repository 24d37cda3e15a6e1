"""What may be drawn. Everything not known to run exactly as drawn is refused, with a remedy, at the desk of the author.

One file per family of rules; each gives findings for a whole diagram."""

from collections.abc import Callable, Iterable

from app.engine.definition import Sources
from app.engine.diagram import Diagram
from app.engine.lint import elements, events, expressions, loops, races, structure, tasks, texts
from app.engine.model import Finding

Rule = Callable[[Diagram, Sources], Iterable[Finding]]

FOUNDATIONS: tuple[Rule, ...] = (elements.unknown, elements.identity, structure.processes, structure.connections)
"""Without these the rest would speak of things that are not there."""

RULES: tuple[Rule, ...] = (
    structure.starts_and_ends,
    structure.forks,
    structure.gateways,
    structure.lanes,
    events.definitions,
    events.errors,
    tasks.calls,
    tasks.decisions,
    tasks.scripts,
    tasks.multiple,
    tasks.called,
    expressions.formulas,
    loops.joins_in_loops,
    races.parallel_writes,
    texts.markup,
)


def lint_diagram(diagram: Diagram, sources: Sources) -> tuple[Finding, ...]:
    """All findings, errors first."""
    found = [finding for rule in FOUNDATIONS for finding in rule(diagram, sources)]
    if not any(finding.severity == "error" for finding in found):
        found += [finding for rule in RULES for finding in rule(diagram, sources)]
    return tuple(sorted(found, key=lambda finding: finding.severity != "error"))
