"""Making a case again: under an id, a key, a number, names and a division of its own, with a chain that verifies and
replays.

Facts stay as they were, but for the number of the case; also the division among them, which the procedure has judged.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import NAMESPACE_OID, uuid4, uuid5

import orjson

from app.cli.bench.fill.names import name_of
from app.cli.bench.fill.patterns import EventPattern, Parting, event_patterns
from app.cli.bench.fill.swaps import Swaps, swapped, with_people
from app.cli.bench.fill.templates import Template, persons_of
from app.db import new_id
from app.dossiers.index_subject import subject_tokens
from app.engine.state import framed
from app.history.canonical import canon
from app.history.data_keys import WHOLE_CASE
from app.history.digests import SM3, digest
from app.history.event import GENESIS, event_hash
from app.history.fields import seal_plain
from app.history.models import dedupe_mark
from app.instances.check_record import PLACE
from app.vault import Vault, bind

SALT_BYTES = 16
NAMES_KEPT = 65_536

Row = tuple[str, Mapping[str, Any], Sequence[Any]]
"""Table; the columns that are the same in every copy, the very same mapping each time; values of `HOLES`."""

HOLES: Mapping[str, tuple[str, ...]] = {
    "instance": ("id", "number", "subject", "state", "head_hash"),
    "data_key": ("case", "key_id", "kek_id", "wrapped"),
    "task": ("id", "instance_id"),
    "timer": ("id", "instance_id"),
    "wait": ("id", "instance_id"),
    "call": ("id", "instance_id"),
    "case_mark": ("instance_id",),
    "submission": ("id", "case", "answers", "digest", "key_id"),
    "search_token": ("id", "case", "kind", "token"),
    "history_event": ("case", "hash", "body", "key_id", "sealed", "dedupe"),
}
"""What each copy has of its own, by table; tables that others point to first."""
KEY_ROW: Mapping[str, Any] = {"subject": WHOLE_CASE, "destroyed_at": None}
NO_MORE: Mapping[str, Any] = {}


@dataclass(frozen=True)
class SubmissionPattern:
    row: Mapping[str, Any]
    salted: bytes
    worded: bool
    digest: str
    evidence: bytes
    """As events of the pattern name it."""


class Pattern:
    """A case of which copies are made, in one division; `at` gives it in another, with other people."""

    def __init__(self, template: Template, log: str) -> None:
        self.template, self.log = template, log
        self.division: str = template.instance["division"]
        number, subject = template.instance["number"], template.subject or {}
        facts = b"".join(template.markings.values())
        known = [str(subject.get(role) or "") for role in ("party", "child")]
        self.names = [name for name in known if name and name.encode() not in facts]
        self.number, self.phone = number or "", str(subject.get("phone") or "")
        words = [word.encode() for word in (*self.names, self.number, self.phone) if word]
        evidence = [f"{row['id']}:{row['digest']}".encode() for row, _ in template.submissions]
        self.parting = Parting(words, evidence)
        self.subject = orjson.dumps(subject) if subject else None
        self.state = template.state
        self.events: Sequence[EventPattern] = tuple(event_patterns(template, log, self.parting))
        self.instance = _without(template.instance, "instance")
        self.rows = {name: [_without(row, name) for row in rows] for name, rows in template.rows.items()}
        self.submissions = [
            self._submission(row, os.urandom(SALT_BYTES) + canon(answers), one)
            for (row, answers), one in zip(template.submissions, evidence, strict=True)
        ]

    def due(self, at: datetime) -> "Pattern":
        """With all its timers due at this instant."""
        moved = copy(self)
        moved.instance = {**self.instance, "next_due": at}
        moved.rows = {**self.rows, "timer": [{**row, "due_at": at} for row in self.rows["timer"]]}
        return moved

    def at(self, division: str) -> "Pattern":
        """In its own division it is itself; elsewhere people nobody signs in as act, the same in all cases there."""
        if division == self.division:
            return self
        people = {one: str(uuid5(NAMESPACE_OID, f"{division}{one}")) for one in persons_of(self.template)}
        swaps = [(old.encode(), new.encode()) for old, new in people.items()]
        placed = [f'{PLACE}":"', f'{PLACE}","']
        swaps += [(f"{one}{self.division}".encode(), f"{one}{division}".encode()) for one in placed]
        moved = copy(self)
        moved.division = division
        moved.events = [event.at(swaps) for event in self.events]
        moved.state = self.state and swapped(self.state, swaps)
        moved.instance = self._here(self.instance, people, division)
        moved.rows = {name: [self._here(row, people, division) for row in rows] for name, rows in self.rows.items()}
        moved.submissions = [
            self._submission(with_people(one.row, people), swapped(one.salted, swaps), one.evidence)
            for one in self.submissions
        ]
        return moved

    def _here(self, row: Mapping[str, Any], people: Mapping[str, str], division: str) -> dict[str, Any]:
        moved = with_people(row, people)
        if moved.get("division") == self.division:
            moved["division"] = division
        return moved

    def _submission(self, row: Mapping[str, Any], salted: bytes, evidence: bytes) -> SubmissionPattern:
        made = digest(SM3, salted).hex()
        return SubmissionPattern(
            _without(row, "submission"), salted, self.parting.worded(salted), made, evidence
        )  # fmt: skip


class Copy:
    """The rows of one copy. `number` counts all copies ever made: it makes names, telephone and case number."""

    def __init__(self, pattern: Pattern, number: int, *, vault: Vault) -> None:
        self.pattern, self.vault = pattern, vault
        self.id = new_id()
        self.key, self.wrapped = vault.new_data_key(self.id, WHOLE_CASE)
        self.names = [name_of(2 * number + second) for second, _ in enumerate(pattern.names)]
        self.number = pattern.number and f"{pattern.number[:-4]}{number:08d}"
        self.phone = pattern.phone and f"{pattern.phone[:-4]}{number % 10_000:04d}"
        old = (*pattern.names, pattern.number, pattern.phone)
        new = (*self.names, self.number, self.phone)
        self.words: Swaps = [(a.encode(), b.encode()) for a, b in zip(old, new, strict=True) if a]

    def rows(self) -> Iterator[Row]:
        """In an order of its own; `HOLES` says which table comes first."""
        evidence: dict[bytes, bytes] = {}
        for one in self.pattern.submissions:
            yield self._submission(one, evidence)
        head = GENESIS.hash
        for event in self.pattern.events:
            head, row = self._event(event, head, evidence)
            yield row
        yield "instance", self.pattern.instance, (self.id, self.number or None, *self._sealed(), head)
        key = self.wrapped
        yield "data_key", KEY_ROW, (self.id, key.id, key.kek_id, key.wrapped)
        for table, plain in self.pattern.rows.items():
            yield from ((table, one, self._own(table)) for one in plain)
        for kind, token in self._tokens():
            yield "search_token", NO_MORE, (uuid4(), self.id, kind, token)

    def _own(self, table: str) -> tuple[str, ...]:
        return (new_id(), self.id) if "id" in HOLES[table] else (self.id,)

    def _submission(self, one: SubmissionPattern, evidence: dict[bytes, bytes]) -> Row:
        id_, salted, made = uuid4(), one.salted, one.digest
        if one.worded:
            salted = salted[:SALT_BYTES] + swapped(salted[SALT_BYTES:], self.words)
            made = digest(SM3, salted).hex()
        evidence[one.evidence] = f"{id_}:{made}".encode()
        sealed = self.vault.seal(self.key, salted, bind("submission.answers", str(id_)))
        return "submission", one.row, (id_, self.id, sealed, made, self.key.id)

    def _event(self, event: EventPattern, head: str, evidence: Mapping[bytes, bytes]) -> tuple[str, Row]:
        body, plain = event.made(self.id.encode(), head.encode(), self.words, evidence)
        sealed = seal_plain(self.vault, self.key, plain, log=self.pattern.log, case=self.id, seq=event.entry.seq)
        made = event_hash(body)
        mark = dedupe_mark(self.id, event.dedupe)
        return made, ("history_event", event.row, (self.id, made, body, self.key.id, sealed, mark))

    def _sealed(self) -> tuple[bytes | None, bytes | None]:
        """Subject and state."""
        subject, state = self.pattern.subject, self.pattern.state
        return (
            subject and self._seal("instance.subject", swapped(subject, self.words)),
            state and self._seal("instance.state", framed(swapped(state, self.words))),
        )

    def _seal(self, place: str, plain: bytes) -> bytes:
        return self.vault.seal(self.key, plain, bind(place, self.id))

    def _tokens(self) -> set[tuple[str, str]]:
        found = {one for name in self.names for one in _named(self.vault, name)}
        return found | set(subject_tokens(index=self.vault.blind_index, phones=[self.phone] if self.phone else []))


@lru_cache(NAMES_KEPT)
def _named(vault: Vault, name: str) -> tuple[tuple[str, str], ...]:
    return tuple(subject_tokens(index=vault.blind_index, names=[name]))


def _without(row: Mapping[str, Any], table: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in HOLES[table]}
