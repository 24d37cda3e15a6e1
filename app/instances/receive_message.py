"""Receiving a message: given to the wait that is open, or kept until one opens (rule 9)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.model import FactValue
from app.errors import Refusal
from app.identity.actor import Actor
from app.identity.may import Verdict
from app.instances.apply import apply
from app.instances.case import Case, lock_case
from app.instances.early_messages import consume_early, oldest
from app.instances.finish import finish
from app.instances.fire_due import fire_due
from app.instances.held_up import held_up
from app.instances.models import Message, Wait
from app.instances.record import note
from app.instances.surroundings import Surroundings

KEPT = "message_kept"
KEPT_FOR = timedelta(days=90)


def receive_message(
    session: Session,
    around: Surroundings,
    instance_id: str,
    name: str,
    *,
    dedupe: str,
    now: datetime,
    correlation: str = "",
    facts: Mapping[str, FactValue] | None = None,
    evidence: tuple[str, ...] = (),
    by: Actor | None = None,
    verdict: Verdict | None = None,
    sender: str = "",
    reason: str | None = None,
    payload: Mapping[str, Any] | None = None,
) -> bool:
    """Deliver the message; True when a wait took it, False when it is kept for later.

    Args:
        dedupe: the sender's id of the message; a second delivery changes nothing.
        verdict: in which post and for whom `by` enters it by hand: the act counts for separation of duties.

    Raises:
        Refusal: `not_found`; `case_ended` (409); `message_unknown` (422) for a name the process does not know.
    """
    case = lock_case(session, around, instance_id, now=now)
    if name not in case.published.definition.messages:
        raise Refusal("message_unknown", 422, {"message": name, "process": case.row.title})
    if had_message(case, dedupe):
        return True
    if case.row.ended_at is not None:
        raise Refusal("case_ended", 409, {"number": case.row.number or ""})
    fire_due(case)
    session.flush()
    wait = session.scalar(
        select(Wait)
        .where(Wait.instance_id == case.row.id, Wait.message == name, Wait.correlation == correlation)
        .order_by(Wait.key)
        .limit(1)
    )
    first = oldest(case, name, correlation)
    behind = by is None and held_up(case)
    kept = Message(
        instance_id=case.row.id,
        name=name,
        correlation=correlation,
        dedupe=dedupe,
        seq=case.row.head_seq + 1,
        facts=dict(facts or {}),
        evidence=list(evidence),
        sender=by.id if by else sender,
        natural_person=by.natural_person if by else None,
        behalf_natural=verdict.behalf_natural_person if verdict else None,
        acted_role=verdict.role if verdict else None,
        received_at=case.at,
        valid_until=case.at + KEPT_FOR,
    )
    session.add(kept)
    behalf = verdict.on_behalf_of if verdict else None
    if wait is None or first is not None or behind:
        _keep(case, kept, by, behalf, payload or {})
        if not behind:
            consume_early(case, [wait] if wait is not None else [], apply)
    else:
        kept.consumed_at = case.at
        apply(
            case,
            "message",
            by=by,
            on_behalf_of=behalf,
            target=wait.key,
            facts=facts,
            evidence=evidence,
            reason=reason,
            payload=payload,
            dedupe=f"msg:{dedupe}",
        )
    finish(case)
    return kept.consumed_at is not None


def _keep(case: Case, kept: Message, by: Actor | None, on_behalf_of: str | None, payload: Mapping[str, Any]) -> None:
    """An entry says that it has come: nothing that was accepted is without a trace, even if no wait ever opens."""
    fields = {"evidence": list(kept.evidence) or None, "payload/~message": kept.name, "payload/~sender": kept.sender}
    fields |= {f"payload/{name}": value for name, value in payload.items()}
    note(case, KEPT, fields, actor=by.id if by else None, on_behalf_of=on_behalf_of)
    case.session.flush()


def had_message(case: Case, dedupe: str) -> bool:
    """Whether this message has come before."""
    return (
        case.session.scalar(select(Message.id).where(Message.instance_id == case.row.id, Message.dedupe == dedupe))
        is not None
    )
