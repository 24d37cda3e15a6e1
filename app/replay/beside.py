"""Two cases side by side: their steps by people in order, the same steps on one line, what only one of them has apart;
and where both stand at each line, so that they can be stepped together.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from difflib import SequenceMatcher

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import legal_day
from app.errors import Refusal
from app.identity.actor import Actor
from app.identity.see import Sight
from app.instances.models import Instance
from app.instances.see_case import sight
from app.instances.wording import node_of
from app.replay.player import items
from app.replay.story import Story


@dataclass(frozen=True)
class Done:
    """One step of one case. `day`: days since the case began; `took`: since the step of it before."""

    seq: int
    node: str
    name: str
    who: str
    day: int
    took: int
    marks: tuple[str, ...]


@dataclass(frozen=True)
class Pair:
    """One line: the step in either case, None where that one has no such step here."""

    left: Done | None
    right: Done | None

    @property
    def same(self) -> bool:
        return self.left is not None and self.right is not None


@dataclass(frozen=True)
class Stop:
    """One place of the slider: the entry after which either case is shown, and what it has done there; `since` as told of
    the time since the beginning, "" where cases are aligned by their steps."""

    left: int
    right: int
    pair: Pair
    since: str = ""


BY_STEP, BY_TIME = "step", "time"


def case_of_number(session: Session, number: str, *, by: Actor) -> Instance:
    """The other case, inside the mandate, by its number; one that has none yet by its id.

    Raises:
        Refusal: `beside_unknown` (422): none, or none that this person may read.
    """
    named = number.strip()
    row = session.scalar(select(Instance).where(Instance.number == named.upper())) or session.get(Instance, named)
    if row is None or sight(session, row, by) not in {Sight.OPEN, Sight.PURPOSE}:
        raise Refusal("beside_unknown", 422, {"number": named[:30]})
    return row


def side_by_side(left: Story, right: Story) -> tuple[Pair, ...]:
    """Aligned by the elements of the diagram, the longest common runs first."""
    return tuple(_pairs(tuple(_done(left)), tuple(_done(right))))


def stops_by_step(left: Story, right: Story) -> tuple[Stop, ...]:
    """The beginning, each line of `side_by_side`, and the last entries; a case that has no such step stays where it was."""
    return tuple(_by_step(left, right))


def _by_step(left: Story, right: Story) -> Iterator[Stop]:
    mine, theirs = _all(left), _all(right)
    here = Stop(1, 1, Pair(mine[0], theirs[0]))
    yield here
    for pair in side_by_side(left, right):
        here = Stop(pair.left.seq if pair.left else here.left, pair.right.seq if pair.right else here.right, pair)
        yield here
    if (here.left, here.right) != (len(mine), len(theirs)):
        yield Stop(len(mine), len(theirs), Pair(mine[-1], theirs[-1]))


def stops_by_time(left: Story, right: Story) -> tuple[Stop, ...]:
    """Each time since its own beginning at which something happened in either case, and where both stood then."""
    return tuple(_by_time(left, right))


def _by_time(left: Story, right: Story) -> Iterator[Stop]:
    mine, theirs = _all(left), _all(right)
    since = [[event.at - story.events[0].at for event in story.events] for story in (left, right)]
    for time in sorted({*since[0], *since[1]}):
        at = [bisect_right(one, time) for one in since]
        new = [there > bisect_left(one, time) for one, there in zip(since, at, strict=True)]
        pair = Pair(mine[at[0] - 1] if new[0] else None, theirs[at[1] - 1] if new[1] else None)
        yield Stop(at[0], at[1], pair, _since(time))


def _since(time: timedelta) -> str:
    hours, minutes = divmod(time.seconds // 60, 60)
    return f"{time.days} 日 {hours:02}:{minutes:02}"


def nearest(stops: Sequence[Stop], left: int) -> int:
    """The number of the place, from 1, at which the left case is first shown after this entry or a later one."""
    return next((number for number, one in enumerate(stops, 1) if one.left >= left), len(stops))


def _all(story: Story) -> tuple[Done, ...]:
    """Every entry, as a step."""
    return tuple(_entries(story))


def _entries(story: Story) -> Iterator[Done]:
    began = before = story.events[0].at
    for event, item in zip(story.events, items(story), strict=True):
        yield Done(
            event.seq, node_of(event.fields or {}), item.did, item.who, _days(event.at - began), _days(event.at - before),
            item.marks,
        )  # fmt: skip
        before = event.at


def _pairs(left: Sequence[Done], right: Sequence[Done]) -> Iterator[Pair]:
    nodes = [one.node for one in left], [one.node for one in right]
    for _, a, b, c, d in SequenceMatcher(None, *nodes, autojunk=False).get_opcodes():
        if nodes[0][a:b] == nodes[1][c:d]:
            yield from (Pair(one, other) for one, other in zip(left[a:b], right[c:d], strict=True))
        else:
            yield from (Pair(one, None) for one in left[a:b])
            yield from (Pair(None, one) for one in right[c:d])


def _done(story: Story) -> Iterator[Done]:
    began = before = story.events[0].at
    for event, item in zip(story.events, items(story), strict=True):
        node = node_of(event.fields or {})
        if event.kind != "completed" or node not in story.nodes:
            continue
        name = story.nodes[node].name or node
        yield Done(event.seq, node, name, item.who, _days(event.at - began), _days(event.at - before), item.marks)
        before = event.at


def _days(time: timedelta) -> int:
    return time.days


def lasted(story: Story) -> tuple[str, str]:
    """Begun and ended, as days."""
    row = story.recording.case.row
    return legal_day(row.started_at).isoformat(), legal_day(row.ended_at).isoformat() if row.ended_at else "在办"
