"""紧急查看 as its page, the interface and the auditors read it: who asked for which case, who approved, what was looked at."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.errors import not_found
from app.history import read_events
from app.identity.actor import Actor
from app.identity.emergency import asking_places, asks, decides, has_to_do_with_emergencies, overseeing_places
from app.identity.names import LEFT_OFFICE, names_of
from app.instances.emergency.models import EmergencyNotice, EmergencySight
from app.instances.emergency.said import CHAIN
from app.instances.emergency.standing import ASKED, OPEN, emergency_of, may_end, standing_of
from app.instances.find import inside
from app.instances.looks import AccessLook
from app.instances.models import Instance
from app.instances.surroundings import Surroundings
from app.replay.access.search_looks import shown
from app.replay.mining.selection import midnight

SHOWN, LOOKS = 200, 500
STATES = {
    "asked": "等待批准", "lapsed": "无人决定，已失效", "declined": "未批准", "open": "正在进行", "ended": "已提前结束",
    "over": "已到时结束",
}  # fmt: skip
DID = {
    "emergency_asked": "申请", "emergency_approved": "批准", "emergency_declined": "不批准", "emergency_ended": "提前结束",
}  # fmt: skip


@dataclass(frozen=True)
class EmergencyLine:
    """`unread`: the reader was told of it and has not noted so."""

    row: EmergencySight
    number: str
    title: str
    who: str
    state: str
    unread: bool


@dataclass(frozen=True)
class Step:
    at: datetime
    who: str
    did: str
    note: str
    hash: str


@dataclass(frozen=True)
class Shown:
    """One look under it."""

    at: datetime
    what: str


@dataclass(frozen=True)
class EmergencyPage:
    """One request; `may_*` say what this reader may do now. `told` names the auditors."""

    line: EmergencyLine
    steps: tuple[Step, ...]
    looks: tuple[Shown, ...]
    told: tuple[str, ...]
    may_decide: bool
    may_end: bool
    may_read_case: bool
    may_note: bool


def emergencies(
    session: Session, *, by: Actor, now: datetime, between: tuple[date, date] | None = None
) -> list[EmergencyLine]:
    """Those of an administrator's own, those somebody decides on or watches over; the newest first.

    Args:
        between: legal days on which they were asked for, both counted.

    Raises:
        Refusal: `not_found` (404): the list is nothing to this person.
    """
    if not has_to_do_with_emergencies(by):
        raise not_found()
    mine = or_(
        inside(EmergencySight.division, overseeing_places(by)),
        (EmergencySight.asked_by == by.id) & inside(EmergencySight.division, asking_places(by)),
    )
    rows = session.execute(
        select(EmergencySight, Instance.number, Instance.title)
        .join(Instance, Instance.id == EmergencySight.case_id)
        .where(mine, *_days(between))
        .order_by(EmergencySight.asked_at.desc(), EmergencySight.id)
        .limit(SHOWN)
    ).all()
    names, fresh = names_of(session, {row[0].asked_by for row in rows}), _unread(session, by)
    return [_line(row, number, title, names, row.id in fresh, now) for row, number, title in rows]


def asked_between(session: Session, since: date, until: date, *, by: Actor, now: datetime) -> list[EmergencyLine]:
    """Those of `emergencies` that were asked for on the legal days of a period. Raises as that."""
    return emergencies(session, by=by, now=now, between=(since, until))


def _days(between: tuple[date, date] | None) -> Iterator[ColumnElement[bool]]:
    if between is not None:
        yield EmergencySight.asked_at >= midnight(between[0])
        yield EmergencySight.asked_at < midnight(between[1] + timedelta(days=1))


def emergency_page(
    session: Session, around: Surroundings, emergency_id: str, *, by: Actor, now: datetime
) -> EmergencyPage:
    """Raises Refusal: `not_found` (404), `record_broken` (500)."""
    row = emergency_of(session, emergency_id, by=by)
    case = session.get_one(Instance, row.case_id)
    notices = session.scalars(select(EmergencyNotice).where(EmergencyNotice.emergency_id == row.id)).all()
    found = [one for one in read_events(session, around.vault, f"sys/{CHAIN}") if _of(row, one.fields)]
    people = {str((one.fields or {}).get("actor")) for one in found} | {one.person_id for one in notices}
    names = names_of(session, people | {row.asked_by})
    unread = any(one.person_id == by.id and one.read_at is None for one in notices)
    line = _line(row, case.number, case.title, names, unread, now)
    return EmergencyPage(
        line=line,
        steps=tuple(_step(one.at, one.kind, one.fields or {}, one.hash, names) for one in found),
        looks=_looks(session, row),
        told=tuple(sorted(names.get(one.person_id, LEFT_OFFICE) for one in notices)),
        may_decide=line.state == ASKED and decides(by, row.division),
        may_end=line.state in {ASKED, OPEN} and may_end(by, row),
        may_read_case=line.state == OPEN and row.asked_by == by.id and asks(by, row.division),
        may_note=unread,
    )


def _looks(session: Session, row: EmergencySight) -> tuple[Shown, ...]:
    """What the administrator looked at from the approval on, to the end of it."""
    if row.decided_at is None or row.until is None:
        return ()
    asked = select(AccessLook.at, AccessLook.fields).where(
        AccessLook.case == row.case_id,
        AccessLook.person_id == row.asked_by,
        AccessLook.at >= row.decided_at,
        AccessLook.at <= (row.ended_at or row.until),
    )
    rows = session.execute(asked.order_by(AccessLook.at, AccessLook.id).limit(LOOKS))
    return tuple(Shown(one.at, shown(one.fields)) for one in rows)


def _unread(session: Session, by: Actor) -> set[str]:
    mine = EmergencyNotice.person_id == by.id, EmergencyNotice.read_at.is_(None)
    return set(session.scalars(select(EmergencyNotice.emergency_id).where(*mine)))


def _of(row: EmergencySight, fields: Mapping[str, object] | None) -> bool:
    effects = (fields or {}).get("effects")
    rows = effects.get("rows") if isinstance(effects, Mapping) else None
    return isinstance(rows, Mapping) and f"{row.__tablename__}/{row.id}" in rows


def _step(at: datetime, kind: str, fields: Mapping[str, object], hash: str, names: Mapping[str, str]) -> Step:
    who = names.get(str(fields.get("actor")), LEFT_OFFICE)
    return Step(at, who, DID.get(kind, "登记有改动"), str(fields.get("reason") or ""), hash)


def _line(
    row: EmergencySight, number: str | None, title: str, names: Mapping[str, str], unread: bool, now: datetime
) -> EmergencyLine:
    state = standing_of(row, now)
    return EmergencyLine(row, number or "未编号", title, names.get(row.asked_by, LEFT_OFFICE), state, unread)
