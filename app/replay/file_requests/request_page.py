"""What the pages and the interface show of requests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.errors import not_found
from app.identity.actor import Actor
from app.identity.names import LEFT_OFFICE, names_of
from app.identity.roles import AUDITOR
from app.instances.find import inside
from app.instances.may_extract import may_extract
from app.instances.models import Instance
from app.instances.surroundings import Surroundings
from app.replay.file_requests.decide_request import same_human
from app.replay.file_requests.due import DueDay, due_day
from app.replay.file_requests.models import APPROVED, ASKED, MADE, FileRequest
from app.replay.file_requests.reach import approves, of_the_office, places, request_of
from app.replay.file_requests.record import entries

STATES = {"asked": "待批准", "approved": "已批准，待提取", "declined": "未批准", "made": "已提取"}
DID = {
    "file_requested": "登记",
    "file_request_approved": "批准",
    "file_request_declined": "不批准",
    "file_extracted": "提取",
}
SHOWN = 200


@dataclass(frozen=True)
class RequestLine:
    row: FileRequest
    number: str
    title: str
    late: bool


@dataclass(frozen=True)
class Told:
    at: datetime
    who: str
    did: str
    note: str
    hash: str


@dataclass(frozen=True)
class RequestPage:
    """One request; `may_*` say what this reader may do now. `asked` is what was put down, by name."""

    line: RequestLine
    asked: Mapping[str, Any]
    due: DueDay
    told: tuple[Told, ...]
    may_decide: bool
    may_extract: bool
    may_read: bool


def requests(session: Session, *, by: Actor, today: date) -> Sequence[RequestLine]:
    """Those of the reader's office, and of an auditor's mandate; what is open first, the earliest due on top.

    Raises:
        Refusal: `not_found` (404): the list is nothing to this person.
    """
    mine = places(by)
    if not mine:
        raise not_found()
    office = FileRequest.organisation == by.organisation
    audited = [grant.division for grant in by.grants if grant.role == AUDITOR]
    asked = (
        select(FileRequest, Instance.number, Instance.title)
        .join(Instance, Instance.id == FileRequest.case_id)
        .where(
            inside(FileRequest.division, mine),
            or_(office, inside(FileRequest.division, audited)) if audited else office,
        )
        .order_by(FileRequest.state.not_in((ASKED, APPROVED)), FileRequest.due_on, FileRequest.id)
        .limit(SHOWN)
    )
    return [_line(row, number, title, today) for row, number, title in session.execute(asked)]


def request_page(session: Session, around: Surroundings, request_id: str, *, by: Actor, today: date) -> RequestPage:
    """Raises Refusal: `not_found` (404), `record_broken` (500)."""
    row = request_of(session, request_id, by=by)
    case, found = session.get_one(Instance, row.case_id), entries(session, around, request_id)
    asked, own = found[0][2], row.organisation == by.organisation
    names = names_of(session, {str(said.get("actor")) for _, _, said, _ in found})
    due = due_day(
        session, row.kind, row.received_on, date.fromisoformat(asked["asked_for"]) if asked["asked_for"] else None,
        division=row.division, now=row.asked_at,
    )  # fmt: skip
    return RequestPage(
        line=_line(row, case.number, case.title, today),
        asked=asked,
        due=due,
        told=tuple(
            Told(at, names.get(str(said.get("actor")), LEFT_OFFICE), DID[kind], str(said.get("reason") or ""), hash)
            for at, kind, said, hash in found
        ),
        may_decide=own
        and row.state == ASKED
        and approves(by, row.division)
        and not same_human(session, by, row.asked_by),
        may_extract=own
        and row.state == APPROVED
        and may_extract(by, row.division)
        and not same_human(session, by, row.decided_by),
        may_read=row.state == MADE and of_the_office(by, row),
    )


def _line(row: FileRequest, number: str | None, title: str, today: date) -> RequestLine:
    return RequestLine(row, number or "未编号", title, row.state in (ASKED, APPROVED) and row.due_on < today)
