"""再发一次: a person has a failed call asked again. What is 结果不明 is not: first somebody must ask what became of it."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.errors import Refusal, not_found
from app.identity.actor import Actor
from app.instances.answer_call import lock_call
from app.instances.answer_call_by_hand import may_answer
from app.instances.finish import finish
from app.instances.incidents import close_incident
from app.instances.models import Call, Instance
from app.instances.record import note
from app.instances.see_case import see_case
from app.instances.surroundings import Surroundings
from app.texts.connectors import STATES


def ask_again(session: Session, around: Surroundings, call_id: str, *, by: Actor, now: datetime) -> Instance:
    """Put a failed call back among those to be asked, under the same id.

    Raises:
        Refusal: `not_found`; a reason of `identity.may` (403); `call_not_failed` (409).
    """
    call = session.get(Call, call_id)
    if call is None:
        raise not_found()
    verdict = may_answer(session, by, see_case(session, call.instance_id, by=by)).check()
    case, call = lock_call(session, around, call_id, now=now)
    if call.status != "failed":
        raise Refusal("call_not_failed", 409, {"call": call.name, "state": STATES[call.status]})
    call.status, call.next_try_at, call.attempts, call.reported, call.last_error = "waiting", now, 0, 0, None
    close_incident(session, call.id, now=case.at, by=by.id)
    note(
        case,
        "asked_again",
        {"task": call.key, "payload/~call": call.id},
        actor=by.id,
        on_behalf_of=verdict.on_behalf_of,
    )
    finish(case)
    return case.row
