"""Cases of the demonstration as patterns: their rows as they stand, and what is sealed in them opened."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.published import published
from app.db import Base
from app.dossiers.models import Submission
from app.engine import advance
from app.engine.advance import marking_text
from app.engine.state import body_of
from app.history.data_keys import WHOLE_CASE, unwrap
from app.history.models import StoredKey
from app.history.read import RecordedEvent, read_events
from app.instances.check_record import FILES, PLACE
from app.instances.marks import CaseMark
from app.instances.models import Call, Instance, Task, Timer, Wait
from app.instances.record import EVENT_KINDS
from app.replay.reexecute import event_of
from app.vault import Vault, bind

PLAIN = (Task, Timer, Wait, Call, CaseMark)
"""Rows of a case that hold nothing sealed (an open call has no answer yet)."""
PEOPLE = ("owner_id", "started_by", "starter_natural", "starter_behalf", "assignee_id", "claimed_by", "urged_by",
          "closed_by", "natural_person", "on_behalf_of", "behalf_natural", "by")  # fmt: skip
"""Columns that name people."""
LETTER = ("sm3", "letter_number")
"""What the answer of `local:record_letter` says of the letter beside its id."""
UNANSWERED = timedelta(days=30)
"""Calls of copies are tried again so much later: no worker that is measured shall ask for tens of thousands of them."""


@dataclass(frozen=True)
class Template:
    """One case. `rows` are those of `PLAIN` by table name; `submissions` with their answers opened, without salt;
    `state` the JSON inside; `markings` the text of the marking after each event that moves the case, by number."""

    instance: Mapping[str, Any]
    subject: Mapping[str, Any] | None
    state: bytes | None
    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    submissions: Sequence[tuple[Mapping[str, Any], Any]]
    events: Sequence[RecordedEvent]
    markings: Mapping[int, bytes]

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
    rows = {one.__tablename__: _rows(session, one, one.instance_id == id_) for one in PLAIN}
    for call in rows["call"]:
        call["next_try_at"] = call["next_try_at"] and call["next_try_at"] + UNANSWERED
    events = [_alone(entry, instance["division"]) for entry in read_events(session, vault, id_)]
    subject, state = (instance[name] and opened(f"instance.{name}", instance[name]) for name in ("subject", "state"))
    return Template(
        instance=instance,
        subject=orjson.loads(subject) if subject else None,
        state=orjson.dumps(body_of(state)) if state else None,
        rows=rows,
        submissions=submissions,
        events=events,
        markings=dict(_markings(session, events)),
    )


def _alone(entry: RecordedEvent, division: str) -> RecordedEvent:
    """The entry without what points at files and letters, which copies have none of; the first one names the place of
    the row, which a copy changes, beside the division that the procedure has judged."""
    fields = {name: value for name, value in (entry.fields or {}).items() if name != FILES}
    if isinstance(answer := fields.get("facts/answer"), dict):
        fields["facts/answer"] = {name: value for name, value in answer.items() if name not in LETTER}
    if entry.seq == 1:
        fields[PLACE] = division
    return replace(entry, fields=fields)


def _rows(session: Session, model: type[Base], which: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in session.execute(select(*model.__table__.columns).where(which)).mappings()]


def _markings(session: Session, events: Sequence[RecordedEvent]) -> Iterator[tuple[int, bytes]]:
    """What re-execution shows after each event; the demonstration tells of no migrated case."""
    state = None
    for entry in events:
        if entry.kind in EVENT_KINDS:
            definition = published(session, entry.definition).definition
            state = advance(definition, state, event_of(entry)).state
            yield entry.seq, marking_text(definition, state)


def persons_of(template: Template) -> set[str]:
    """Ids of people, as they stand in rows and events."""
    rows = [template.instance, *template.rows["task"], *template.rows["call"]]
    rows += [row for row, _ in template.submissions]
    found = {row.get(name) for row in rows for name in PEOPLE}
    found |= {(event.fields or {}).get(name) for event in template.events for name in ("actor", "on_behalf_of")}
    return {one for one in found if one and _is_uuid(one)}


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
