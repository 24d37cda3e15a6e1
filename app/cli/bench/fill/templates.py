"""Cases of the demonstration as patterns: their rows as they stand, and what is sealed in them opened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import Base
from app.dossiers.models import Submission
from app.history.data_keys import WHOLE_CASE, unwrap
from app.history.models import StoredKey
from app.history.read import RecordedEvent, read_events
from app.instances.models import Call, Instance, Task, Timer, Wait
from app.vault import Vault, bind

PLAIN = (Task, Timer, Wait, Call)
"""Rows of a case that hold nothing sealed (an open call has no answer yet)."""


@dataclass(frozen=True)
class Template:
    """One case. `rows` are those of `PLAIN` by table name; `submissions` with their answers opened, salt and all."""

    instance: Mapping[str, Any]
    subject: Mapping[str, Any]
    state: bytes | None
    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    submissions: Sequence[tuple[Mapping[str, Any], Any]]
    events: Sequence[RecordedEvent]

    @property
    def closed(self) -> bool:
        return self.instance["ended_at"] is not None


def read_templates(session: Session, vault: Vault, *, ids: Sequence[str]) -> list[Template]:
    """The cases with these ids, in order."""
    return [_read(session, vault, one) for one in ids]


def template_ids(session: Session) -> list[str]:
    """Cases that can be made again: with a subject, and no answer or message sealed in a row of its own."""
    answered = select(Call.instance_id).where(Call.answer.is_not(None))
    found = select(Instance.id).where(Instance.subject.is_not(None), Instance.id.not_in(answered)).order_by(Instance.id)
    return list(session.scalars(found))


def _read(session: Session, vault: Vault, id_: str) -> Template:
    (instance,) = _rows(session, Instance, Instance.id == id_)
    stored = session.get_one(StoredKey, (id_, WHOLE_CASE))
    key = unwrap(vault, stored)

    def opened(place: str, sealed: bytes) -> bytes:
        return vault.open(key, sealed, bind(place, id_))

    submissions = [
        (row, orjson.loads(vault.open(key, row["answers"], bind("submission.answers", str(row["id"])))[16:]))
        for row in _rows(session, Submission, Submission.case == id_)
    ]
    return Template(
        instance=instance,
        subject=orjson.loads(opened("instance.subject", instance["subject"])),
        state=None if instance["state"] is None else opened("instance.state", instance["state"]),
        rows={one.__tablename__: _rows(session, one, one.instance_id == id_) for one in PLAIN},
        submissions=submissions,
        events=read_events(session, vault, id_),
    )


def _rows(session: Session, model: type[Base], which: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in session.execute(select(*model.__table__.columns).where(which)).mappings()]


def persons_of(template: Template) -> set[str]:
    """Ids of people, as they stand in rows and events."""
    found = {template.instance[name] for name in ("owner_id", "started_by", "starter_natural", "starter_behalf")}
    for row in template.rows["task"]:
        found |= {row[name] for name in ("assignee_id", "closed_by", "natural_person", "behalf_natural")}
    return {one for one in found if one and _is_uuid(one)}


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
