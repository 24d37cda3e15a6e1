"""One request to another department: what, on which article, how it stands, and the way round by hand."""

from dataclasses import dataclass
from datetime import date, datetime

from app.connectors.departments import operation_of
from app.errors import Refusal
from app.inbox.links import Links
from app.inbox.subjects import subject_of
from app.inbox.views import Subject
from app.instances.answer_call import OPEN
from app.instances.case import Case
from app.instances.models import Call
from app.texts import known_codes, sentence
from app.texts.connectors import STATES


@dataclass(frozen=True)
class CallPage:
    """The door passes the form beside this page. `again_href` only where asking again is harmless."""

    today: date
    title: str
    number: str
    case_href: str
    subject: Subject
    basis: str
    situations: str
    state: str
    trouble: str
    asked_at: datetime
    due_on: date | None
    tries: int
    action: str
    preview_href: str
    nonce: str
    open: bool
    again_href: str = ""


def call_page(case: Case, call: Call, links: Links, *, nonce: str) -> CallPage:
    """The page of a call whose case the reader works on."""
    found, use = operation_of(call.operation), case.published.call_use(call.operation)
    here = links.call(call.id)
    return CallPage(
        today=case.today,
        title=call.name,
        number=case.row.number or "未编号",
        case_href=links.case(case.row.id),
        subject=subject_of(case.around.vault, case.row, case.stored_key, case.today),
        basis=(use.basis if use else "") or (found[1].basis if found else ""),
        situations=found[1].situations if found else "",
        state=(STATES | {"failed": "没有办成"})[call.status],
        trouble=sentence(Refusal(call.last_error)) if call.last_error in known_codes() else "",
        asked_at=call.asked_at,
        due_on=call.due_on,
        tries=call.attempts,
        action=here,
        preview_href=f"{here}/preview",
        nonce=nonce,
        open=call.status in OPEN,
        again_href=f"{here}/again" if call.status == "failed" else "",
    )
