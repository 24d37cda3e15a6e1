"""What closed cases were decided on: the inputs their decision tables saw, and the ends they came to.

A case is opened, reduced to a few lines and let go; no answer and no name is kept of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.published import Published, published
from app.errors import Refusal
from app.history.canonical import canon
from app.history.digests import SM3, digest
from app.history.read import RecordedEvent, read_events
from app.instances.find import inside
from app.instances.models import Instance
from app.replay.analysis.findings import SAME_FACTS, Finding, Place
from app.replay.analysis.steps import Period
from app.vault import Vault

PAGE = 100


@dataclass(frozen=True)
class Decided:
    """`saw` is the digest of what the tables saw, "" where there was none; `seq` the entry of the last decision;
    `came_to` the named ends of the procedure, in its own words."""

    case: str
    number: str
    title: str
    definition: str
    ended_at: datetime
    saw: str
    seq: int
    came_to: tuple[str, ...]


@dataclass(frozen=True)
class Closed:
    """Which closed cases were looked at. So many at least were `left`, over the bound; `unread` could not be opened."""

    cases: tuple[Decided, ...]
    entries: int
    left: int
    unread: int


def closed_in(session: Session, vault: Vault, period: Period, mandate: Sequence[str], *, most: int | None) -> Closed:
    """The cases that ended in the period, latest first, until their entries together would be more than `most`."""
    found: list[Decided] = []
    entries = unread = left = 0
    for row in _closed(session, period, mandate, most):
        if most is not None and (left or entries + row.head_seq > most):
            left += 1
            continue
        entries += row.head_seq
        try:
            found.append(_decided(session, vault, row))
        except Refusal:
            unread += 1
    return Closed(tuple(found), entries, left, unread)


def _closed(session: Session, period: Period, mandate: Sequence[str], most: int | None) -> Iterator[Any]:
    """A case has an entry at least, so of more than `most` none would be opened."""
    asked = [Instance.ended_at >= period.begins, Instance.ended_at < period.ends, inside(Instance.division, mandate)]
    if period.division:
        asked.append(inside(Instance.division, [period.division]))
    if period.process:
        asked.append(Instance.process == period.process)
    columns = (Instance.id, Instance.number, Instance.title, Instance.definition, Instance.ended_at, Instance.head_seq)
    found = select(*columns).where(*asked).order_by(Instance.ended_at.desc(), Instance.id)
    yield from session.execute(found if most is None else found.limit(most + 1)).all()


def _decided(session: Session, vault: Vault, row: Any) -> Decided:
    """Raises Refusal: the record is broken."""
    events, version = read_events(session, vault, row.id), published(session, row.definition)
    seen: dict[str, Any] = {}
    ends: dict[str, None] = {}
    seq = row.head_seq
    for event in events:
        effects = _effects(event)
        for one in effects.get("decisions") or ():
            seen[f"{one['node']}/{one['decision']}"], seq = [one["digest"], one["inputs"]], event.seq
        ends |= dict.fromkeys(_ends(version, effects.get("in") or ()))
    saw = digest(SM3, canon(seen)).hex() if seen else ""
    return Decided(
        row.id, row.number or "未编号", row.title, row.definition, row.ended_at, saw, seq, tuple(sorted(ends))
    )


def _effects(event: RecordedEvent) -> Mapping[str, Any]:
    found: Any = (event.fields or {}).get("effects")
    return found if isinstance(found, Mapping) else {}


def _ends(version: Published, entered: Iterable[str]) -> Iterator[str]:
    """Named ends drawn in the main process: coming there is a result of the case."""
    for name in entered:
        node = version.definition.nodes.get(name)
        if node and node.kind == "endEvent" and node.name and node.process == version.settings.process:
            yield node.name


def same_facts(cases: Iterable[Decided]) -> Iterator[Finding]:
    """Groups under one version whose tables saw the same and that came to different ends."""
    alike: dict[tuple[str, str], list[Decided]] = defaultdict(list)
    for one in cases:
        if one.saw:
            alike[one.definition, one.saw].append(one)
    for group in alike.values():
        ends = sorted({"、".join(one.came_to) or "无名称的结束" for one in group})
        if len(ends) > 1:
            yield _finding(group, ends)


def _finding(group: Sequence[Decided], ends: Sequence[str]) -> Finding:
    places = tuple(
        Place(one.case, one.number, one.title, one.seq, "、".join(one.came_to) or "无名称的结束") for one in group
    )
    said = f"{len(group)} 件的决策表输入相同，结果有 {len(ends)} 种：{'；'.join(ends)}"
    return Finding(SAME_FACTS, said, places, group[0].ended_at, len(group))
