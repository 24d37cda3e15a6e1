"""A message may come before its wait opens: it is kept, and consumed when the wait opens (rule 9)."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import select

from app.engine.model import OpenedWait
from app.instances.case import Case
from app.instances.models import Message, Wait

MOST = 50
"""Messages taken in one transaction (engine rule 20); the worker goes on with the rest."""


def consume_early(case: Case, waits: Iterable[OpenedWait | Wait], apply: Callable[..., Any]) -> None:
    """Give each newly opened wait the oldest kept message of its name and correlation, if one is still valid."""
    for wait in waits:
        if case.messages_taken >= MOST:
            return
        kept = case.session.scalar(
            select(Message)
            .where(
                Message.instance_id == case.row.id,
                Message.name == wait.message,
                Message.correlation == wait.correlation,
                Message.consumed_at.is_(None),
                Message.valid_until >= case.at,
            )
            .order_by(Message.received_at, Message.id)
            .limit(1)
        )
        if kept is not None:
            kept.consumed_at = case.at
            case.messages_taken += 1
            apply(
                case,
                "message",
                target=wait.key,
                facts=kept.facts,
                evidence=tuple(kept.evidence),
                dedupe=f"msg:{kept.dedupe}",
            )
