"""What closed cases were decided on: the inputs their decision tables saw, and the ends they came to.

A case is opened, reduced to a few lines and let go; no answer and no name is kept of it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session

from app.catalogue.published import Published, published
from app.errors import Refusal
from app.history.canonical import canon
from app.history.digests import SM3, digest
from app.history.read import RecordedEvent, read_events
from app.instances.find import inside
from app.instances.marks import AGAINST as ADVICE
from app.instances.marks import END, marks_of
from app.instances.models import Instance
from app.instances.wording import WORDS, node_of
from app.replay.analysis.findings import AGAINST, SAME_FACTS, Finding, Place
from app.replay.analysis.steps import Period
from app.replay.story import facts_of
from app.vault import Vault

PAGE, NAMED = 5000, 20
"""Cases listed by one statement; of a group that is alike, those named for each result."""


COLUMNS = (Instance.id, Instance.number, Instance.title, Instance.definition, Instance.ended_at, Instance.head_seq)


@dataclass(frozen=True, slots=True)
class Decided:
    """`saw` is the digest of what the tables saw, "" where there was none; `seq` the entry of the last decision;
    `came_to` the named ends of the procedure, in its own words; `against` the entries that decided against what a rule
    advised, with their steps."""

    case: str
    number: str
    title: str
    definition: str
    ended_at: datetime
    saw: str
    seq: int
    came_to: tuple[str, ...]
    against: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Closed:
    """Which closed cases were looked at. So many at least were `left`, over the bound; `unread` could not be opened; the
    content of `erased` was destroyed by law, so that nothing of them is compared."""

    cases: tuple[Decided, ...]
    entries: int
    left: int
    unread: int
    erased: int = 0


def closed_in(session: Session, vault: Vault, period: Period, mandate: Sequence[str], *, most: int | None) -> Closed:
    """The cases that ended in the period, latest first, until their entries together would be more than `most`."""
    found: list[Decided] = []
    entries = unread = left = erased = 0
    # A case has an entry at least, so of more than `most` none would be opened.
    for row in islice(_closed(session, period, mandate), None if most is None else most + 1):
        if most is not None and (left or entries + row.head_seq > most):
            left += 1
            continue
        entries += row.head_seq
        try:
            events = read_events(session, vault, row.id)
            if any(event.fields is None for event in events):
                erased += 1
            else:
                found.append(_decided(session, row, events))
        except Refusal:
            unread += 1
    return Closed(tuple(found), entries, left, unread, erased)


def _closed(session: Session, period: Period, mandate: Sequence[str]) -> Iterator[Any]:
    """Latest first.

    Between two of them nothing of the database is held on to: so never inside a transaction that writes.
    """
    asked = select(*COLUMNS).where(*_conditions(period, mandate)).order_by(Instance.ended_at.desc(), Instance.id)
    after: ColumnElement[bool] = true()
    while page := session.execute(asked.where(after).limit(PAGE)).all():
        for row in page:
            yield row
            session.rollback()
        last = page[-1]
        after = or_(Instance.ended_at < last.ended_at, and_(Instance.ended_at == last.ended_at, Instance.id > last.id))


def _conditions(period: Period, mandate: Sequence[str]) -> list[ColumnElement[bool]]:
    asked = [Instance.ended_at >= period.begins, Instance.ended_at < period.ends, inside(Instance.division, mandate)]
    if period.division:
        asked.append(inside(Instance.division, [period.division]))
    if period.process:
        asked.append(Instance.process == period.process)
    return asked


def _decided(session: Session, row: Any, events: Iterable[RecordedEvent]) -> Decided:
    """Raises Refusal: a version is not there."""
    seen: dict[str, Any] = {}
    known: dict[str, Any] = {}
    ends: dict[str, None] = {}
    against: list[tuple[int, str]] = []
    seq = row.head_seq
    for event in events:
        version = published(session, event.definition)
        known |= facts_of(event)
        for one in _effects(event).get("decisions") or ():
            seen[f"{one['node']}/{one['decision']}"], seq = [one["digest"], one["inputs"]], event.seq
        marks = marks_of(version, event.kind, event.fields or {}, known, event.at)
        ends |= dict.fromkeys(mark.removeprefix(END) for mark in sorted(marks) if mark.startswith(END))
        if ADVICE in marks:
            against.append((event.seq, _step_name(version, event)))
    saw = digest(SM3, canon(seen)).hex() if seen else ""
    came_to = tuple(sorted(ends))
    number = row.number or "未编号"
    return Decided(row.id, number, row.title, row.definition, row.ended_at, saw, seq, came_to, tuple(against))


def _effects(event: RecordedEvent) -> Mapping[str, Any]:
    found: Any = (event.fields or {}).get("effects")
    return found if isinstance(found, Mapping) else {}


def _step_name(version: Published, event: RecordedEvent) -> str:
    node = version.definition.nodes.get(node_of(event.fields or {}))
    return node.name if node and node.name else WORDS.get(event.kind, event.kind)


def same_facts(cases: Iterable[Decided]) -> Iterator[Finding]:
    """Groups under one version whose tables saw the same and that came to different ends."""
    alike: dict[tuple[str, str], list[Decided]] = defaultdict(list)
    for one in cases:
        if one.saw:
            alike[one.definition, one.saw].append(one)
    for group in alike.values():
        ends = sorted({_end(one) for one in group})
        if len(ends) > 1:
            yield _finding(group, ends)


def _finding(group: Sequence[Decided], ends: Sequence[str]) -> Finding:
    places = tuple(Place(one.case, one.number, one.title, one.seq, _end(one)) for one in _named(group))
    said = f"{len(group)} 件的决策表输入相同，结果有 {len(ends)} 种：{'；'.join(ends)}"
    others = tuple(one.case for one in group) if len(group) > len(places) else ()
    return Finding(SAME_FACTS, said, places, group[0].ended_at, len(group), others=others)


def _named(group: Sequence[Decided]) -> Iterator[Decided]:
    """The latest of each result: of thousands that are alike nobody reads them all."""
    seen: Counter[str] = Counter()
    for one in group:
        seen[_end(one)] += 1
        if seen[_end(one)] <= NAMED:
            yield one


def _end(one: Decided) -> str:
    return "、".join(one.came_to) or "无名称的结束"


def against_advice(cases: Iterable[Decided]) -> Iterator[Finding]:
    """Cases in which a person decided otherwise than a rule advised, as the process declares it (`[audit.against]`)."""
    for one in cases:
        if one.against:
            places = tuple(Place(one.case, one.number, one.title, seq, name) for seq, name in one.against)
            names = "、".join(dict.fromkeys(f"“{name}”" for _seq, name in one.against))
            yield Finding(AGAINST, f"{names}的决定与规则提示不一致", places, one.ended_at, len(places))
