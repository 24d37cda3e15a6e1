"""Which facts a node writes. A context written out in FEEL shows its names even when every input is null."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from app.dmn.feel import FeelError, compile_expression
from app.engine.compiling import instances_of
from app.engine.definition import Sources
from app.engine.diagram import Diagram, Drawn, text_of

ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)


def context_names(text: str) -> frozenset[str] | None:
    """Keys of a FEEL context; None when the text is not one."""
    try:
        value = compile_expression(text).evaluate({}, at=ANY_TIME)
    except FeelError:
        return None
    return frozenset(value) if isinstance(value, dict) else None


def known_decisions(sources: Sources) -> tuple[dict[str, Any], list[str]]:
    """Decisions of the closure by id, and what is wrong with their files."""
    return _decisions(sources.decisions)


@lru_cache(maxsize=64)
def _decisions(files: tuple[bytes, ...]) -> tuple[dict[str, Any], list[str]]:
    known: dict[str, Any] = {}
    problems: list[str] = []
    if files:
        from app.dmn.tables import DmnRefused, parse_decisions

        for data in files:
            try:
                known.update(parse_decisions(data))
            except DmnRefused as error:
                problems.append(str(error))
    return known, problems


def decision_facts(decision: Any) -> set[str]:
    """Names of the facts a decision sets: its outputs, or its own id when its one output has no name."""
    names = [str(name) for name in decision.outputs if name]
    return set(names) or {str(decision.id)}


def written_by(drawn: Drawn, diagram: Diagram, sources: Sources) -> frozenset[str]:
    """Facts a node sets when it is done."""
    found = set(sources.writes.get(drawn.id, frozenset()))
    if drawn.kind == "scriptTask":
        found |= context_names(text_of(drawn.element, "script") or "") or frozenset()
    if "output" in drawn.node.properties:
        found |= context_names(drawn.node.properties["output"]) or frozenset()
    if drawn.kind == "businessRuleTask":
        decision = known_decisions(sources)[0].get(drawn.node.properties.get("decision", ""))
        found |= decision_facts(decision) if decision is not None else set()
    if drawn.node.multiple is not None:
        output = instances_of(drawn).output
        found |= {output} if output else set()
    return frozenset(found)


def written_inside(drawn: Drawn, diagram: Diagram, sources: Sources, seen: frozenset[str] = frozenset()) -> set[str]:
    """Facts a node sets, with all that runs inside a sub-process or a called process."""
    found = set(written_by(drawn, diagram, sources))
    inner = drawn.id if drawn.kind == "subProcess" else drawn.element.get("calledElement") or ""
    if drawn.kind in ("subProcess", "callActivity") and inner in diagram.scopes and inner not in seen:
        for each in diagram.scopes[inner].nodes.values():
            found |= written_inside(each, diagram, sources, seen | {inner})
    return found
