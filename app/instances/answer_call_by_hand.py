"""人工核验: a person enters what the department said by letter, visit or telephone. The first terminal answer wins."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.errors import Refusal, not_found
from app.forms.check import check
from app.identity.actor import Actor
from app.identity.may import Verdict, may_start
from app.identity.roles import APPROVING, ROLES
from app.instances.answer_call import OPEN, lock_call, take_answer
from app.instances.answers import Asked, form_asked
from app.instances.attachments import on_record
from app.instances.case import Case
from app.instances.keep_answers import keep_answers
from app.instances.manual_form import REASON, answer_from, form_for
from app.instances.models import Call, Instance
from app.instances.people import avoiding
from app.instances.read_case import read_case
from app.instances.see_case import roles_of, see_case
from app.instances.surroundings import Surroundings


def read_call(
    session: Session, around: Surroundings, call_id: str, *, by: Actor, now: datetime
) -> tuple[Case, Call, Asked]:
    """A call for its page, with the form, for a person who works in the case.

    Raises:
        Refusal: `not_found` (404) for a case one may not see; a reason of `identity.may` (403).
    """
    call = session.get(Call, call_id)
    if call is None:
        raise not_found()
    row = see_case(session, call.instance_id, by=by)
    may_answer(session, by, row).check()
    case = read_case(session, around, row, now=now)
    return case, call, form_asked(case, form_for(case, call), by)


def may_answer(session: Session, by: Actor, row: Instance) -> Verdict:
    """Who may act in a role of the case may enter what a department said, but not in the one that decides on it: nobody
    approves their own act, and the case would be left without an approver."""
    roles = sorted(role for role in roles_of(session, row.definition) if ROLES[role].group != APPROVING)
    return may_start(by, roles, row.division, interests=avoiding(row))


def answer_call_by_hand(
    session: Session, around: Surroundings, call_id: str, *, by: Actor, answers: Mapping[str, Any], now: datetime
) -> Instance:
    """Check the form, keep it as a submission, and answer the call with what the operation declares.

    Raises:
        Refusal: as `read_call`; `form_errors` (422); `call_answered` or `call_closed` (409).
    """
    call = session.get(Call, call_id)
    if call is None:
        raise not_found()
    verdict = may_answer(session, by, see_case(session, call.instance_id, by=by)).check()
    case, call = lock_call(session, around, call_id, now=now)
    if call.status not in OPEN:
        code = "call_closed" if call.status == "closed" else "call_answered"
        raise Refusal(code, 409, {"call": call.name})
    asked = form_asked(case, form_for(case, call), by)
    clean = check(asked.form.form, answers, **asked.context)
    answer = answer_from(call.operation, clean.answers)
    evidence = keep_answers(case, asked, clean, by=by.id, on_behalf_of=verdict.on_behalf_of)
    reason = clean.answers.get(REASON)
    take_answer(
        case,
        call,
        answer,
        by=by,
        verdict=verdict,
        evidence=(evidence,),
        payload=clean.answers | on_record(case, clean.files),
        reason=str(reason) if reason else None,
    )
    return case.row
