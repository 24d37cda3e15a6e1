"""The film of a case: after each entry of its chain, where it stood on its diagram. Pure; from what was recorded.

Nothing is executed: the trace of each event says which nodes were entered and left and which flows were taken
(proof §2.2, `effects`). How many tasks of a node were open is told by their spans; the trace names a node once.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.engine.definition import Definition, Node
from app.history.read import RecordedEvent
from app.instances.wording import node_of

FIRED = frozenset({"message", "timer_due"})


@dataclass(frozen=True)
class Span:
    """One human task: open after entry `opened`, no longer after entry `closed` (None: still open)."""

    node: str
    opened: int
    closed: int | None


@dataclass(frozen=True)
class Drawn:
    """What drawings say of the nodes: `scopes` hold others, `rivals` of an event are those behind the same event-based
    gateway."""

    nodes: Mapping[str, Node]
    scopes: frozenset[str]
    rivals: Mapping[str, frozenset[str]]


def drawn_by(definitions: Iterable[Definition]) -> Drawn:
    """All versions together: ids are unique within one, and a later one keeps them for what stayed."""
    nodes: dict[str, Node] = {}
    rivals: dict[str, frozenset[str]] = {}
    for one in definitions:
        nodes |= one.nodes
        for gateway in (node.id for node in one.nodes.values() if node.kind == "eventBasedGateway"):
            ways = frozenset(flow.target for flow in one.flows.values() if flow.source == gateway)
            rivals |= {way: ways - {way} for way in ways}
    return Drawn(nodes, frozenset(node.scope for node in nodes.values()), rivals)


@dataclass(frozen=True)
class Frame:
    """How it stood after entry `seq`. `open` counts by node; `entered`, `left` and `flows` are of this entry alone."""

    seq: int
    at: datetime
    entered: tuple[str, ...]
    left: tuple[str, ...]
    flows: tuple[str, ...]
    open: Mapping[str, int]


def frames(
    events: Sequence[RecordedEvent], spans: Iterable[Span], drawn: Drawn, ended: int | None
) -> tuple[Frame, ...]:
    """One frame for each entry.

    Args:
        drawn: what every version says that the case has run on.
        ended: number of the entry that ended the case; None while it runs.
    """
    return tuple(_frames(events, tuple(spans), drawn, ended))


def _frames(
    events: Sequence[RecordedEvent], spans: tuple[Span, ...], drawn: Drawn, ended: int | None
) -> Iterator[Frame]:
    human, opens, closes = {span.node for span in spans}, _by_entry(spans, "opened"), _by_entry(spans, "closed")
    at_work: Counter[str] = Counter()
    waiting: set[str] = set()
    for event in events:
        at_work.update(opens.get(event.seq, {}))
        for node, closed in closes.get(event.seq, {}).items():
            at_work[node] -= closed
            if at_work[node] <= 0:
                del at_work[node]
        entered, left, flows = _trace(event)
        waiting = _waiting(waiting, event, entered, left, drawn)
        if ended is not None and event.seq >= ended:
            waiting = set()
        beside = dict.fromkeys(waiting - human - drawn.scopes, 1)
        yield Frame(event.seq, event.at, entered, left, flows, {**at_work, **beside})


def _trace(event: RecordedEvent) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    effects: Any = (event.fields or {}).get("effects")
    if not isinstance(effects, Mapping):
        return (), (), ()
    entered, left, flows = (tuple(str(one) for one in effects.get(name) or ()) for name in ("in", "out", "flows"))
    return entered, left, flows


def _by_entry(spans: Iterable[Span], end: str) -> Mapping[int, Counter[str]]:
    """How many of each node open, or close, with each entry; one that does both with the same entry was never open."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for span in spans:
        entry = span.opened if end == "opened" else span.closed
        if entry is not None and span.opened != span.closed:
            found[entry][span.node] += 1
    return found


def _waiting(
    before: set[str], event: RecordedEvent, entered: tuple[str, ...], left: tuple[str, ...], drawn: Drawn
) -> set[str]:
    """Nodes with a token that are no human tasks: what waits for a message, a timer, a department, a join.

    What stands inside a scope that was left is gone with it, so is what an interrupting event was attached to, and what
    waited beside it behind one event-based gateway.
    """
    target = node_of(event.fields or {})
    # What fires is named as entered once more; named twice, it was left and came again at once.
    again = {target} if entered.count(target) > (event.kind in FIRED) else set()
    after = (before | set(entered)) - (set(left) - again)
    gone = set(left) - again
    for name in left:
        node = drawn.nodes.get(name)
        if node is not None and node.attached_to and node.interrupting:
            gone.add(node.attached_to)
        gone |= drawn.rivals.get(name, frozenset()) - set(entered)
    return {name for name in after - gone if not _inside(name, gone, drawn.nodes)}


def _inside(name: str, gone: set[str], nodes: Mapping[str, Node]) -> bool:
    """Whether a scope around the node, or the activity its event is attached to, is gone."""
    node = nodes.get(name)
    while node is not None:
        if node.scope in gone or node.attached_to in gone:
            return True
        node = nodes.get(node.scope)
    return False


def time_spent(shown: Sequence[Frame], until: datetime) -> dict[str, timedelta]:
    """How long each node was open, its activations together; of two at once the time counts once."""
    spent: dict[str, timedelta] = {}
    for frame, after in zip(shown, [*(one.at for one in shown[1:]), until], strict=True):
        for node in frame.open:
            spent[node] = spent.get(node, timedelta()) + (after - frame.at)
    return {node: time for node, time in spent.items() if time > timedelta()}
