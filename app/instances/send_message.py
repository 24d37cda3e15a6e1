"""A person enters a message by hand: withdrawal, claim, report of harm. Its form is checked like any other."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.catalogue.process_settings import MessageUse
from app.catalogue.published import Published, published
from app.errors import Refusal
from app.forms.check import check
from app.forms.mapping import extract
from app.identity.actor import Actor
from app.identity.may import may_start
from app.instances.answers import message_asked
from app.instances.case import lock_case
from app.instances.keep_answers import keep_answers
from app.instances.models import Instance
from app.instances.receive_message import receive_message
from app.instances.see_case import see_case
from app.instances.surroundings import Surroundings


def send_message(
    session: Session,
    around: Surroundings,
    instance_id: str,
    name: str,
    *,
    by: Actor,
    dedupe: str,
    answers: Mapping[str, Any],
    now: datetime,
    correlation: str = "",
) -> bool:
    """Check who sends and what, keep the submission, deliver. True when a wait took it.

    Raises:
        Refusal: `not_found`, `message_unknown`, `message_not_by_hand` (403), `form_errors` (422), …
    """
    row = see_case(session, instance_id, by=by)
    use = _use(published(session, row.definition), name, row, by)
    if use.form is None:
        return receive_message(
            session, around, instance_id, name, dedupe=dedupe, now=now, correlation=correlation, by=by
        )
    case = lock_case(session, around, instance_id, now=now)
    asked = message_asked(case, use.form, by)
    clean = check(asked.form.form, answers, **asked.context)
    evidence = keep_answers(case, asked, clean, by=by.id)
    return receive_message(
        session,
        around,
        instance_id,
        name,
        dedupe=dedupe,
        now=now,
        correlation=correlation,
        by=by,
        facts=extract(asked.form.facts, clean.answers, form=asked.form.form, facts=asked.facts, at=case.at),
        evidence=(evidence,),
        payload=clean.answers,
    )


def _use(version: Published, name: str, row: Instance, by: Actor) -> MessageUse:
    use = version.message_use(name)
    if use is None:
        if name not in version.definition.messages:
            raise Refusal("message_unknown", 422, {"message": name, "process": row.title})
        raise Refusal("message_not_by_hand", 403, {"message": name})
    may_start(by, use.roles, row.division).check()
    return use
