"""What is only ever added, on chains of the deployment in batches: looks on `sys/access`, refused attempts on `sys/attempts`.

One entry says how many rows there were in which span of time, and the root over them: so a look or a refusal waits for no
chain, and a flood of them costs the chain one entry at a turn of the sealer (proof §2.4).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.errors import Refusal
from app.history import Json, append_to_system, canon, read_events
from app.history.canonical import instant_text
from app.history.commitments import tree_root
from app.history.digests import SM3, digest
from app.history.read import last_event
from app.instances.looks import AccessLook
from app.instances.refused import RefusedAttempt
from app.instances.surroundings import Surroundings

ACCESS, ATTEMPTS = "access", "attempts"


@dataclass(frozen=True)
class Added:
    """Rows that are only ever added: the tag of a leaf, the kind of an entry, and what they are called."""

    model: Any
    tag: bytes
    kind: str
    called: str


ADDED: Mapping[str, Added] = {
    ACCESS: Added(AccessLook, b"\x00A1", "looks_batched", "查阅登记"),
    ATTEMPTS: Added(RefusedAttempt, b"\x00R1", "attempts_batched", "被拒操作的登记"),
}
"""By chain."""
UNREAD = "sys/{}：记录链读不出来，没有与登记核对"
GRACE = timedelta(minutes=10)
"""A row is batched once it is this old: no transaction that writes one lasts so long."""
START = datetime(1970, 1, 1, tzinfo=UTC)


def chain_added(session: Session, around: Surroundings, name: str, *, now: datetime) -> int:
    """Append a batch of what was added to one of `ADDED`; gives how many rows are in it."""
    said = _next(session, around, name, now)
    if said["count"]:
        fields: dict[str, Json] = {"effects": said}
        kind = ADDED[name].kind
        append_to_system(session, vault=around.vault, log=around.log, name=name, at=now, kind=kind, fields=fields)
    return int(said["count"])


def check_batches(session: Session, around: Surroundings) -> Iterator[str]:
    """Where rows no longer are what a batch says, or a number of an attempt is missing (Chinese).

    What is not yet in a batch is no difference. A chain that cannot be read hides nothing of the other.
    """
    for name, added in ADDED.items():
        try:
            chain = read_events(session, around.vault, f"sys/{name}")
        except Refusal:
            yield UNREAD.format(name)
            continue
        for entry in chain:
            said = entry.effects
            if _batch(session, name, said["since"], said["until"]) != (said["count"], said["root"]):
                where = f"{added.called}与 sys/{name} 第 {entry.seq} 步不符"
                yield f"{where}：{said['since']} 起 {said['count']} 条里有删改或补入"
    for person, day, missing in _gaps(session):
        yield f"{ADDED[ATTEMPTS].called}缺 {missing} 条：{person} 在 {day} 的编号不连续"


def plain_value(value: Any) -> Json:
    """A column as it stands in canonical JSON."""
    if isinstance(value, datetime):
        return instant_text(value)
    return str(value) if isinstance(value, date | UUID) else value


def _next(session: Session, around: Surroundings, name: str, now: datetime) -> dict[str, Any]:
    """The batch after the last one, up to `GRACE` ago; `count` 0 where nothing came."""
    last = last_event(session, around.vault, f"sys/{name}")
    since = last.effects["until"] if last else instant_text(START)
    until = instant_text(now - ahead(session) - GRACE)
    count, root = _batch(session, name, since, until) if since < until else (0, "")
    return {"since": since, "until": until, "count": count, "root": root}


def ahead(session: Session) -> timedelta:
    """How far this machine's clock is ahead of the database's, which all nodes share; not less than zero.

    A batch that a machine two hours ahead closed would hold two hours in which others still write, and their rows would look
    slipped in. SQLite has no clock of its own: there all is on one machine.
    """
    if session.get_bind().dialect.name != "postgresql":
        return timedelta(0)
    there: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    return max(timedelta(0), clock.machine() - there)


def _batch(session: Session, name: str, since: str, until: str) -> tuple[int, str]:
    table, tag = ADDED[name].model.__table__, ADDED[name].tag
    start, end = datetime.fromisoformat(since), datetime.fromisoformat(until)
    ordered = select(table).where(table.c.at >= start, table.c.at < end).order_by(table.c.at, *table.primary_key)
    rows = session.execute(ordered.execution_options(yield_per=1000)).mappings()
    leaves = [digest(SM3, tag + canon({name: plain_value(value) for name, value in row.items()})) for row in rows]
    return len(leaves), tree_root(leaves).hex()


def _gaps(session: Session) -> Iterator[tuple[str, date, int]]:
    """People and days of which a row is gone, and how many; only from the end they can be gone unnoticed here."""
    last = func.max(RefusedAttempt.number)
    counted = select(RefusedAttempt.person_id, RefusedAttempt.day, last - func.count())
    counted = counted.group_by(RefusedAttempt.person_id, RefusedAttempt.day).having(last != func.count())
    for person, day, missing in session.execute(counted.order_by(RefusedAttempt.day, RefusedAttempt.person_id)):
        yield str(person), day, missing
