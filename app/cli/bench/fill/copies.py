"""Making a case again: under an id, a key, names and a division of its own, with a chain that verifies and replays.

Facts stay as they were, also the division among them: a marking would come out otherwise than it was recorded.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import orjson
from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.cli.bench.fill.names import name_of
from app.cli.bench.fill.templates import Template
from app.db import Base, new_id
from app.dossiers.index_subject import subject_tokens
from app.history.canonical import canon
from app.history.commitments import EVENT_KEY_BYTES, root_of
from app.history.data_keys import WHOLE_CASE
from app.history.digests import SM3, digest
from app.history.event import GENESIS, Head, body_bytes, event_hash
from app.history.fields import Opened, seal_fields
from app.history.models import dedupe_mark
from app.vault import Vault, bind

Rows = dict[str, list[dict[str, Any]]]
"""By table name."""


@dataclass(frozen=True)
class Place:
    """Where a copy lies and who works there: `people` by the ids of the pattern's."""

    division: str
    people: Mapping[str, str]


ORDER = ("instance", "data_key", "task", "timer", "wait", "call", "submission", "search_token", "history_event")
"""Tables, those that others point to first."""


def insert_rows(session: Session, rows: Rows) -> None:
    """Write the rows of some copies, one statement for each table."""
    for table in ORDER:
        if rows.get(table):
            session.connection().execute(insert(Base.metadata.tables[table]), rows[table])


class Copy:
    """The rows of one copy. `number` counts all copies ever made: it makes names and case numbers."""

    def __init__(self, template: Template, number: int, place: Place, *, vault: Vault, log: str) -> None:
        self.template, self.number, self.place = template, number, place
        self.vault, self.log = vault, log
        self.id = new_id()
        self.key, self.wrapped = vault.new_data_key(self.id, WHOLE_CASE)
        subject = template.subject
        self.names = {
            str(subject[role]): name_of(2 * number + second)
            for second, role in enumerate(("party", "child"))
            if subject.get(role)
        }
        self.evidence: dict[str, str] = {}

    def rows(self) -> Rows:
        found: Rows = {table: [self._moved(row) for row in rows] for table, rows in self.template.rows.items()}
        found["submission"] = [self._submission(row, answers) for row, answers in self.template.submissions]
        found["history_event"] = list(self._events())
        found["instance"] = [self._instance(found["history_event"][-1])]
        found["data_key"] = [
            {"case": self.id, "subject": WHOLE_CASE, "key_id": self.wrapped.id, "kek_id": self.wrapped.kek_id,
             "wrapped": self.wrapped.wrapped}
        ]  # fmt: skip
        found["search_token"] = [
            {"id": uuid4(), "case": self.id, "kind": kind, "token": token} for kind, token in self._tokens()
        ]
        return found

    def _moved(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A row of the case here: with an id of its own, of this case, in this division, with the people here."""
        people = self.place.people
        moved = {name: people.get(value, value) if isinstance(value, str) else value for name, value in row.items()}
        moved |= {"id": new_id(), "instance_id": self.id}
        if moved.get("division") == self.template.instance["division"]:
            moved["division"] = self.place.division
        return moved

    def _instance(self, last: Mapping[str, Any]) -> dict[str, Any]:
        row = self._moved(self.template.instance) | {"id": self.id, "head_hash": last["hash"]}
        del row["instance_id"]
        row["number"] = row["number"] and f"{row['number'][:-4]}{self.number:08d}"
        row["subject"] = self._seal("instance.subject", orjson.dumps(self._renamed(self.template.subject)))
        if self.template.state is not None:
            row["state"] = self._seal("instance.state", self.template.state)
        return row

    def _submission(self, row: Mapping[str, Any], answers: Any) -> dict[str, Any]:
        id_ = uuid4()
        salted = os.urandom(16) + canon(self._renamed(answers))
        sealed = self.vault.seal(self.key, salted, bind("submission.answers", str(id_)))
        made = digest(SM3, salted).hex()
        self.evidence[f"{row['id']}:{row['digest']}"] = f"{id_}:{made}"
        return {**row, "id": id_, "case": self.id, "answers": sealed, "digest": made, "key_id": self.key.id}

    def _events(self) -> Iterator[dict[str, Any]]:
        head = GENESIS
        for event in self.template.events:
            fields = self._renamed(event.fields)
            if "evidence" in fields:
                fields["evidence"] = [self.evidence.get(one, one) for one in fields["evidence"]]
            event_key = os.urandom(EVENT_KEY_BYTES)
            body = body_bytes(
                log=self.log, case=self.id, head=head, at=event.at, kind=event.kind, definition=event.definition,
                engine=event.engine, n=len(fields), root=root_of(event_key, fields),
            )  # fmt: skip
            sealed = seal_fields(
                self.vault, self.key, Opened(event_key, event.dedupe, fields), log=self.log, case=self.id, seq=event.seq
            )
            head = Head(event.seq, event_hash(body))
            yield {
                "case": self.id, "seq": event.seq, "at": event.at, "kind": event.kind, "hash": head.hash, "body": body,
                "key_id": self.key.id, "sealed": sealed, "dedupe": dedupe_mark(self.id, event.dedupe),
            }  # fmt: skip

    def _renamed(self, content: Any) -> Any:
        text = orjson.dumps(content).decode()
        for old, new in self.names.items():
            text = text.replace(old, new)
        return orjson.loads(text)

    def _tokens(self) -> list[tuple[str, str]]:
        phone = str(self.template.subject.get("phone") or "")
        phones = [phone[:-4] + f"{self.number % 10_000:04d}"] if phone else []
        return subject_tokens(index=self.vault.blind_index, names=self.names.values(), phones=phones)

    def _seal(self, place: str, plain: bytes) -> bytes:
        return self.vault.seal(self.key, plain, bind(place, self.id))
