"""The chain of a request: `sys/file/<id>`. It holds what was asked, in whose name, and what became of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.history import Json, read_events
from app.identity.actor import Actor
from app.instances.surroundings import Surroundings


def chain_of(request_id: str) -> str:
    return f"file/{request_id}"


def told_by(by: Actor, **said: Json) -> dict[str, Json]:
    """The fields of an entry."""
    return {"actor": by.id} | {f"payload/{name}": value for name, value in said.items()}


def what_was_asked(session: Session, around: Surroundings, request_id: str) -> Mapping[str, Any]:
    """The first entry by name. Raises Refusal: `record_broken` (500)."""
    return entries(session, around, request_id)[0][2]


def entries(
    session: Session, around: Surroundings, request_id: str
) -> list[tuple[datetime, str, Mapping[str, Any], str]]:
    """When, kind, what was said, hash; in order."""
    found = read_events(session, around.vault, f"sys/{chain_of(request_id)}")
    return [
        (
            one.at,
            one.kind,
            {name.removeprefix("payload/"): value for name, value in (one.fields or {}).items()},
            one.hash,
        )
        for one in found
    ]
