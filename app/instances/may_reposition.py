"""Whether a case may be put elsewhere by hand (engine rule 12): within one scope, only where work could have brought it,
never past a statutory approval. Every refusal is a sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.engine import Open, open_keys
from app.engine.crossing import before_gate, gates_skipped
from app.engine.mapping import renamed
from app.engine.net import Net, TooWide, can_come_about, net_of, resting
from app.errors import Refusal
from app.history.read import RecordedEvent, read_events
from app.instances.approvals import statutory_approvals
from app.instances.case import Case
from app.instances.foresee import name_of

CANNOT_START = frozenset({"startEvent", "endEvent", "boundaryEvent", "parallelGateway", "inclusiveGateway"})


def check_reposition(case: Case, cancel: Sequence[str], scope: str, nodes: Sequence[str]) -> None:
    """Judge before anything is done.

    Args:
        cancel: keys of open tasks, events or sub-processes, all directly in the scope.
        scope: its path; "" is the process itself.
        nodes: what is to be opened there.

    Raises:
        Refusal: codes `reposition_*` (409).
    """
    found = open_keys(case.published.definition, case.state or b"")
    if not cancel or not nodes:
        raise Refusal("reposition_nothing", 422)
    if scope not in found.scopes or any(key.rpartition("/")[0] != scope for key in cancel):
        raise Refusal("reposition_scopes", 409)
    for key in cancel:
        _check_closed(case, found, key)
    net = net_of(case.published.definition, found.scopes[scope])
    listened_for = {_node(key) for key in cancel} - net.nodes.keys()
    for node in (*(_node(key) for key in cancel), *nodes):
        if node in net.handlers | listened_for:
            raise Refusal("reposition_handler", 409, {"task": name_of(case, node)[:60]})
    _check_joins(case, found, scope)
    for node in nodes:
        if node not in net.nodes or net.nodes[node].kind in CANNOT_START:
            raise Refusal("reposition_cannot_open", 409, {"element": name_of(case, node)[:60]})
    _check_gates(case, net, [_node(key) for key in cancel], scope, nodes)


def check_standing(case: Case, scope: str) -> None:
    """After the engine has moved the case: tokens that the diagram itself cannot bring about would starve or skip.

    Raises:
        Refusal: `reposition_marking` (409).
    """
    if case.ended is not None or case.state is None:
        return
    found = open_keys(case.published.definition, case.state)
    if scope not in found.scopes:
        return
    net = net_of(case.published.definition, found.scopes[scope])
    try:
        possible = can_come_about(net, resting(net, found, scope))
    except TooWide:
        possible = False
    if not possible:
        raise Refusal("reposition_marking", 409)


def _check_closed(case: Case, found: Open, key: str) -> None:
    calls = {one.key for one in found.calls}
    known = found.scopes.keys() | calls | {one.key for one in found.tasks}
    known |= {one.key for one in found.timers} | {one.key for one in found.waits}
    node = case.published.definition.nodes.get(_node(key))
    named = {"task": name_of(case, _node(key))[:60]}
    if any(one.item is not None and one.key.startswith((f"{key}/", f"{key}[")) for one in found.tasks) or "[" in key:
        raise Refusal("reposition_multiple", 409, named)
    if node is None or node.attached_to or key not in known:
        raise Refusal("reposition_not_open", 409, named)
    if node.kind == "callActivity" or any(one == key or one.startswith(f"{key}/") for one in calls):
        raise Refusal("reposition_call", 409, named)


def _check_joins(case: Case, found: Open, scope: str) -> None:
    """A join with some tokens in it holds finished work; dropping it, or leaving it behind, would lose or starve it."""
    inside = f"{scope}/" if scope else ""
    for join in found.joins:
        if join.startswith(inside):
            raise Refusal("reposition_join", 409, {"join": name_of(case, join.rpartition("/")[2])})


def _check_gates(case: Case, net: Net, leaving: Sequence[str], scope: str, nodes: Sequence[str]) -> None:
    gates = statutory_approvals(case.published) & net.nodes.keys()
    passed = _passed(read_events(case.session, case.around.vault, case.row.id) if gates else [])
    done = _approvals_done(case, passed, scope, gates)
    for node in nodes:
        for gate in gates_skipped(net, gates, leaving, node):
            raise Refusal("reposition_skips", 409, {"approval": name_of(case, gate), "task": name_of(case, node)})
        for gate, seq in done.items():
            if _behind(net, gate, node, seq, passed.entered):
                raise Refusal("reposition_undoes", 409, {"approval": name_of(case, gate), "task": name_of(case, node)})


def _behind(net: Net, gate: str, node: str, done: int, entered: Mapping[str, int]) -> bool:
    """Whether opening the node would go back behind the approval that entry `done` gave. What was entered after it, or
    through it, is not behind it; what was never entered is, where the diagram puts it before the gate."""
    if node != gate and gate not in net.reach([node]):
        return False
    return done > entered[node] if node in entered else before_gate(net, gate, node)


@dataclass
class Passed:
    """What the record says of the way so far, under the names of the version the case runs on now (rule 13)."""

    completed: dict[str, int] = field(default_factory=dict)
    """Key of a task → entry that completed it."""
    entered: dict[str, int] = field(default_factory=dict)
    """Node → entry that last brought a token to it."""


def _passed(events: Sequence[RecordedEvent]) -> Passed:
    passed = Passed()
    for event in events:
        fields: Mapping[str, Any] = event.fields or {}
        if event.kind == "migrated":
            named = dict(fields.get("payload/~map") or ())
            passed.completed = {renamed(key, named): seq for key, seq in passed.completed.items()}
            passed.entered = {named.get(node, node): seq for node, seq in passed.entered.items()}
        if event.kind == "completed":
            passed.completed[str(fields.get("task"))] = event.seq
        passed.entered |= dict.fromkeys((fields.get("effects") or {}).get("in", ()), event.seq)
    return passed


def _approvals_done(case: Case, passed: Passed, scope: str, gates: frozenset[str]) -> dict[str, int]:
    """Gate of the scope → entry of the last approval completed at it or inside it."""
    inside, approvals = f"{scope}/" if scope else "", statutory_approvals(case.published)
    done: dict[str, int] = {}
    for key, seq in passed.completed.items():
        gate = key.removeprefix(inside).split("#", 1)[0]
        if key.startswith(inside) and gate in gates and _node(key) in approvals:
            done[gate] = max(seq, done.get(gate, seq))
    return done


def _node(key: str) -> str:
    """The node of a key `scope/node#2`."""
    return key.rpartition("/")[2].split("#", 1)[0]
