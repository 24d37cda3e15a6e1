"""What is different when the same events, executed again, do not lead where the record says; in words (Chinese).

Values of facts are not quoted, only named: who may read that two runs differ need not know the child's answers.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from app.catalogue.published import Published
from app.engine.model import EngineRefused, Outcome
from app.engine.outline import ENGINE_VERSION
from app.history.read import RecordedEvent

WAYS = {"in": "进入", "out": "离开", "flows": "走过的连线"}
MOST = 5
"""Names quoted of each sort."""


def difference(version: Published, entry: RecordedEvent, outcome: Outcome, traced: Mapping[str, Any]) -> str:
    """Empty where both agree: the digest of the marking, and the trace from which the film is drawn.

    Args:
        traced: the trace of `outcome`, as it would be recorded.
    """
    fields = entry.fields or {}
    state, effects = fields.get("state"), fields.get("effects")
    if state == outcome.marking_digest and effects == traced:
        return ""
    recorded = effects if isinstance(effects, Mapping) else {}
    found = [*_trace(version, recorded, traced), *_marking(state, outcome, recorded == traced)]
    if entry.engine != ENGINE_VERSION:
        found.append(f"当时的引擎是 {entry.engine}，现在是 {ENGINE_VERSION}")
    return "；".join(found) or "经过的写法不同"


def refused(version: Published, problem: EngineRefused) -> str:
    """That the engine does not take an event which it once took; by its code, since a detail may quote a value."""
    flow = version.definition.flows.get(problem.element)
    where = (flow.name if flow else "") or _node(version, flow.source if flow else problem.element)
    return f"引擎{f'在“{where}”处' if where else ''}拒绝了这一步（{problem.code}）"


def _trace(version: Published, recorded: Mapping[str, Any], traced: Mapping[str, Any]) -> Iterator[str]:
    for key, way in WAYS.items():
        mine, theirs = list(traced.get(key) or ()), list(recorded.get(key) or ())
        if mine != theirs:
            yield f"{way}：记录为{_named(version, theirs)}，重演为{_named(version, mine)}"
    yield from _decisions(version, recorded, traced)
    now, then = dict(traced.get("facts") or {}), dict(recorded.get("facts") or {})
    others = sorted(name for name in now.keys() | then.keys() if _told(now, name) != _told(then, name))
    if others:
        yield f"写入的值不同：{_listed([_fact(version, name) for name in others])}"


def _decisions(version: Published, recorded: Mapping[str, Any], traced: Mapping[str, Any]) -> Iterator[str]:
    mine, theirs = (_rows(one.get("decisions") or ()) for one in (traced, recorded))
    for node in sorted(mine.keys() | theirs.keys()):
        if mine.get(node) != theirs.get(node):
            rows = [_hits(one.get(node)) for one in (theirs, mine)]
            what = f"记录{rows[0]}，重演{rows[1]}" if rows[0] != rows[1] else "命中的行相同，输入或结果不同"
            yield f"决策「{_node(version, node)}」：{what}"


def _rows(decisions: Any) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for one in decisions:
        found.setdefault(str(one["node"]), []).append(one)
    return found


def _hits(decided: list[Mapping[str, Any]] | None) -> str:
    if not decided:
        return "没有这次决策"
    return "命中第 " + "、".join(str(row) for one in decided for row in one["rows"]) + " 行"


def _marking(state: Any, outcome: Outcome, same_trace: bool) -> Iterator[str]:
    if state == outcome.marking_digest:
        return
    only = "经过与记录相同，只有状态摘要不同：" if same_trace else "状态摘要不同："
    yield f"{only}记录为 {_short(state)}，重演为 {_short(outcome.marking_digest)}"


def _short(state: Any) -> str:
    return f"{str(state)[:15]}…" if state else "（没有）"


def _told(facts: Mapping[str, Any], name: str) -> Any:
    """Null means unset, which is not the same as never mentioned."""
    return (name in facts, facts.get(name))


def _named(version: Published, ids: list[Any]) -> str:
    return _listed([_node(version, str(one)) for one in ids])


def _node(version: Published, name: str) -> str:
    node = version.definition.nodes.get(name)
    return node.name if node is not None and node.name else name


def _fact(version: Published, name: str) -> str:
    fact = version.fact_types.get(name)
    return fact.label if fact is not None and fact.label else name


def _listed(names: list[str]) -> str:
    more = f" 等 {len(names)} 个" if len(names) > MOST else ""
    return "、".join(names[:MOST]) + more if names else "无"
