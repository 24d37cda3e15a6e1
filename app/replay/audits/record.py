"""The chain of a project: what is written to it, and what it says when it is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.history import Head, Json, append_to_system, read_events
from app.identity.actor import Actor
from app.instances.surroundings import Surroundings


@dataclass(frozen=True)
class Entry:
    """`actor`, and `behalf` where somebody stood in, are ids of persons."""

    seq: int
    at: datetime
    kind: str
    actor: str
    behalf: str
    hash: str
    prev: str
    said: Mapping[str, Any]

    def text(self, name: str) -> str:
        return str(self.said.get(name) or "")


def chain_of(project_id: str) -> str:
    return f"audit/{project_id}"


def write_down(
    session: Session,
    around: Surroundings,
    project_id: str,
    kind: str,
    *,
    by: Actor,
    now: datetime,
    behalf: str | None = None,
    **said: Json,
) -> Head:
    """Append what somebody did, for `behalf` where they stand in; the last thing of a command: its head stays locked."""
    fields: dict[str, Json] = {"actor": by.id} | {f"payload/{name}": value for name, value in said.items()}
    if behalf:
        fields["on_behalf_of"] = behalf
    return append_to_system(
        session, vault=around.vault, log=around.log, name=chain_of(project_id), at=now, kind=kind, fields=fields
    )


def entries(session: Session, around: Surroundings, project_id: str) -> list[Entry]:
    """The whole chain. Raises Refusal: `record_broken` (500)."""
    found = read_events(session, around.vault, f"sys/{chain_of(project_id)}")
    return [
        Entry(
            one.seq, one.at, one.kind, str(said.get("actor", "")), str(said.get("on_behalf_of", "")), one.hash, one.prev,
            {name.removeprefix("payload/"): value for name, value in said.items() if name.startswith("payload/")},
        )
        for one in found
        for said in [one.fields or {}]
    ]  # fmt: skip
