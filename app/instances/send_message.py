"""A person enters a message by hand: withdrawal, claim, report of harm. Its form is checked like any other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.process_settings import MessageUse
from app.catalogue.published import Published, published
from app.engine.model import FactValue
from app.errors import Refusal
from app.forms.check import check
from app.forms.mapping import extract
from app.identity.actor import Actor
from app.identity.may import Verdict, may_start
from app.identity.roles import named_roles
from app.instances.answers import message_asked
from app.instances.attachments import on_record
from app.instances.case import Case, lock_case
from app.instances.finish import finish
from app.instances.keep_answers import keep_answers
from app.instances.local_calls.refer import hand_on
from app.instances.models import Instance, Message, Wait
from app.instances.people import avoiding
from app.instances.receive_message import had_message, receive_message
from app.instances.record import note
from app.instances.see_case import see_case
from app.instances.surroundings import Surroundings


@dataclass(frozen=True)
class ByHand:
    """A message this person may enter, and the post in which they do."""

    use: MessageUse
    verdict: Verdict


@dataclass(frozen=True)
class Content:
    """What was filled in: the facts it sets, the submission, the answers."""

    facts: Mapping[str, FactValue] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()
    payload: Mapping[str, Any] = field(default_factory=dict)


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
    allowed = by_hand(published(session, row.definition), name, row, by)
    case = lock_case(session, around, instance_id, now=now)
    if had_message(case, dedupe):
        return True
    content = _content(case, allowed, answers, by)
    if case.row.ended_at is not None and allowed.use.after_end:
        _after_end(case, name, allowed, content, by, dedupe)
        return True
    return receive_message(
        session,
        around,
        instance_id,
        name,
        dedupe=dedupe,
        now=now,
        correlation=correlation,
        by=by,
        verdict=allowed.verdict,
        facts=content.facts,
        evidence=content.evidence,
        payload=content.payload,
    )


def by_hand(version: Published, name: str, row: Instance, by: Actor) -> ByHand:
    """Whether the person may enter this message here.

    Raises:
        Refusal: `message_unknown` (422), `message_not_by_hand` (403), or what `may_start` says.
    """
    use = version.message_use(name)
    if use is None or not use.roles:
        if name not in version.definition.messages:
            raise Refusal("message_unknown", 422, {"message": name, "process": row.title})
        raise Refusal("message_not_by_hand", 403, {"message": use.title if use else name})
    return ByHand(use, _may_enter(use, row, by).check())


def messages_by_hand(session: Session, version: Published, row: Instance, by: Actor) -> dict[str, str]:
    """The messages this person may enter now, by name, each with the correlation of the oldest wait that takes it."""
    if row.ended_at is not None:
        awaited = [(name, "") for name, use in version.settings.messages.items() if use.after_end]
    else:
        waits = session.scalars(select(Wait).where(Wait.instance_id == row.id).order_by(Wait.key))
        awaited = [(wait.message, wait.correlation) for wait in waits]
    found: dict[str, str] = {}
    for name, correlation in awaited:
        use = version.message_use(name)
        if use and use.roles and _may_enter(use, row, by).allowed:
            found.setdefault(name, correlation)
    return found


def _after_end(case: Case, name: str, allowed: ByHand, content: Content, by: Actor, dedupe: str) -> None:
    """The case has ended and stays as it is: what was entered is on its record, and a clue goes to whom it concerns."""
    kept = Message(instance_id=case.row.id, name=name, correlation="", dedupe=dedupe, seq=case.row.head_seq + 1)
    kept.sender, kept.natural_person, kept.acted_role = by.id, by.natural_person, allowed.verdict.role
    kept.facts, kept.evidence = {}, list(content.evidence)
    kept.received_at = kept.valid_until = kept.consumed_at = case.at
    case.session.add(kept)
    referral = hand_on(case, str(allowed.use.after_end), name)
    fields: dict[str, Any] = {
        "evidence": list(content.evidence),
        "payload/~message": name,
        "payload/~referral": referral,
    }
    fields["payload/~files"] = content.payload.get("~files")
    note(case, "handed_on", fields, actor=by.id, on_behalf_of=allowed.verdict.on_behalf_of, dedupe=f"msg:{dedupe}")
    finish(case)


def _may_enter(use: MessageUse, row: Instance, by: Actor) -> Verdict:
    return may_start(by, sorted(named_roles(use.roles)), row.division, interests=avoiding(row))


def _content(case: Case, allowed: ByHand, answers: Mapping[str, Any], by: Actor) -> Content:
    if allowed.use.form is None:
        return Content()
    asked = message_asked(case, allowed.use.form, by)
    clean = check(asked.form.form, answers, **asked.context)
    evidence = keep_answers(case, asked, clean, by=by.id, on_behalf_of=allowed.verdict.on_behalf_of)
    return Content(
        facts=extract(asked.form.facts, clean.answers, form=asked.form.form, facts=asked.facts, at=case.at),
        evidence=(evidence,),
        payload=clean.answers | on_record(case, clean.files),
    )
