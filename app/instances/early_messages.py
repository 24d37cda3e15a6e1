"""A message may come before its wait opens: it is kept, and consumed when the wait opens (rule 9)."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import select

from app.engine.model import OpenedWait
from app.instances.case import Case
from app.instances.held_up import held_up
from app.instances.models import Message, Wait

MOST = 50
"""Kept messages that one transaction hands out (rule 20); the worker goes on with the rest."""


def consume_early(case: Case, waits: Iterable[OpenedWait | Wait], apply: Callable[..., Any]) -> None:
    """Give each open wait the oldest kept message of its name and correlation, if one is still valid.

    Nothing is handed out while a timer of the case is in trouble: a kept message is an automatic event and waits (rule 18).
    """
    for wait in () if held_up(case) else waits:
        kept = oldest(case, wait.message, wait.correlation)
        if kept is not None and case.handed_out < MOST:
            case.handed_out += 1
            kept.consumed_at = case.at
            apply(
                case,
                "message",
                target=wait.key,
                facts=kept.facts,
                evidence=tuple(kept.evidence),
                payload={"~sender": kept.sender},
                dedupe=f"msg:{kept.dedupe}",
            )


def oldest(case: Case, name: str, correlation: str) -> Message | None:
    """The kept message that comes next for such a wait."""
    return case.session.scalar(
        select(Message)
        .where(
            Message.instance_id == case.row.id,
            Message.name == name,
            Message.correlation == correlation,
            Message.consumed_at.is_(None),
            Message.valid_until >= case.at,
        )
        .order_by(Message.seq)
        .limit(1)
    )
