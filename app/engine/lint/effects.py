"""Which facts a node writes. A context written out in FEEL shows its names even when every input is null."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from app.dmn.feel import FeelError, compile_expression
from app.dmn.tables import Decision, DmnFinding, DmnRefused, parse_decisions
from app.engine.compiling import instances_of
from app.engine.decisions import fact_names
from app.engine.definition import Sources
from app.engine.diagram import Diagram, Drawn, text_of
from app.engine.expressions import ANY_TIME


def context_names(text: str) -> frozenset[str] | None:
    """Keys of a FEEL context; None when the text is not one."""
    try:
        value = compile_expression(text).evaluate({}, at=ANY_TIME)
    except FeelError:
        return None
    return frozenset(value) if isinstance(value, dict) else None


@dataclass(frozen=True)
class Decisions:
    """The decisions of a closure by id, and what is wrong with its files."""

    known: Mapping[str, Decision]
    problems: tuple[DmnFinding, ...]


def known_decisions(sources: Sources) -> Decisions:
    return _decisions(sources.decisions)


@lru_cache(maxsize=64)
def _decisions(files: tuple[bytes, ...]) -> Decisions:
    known: dict[str, Decision] = {}
    problems: list[DmnFinding] = []
    for data in files:
        try:
            found = parse_decisions(data)
        except DmnRefused as error:
            problems += error.findings
            continue
        twice = sorted(set(found) & set(known))
        problems += [DmnFinding(name, found[name].name, "这个编号在两个文件里出现") for name in twice]
        known.update(found)
    return Decisions(known, tuple(problems))


def written_by(drawn: Drawn, diagram: Diagram, sources: Sources) -> frozenset[str]:
    """Facts a node sets when it is done."""
    found = set(sources.writes.get(drawn.id, frozenset()))
    if drawn.kind == "scriptTask":
        found |= context_names(text_of(drawn.element, "script") or "") or frozenset()
    if "output" in drawn.node.properties:
        found |= context_names(drawn.node.properties["output"]) or frozenset()
    if drawn.kind == "businessRuleTask":
        decision = known_decisions(sources).known.get(drawn.node.properties.get("decision", ""))
        declared = {fact.name for fact in sources.facts}
        found |= set(fact_names(decision, declared)) if decision is not None else set()
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
