"""One case against the usual path of its kind: the closed cases of the same version inside the auditor's mandate.

Only steps that people do are compared, from the rows of their tasks; no other case is opened for it, and none is named.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from math import ceil
from typing import NamedTuple

from sqlalchemy import Subquery, select

from app.identity.actor import Actor
from app.identity.divisions import widest
from app.identity.roles import AUDITOR
from app.instances.find import inside
from app.instances.models import Instance, Task
from app.replay.story import Story

MOST = 500
"""Closed cases that are looked at, the newest."""
FEW = 10
"""Fewer say nothing of what is usual: the figures are shown, no step is called unusual."""
RARE, EXPECTED = 10, 90
"""Per cent of the cases that came to a step: below it is rare, from here on missing it is."""
DAY = 86_400


@dataclass(frozen=True)
class UsualStep:
    """`share`: per cent of the cases that came to it; days it was open, all its times together: of half of the cases, and
    of nine in ten, at most so many. `mine`: times and days of this case. `odd`: what is unlike the others, in words."""

    node: str
    name: str
    share: int
    half: float
    most: float
    mine: int
    days: float
    odd: str


@dataclass(frozen=True)
class Usual:
    """`cases`: how many the comparison rests on; `capped`: there are more, and the newest were taken."""

    cases: int
    capped: bool
    steps: tuple[UsualStep, ...]

    @property
    def enough(self) -> bool:
        return self.cases >= FEW


class _Visit(NamedTuple):
    """`place`: number of the entry that first opened it, by which steps are put in order."""

    times: int
    days: float
    place: int


def usual_path(story: Story, *, by: Actor, now: datetime) -> Usual:
    """At most `MOST` cases; two statements."""
    row = story.recording.case.row
    chosen = _chosen(row, widest(grant.division for grant in by.grants if grant.role == AUDITOR))
    cases = story.session.scalars(select(chosen.c.id)).all()
    visits = _visits(story, chosen)
    mine = _mine(story, row.ended_at or now)
    names = sorted(visits.keys() | mine.keys(), key=lambda name: (_place(visits.get(name, ()), mine.get(name)), name))
    steps = (_step(story, name, visits.get(name, ()), mine.get(name), len(cases), row.ended_at) for name in names)
    return Usual(len(cases), len(cases) == MOST, tuple(steps))


def _chosen(row: Instance, mandate: Sequence[str]) -> Subquery:
    return (
        select(Instance.id)
        .where(
            Instance.process == row.process,
            Instance.definition == row.definition,
            Instance.ended_at.is_not(None),
            Instance.id != row.id,
            inside(Instance.division, mandate),
        )
        .order_by(Instance.started_at.desc())
        .limit(MOST)
        .subquery()
    )


def _visits(story: Story, chosen: Subquery) -> Mapping[str, Sequence[_Visit]]:
    """By node: each case that came to it."""
    rows = story.session.execute(
        select(Task.node, Task.instance_id, Task.opened_at, Task.closed_at, Task.opened_seq)
        .join(chosen, chosen.c.id == Task.instance_id)
        .order_by(Task.node, Task.instance_id, Task.opened_seq)
    ).all()
    found: dict[str, list[_Visit]] = {}
    for (node, _), grouped in groupby(rows, key=lambda one: (one.node, one.instance_id)):
        tasks = list(grouped)
        spans = [(one.closed_at - one.opened_at).total_seconds() / DAY for one in tasks if one.closed_at]
        found.setdefault(node, []).append(_Visit(len(spans), sum(spans), tasks[0].opened_seq))
    return found


def _mine(story: Story, until: datetime) -> Mapping[str, _Visit]:
    found: dict[str, _Visit] = {}
    for task in story.tasks.values():
        before = found.get(task.node, _Visit(0, 0.0, task.opened_seq))
        span = ((task.closed_at or until) - task.opened_at).total_seconds() / DAY
        found[task.node] = _Visit(before.times + 1, before.days + span, before.place)
    return found


def _place(visits: Sequence[_Visit], mine: _Visit | None) -> int:
    places = sorted(one.place for one in visits)
    return mine.place if mine else places[len(places) // 2]


def _step(
    story: Story, name: str, visits: Sequence[_Visit], mine: _Visit | None, cases: int, ended: datetime | None
) -> UsualStep:
    days = sorted(one.days for one in visits)
    share = round(100 * len(visits) / cases) if cases else 0
    most, times = _share_of(days, 0.9), _share_of(sorted(float(one.times) for one in visits), 0.9)
    own = mine or _Visit(0, 0.0, 0)
    odd = "、".join(_odd(share, most, times, own, ended is not None)) if cases >= FEW else ""
    node = story.nodes.get(name)
    return UsualStep(
        name, (node.name if node else "") or name, share, _share_of(days, 0.5), most, own.times, own.days, odd
    )


def _odd(share: int, most: float, times: float, mine: _Visit, ended: bool) -> Iterator[str]:
    if mine.times and share < RARE:
        yield "少见的一步"
    if not mine.times and share >= EXPECTED and ended:
        yield "通常有，本件没有"
    if share >= RARE and mine.times > times:
        yield "次数偏多"
    if share >= RARE and mine.times and mine.days > most + 1:
        yield "用时偏长"


def _share_of(ordered: Sequence[float], share: float) -> float:
    """The value that this share of the cases does not exceed; 0 of none."""
    return ordered[ceil(share * len(ordered)) - 1] if ordered else 0.0
