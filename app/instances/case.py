"""One locked instance inside the running transaction: what the acts of this room work on.

Lock order: instance → its rows → dossier → number series (architecture §6). Nothing here commits.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

import orjson
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app import clock
from app.calendar.working_days import WorkingDays
from app.catalogue.published import Published, published
from app.dossiers.read import answers_of, latest_submission
from app.engine import facts_of
from app.engine.model import FactValue
from app.errors import Refusal, not_found
from app.history.data_keys import WHOLE_CASE, unwrap
from app.history.models import StoredKey
from app.identity.division_lookup import division_name, known_division
from app.identity.divisions import county
from app.instances.in_force import IN_FORCE, InForce, in_force
from app.instances.models import Instance, Task
from app.instances.surroundings import Surroundings
from app.load_rows import LoadRows
from app.parameters.register import Register
from app.vault import DataKey, bind
from app.vault.sealer import KeySealer


@dataclass
class Case:
    """`at` is the command's instant: never before the last event of the case (rule 4)."""

    session: Session
    around: Surroundings
    row: Instance
    key: DataKey
    published: Published
    at: datetime
    state: bytes | None
    behind: timedelta = timedelta(0)
    """How far the clock of this machine is behind `at`."""
    facts: dict[str, FactValue] = field(default_factory=dict)
    """Facts after the last event applied in this command; empty before the first."""
    changed: set[str] = field(default_factory=set)
    """Names of facts that this command has set."""
    timers_changed: bool = False
    due_stands: bool = False
    """Whether `row.next_due` agrees with the timers, whatever this command has changed."""
    handed_out: int = 0
    """Kept messages that this command has given to waits."""
    stored_key: StoredKey | None = None
    ended: str | None = None
    _latest: dict[str, dict[str, Any]] = field(default_factory=dict)

    @cached_property
    def in_force(self) -> InForce:
        """Which registers are; set beforehand by a statement that asked it along."""
        return in_force(self.session)

    @cached_property
    def days(self) -> WorkingDays:
        newest = self.in_force.days
        with self.session.no_autoflush:  # no command on a case changes the registers
            return self.around.days(self.session, newest)

    @cached_property
    def register(self) -> Register:
        newest = self.in_force
        with self.session.no_autoflush:
            return self.around.register(self.session, self.today, newest.parameters, newest.head)

    def known_facts(self) -> dict[str, FactValue]:
        """The facts as they stand; read from the state before the first event of a command."""
        if not self.facts and self.state is not None:
            self.facts = facts_of(self.published.definition, self.state)
        return self.facts

    def standing(self) -> tuple[Any, ...]:
        """What a command has made of the case in memory, for `stand_again` after a savepoint is rolled back."""
        return self.state, dict(self.facts), set(self.changed), self.timers_changed, self.due_stands, self.ended

    def stand_again(self, standing: tuple[Any, ...]) -> None:
        self.state, self.facts, self.changed, self.timers_changed, self.due_stands, self.ended = standing

    def timers_move(self) -> None:
        """Some opened, ended or got another date: `finish` must see to `row.next_due`."""
        self.timers_changed, self.due_stands = True, False

    def has_form(self, form: str) -> bool:
        return any(name == form for _, name in self.published.forms)

    def latest(self, form: str) -> dict[str, Any]:
        """The newest answers of a form in this case, read once; empty when it was never filled in."""
        if form not in self._latest:
            found = latest_submission(self.session, self.row.id, form)
            self._latest[form] = answers_of(found, sealer=self.sealer) if found else {}
        return self._latest[form]

    def answered(self, form: str, answers: Mapping[str, Any]) -> None:
        """From now on these are the newest answers of the form."""
        self._latest[form] = dict(answers)

    def knows_division(self, code: str) -> bool:
        """Is the code in the register today (GB/T 2260)?"""
        return known_division(self.session, code, self.today)

    @cached_property
    def place(self) -> str:
        """Name of the county the case belongs to: a case of a township is decided there."""
        return division_name(self.session, county(self.row.division))

    @cached_property
    def today(self) -> date:
        return clock.legal_day(self.at)

    @cached_property
    def sealer(self) -> KeySealer:
        """What rooms below are handed to seal with."""
        return KeySealer(self.around.vault, self.key)

    def seal(self, place: str, value: bytes) -> bytes:
        """Seal for `place` ("table.column") of this case; bytes swapped between children do not open (abuse case 25)."""
        return self.around.vault.seal(self.key, value, bind(place, self.row.id))

    def unseal(self, place: str, sealed: bytes) -> bytes:
        return self.around.vault.open(self.key, sealed, bind(place, self.row.id))

    def seal_json(self, place: str, value: Any) -> bytes:
        return self.seal(place, orjson.dumps(value))

    def unseal_json(self, place: str, sealed: bytes) -> Any:
        return orjson.loads(self.unseal(place, sealed))


def lock_case(session: Session, around: Surroundings, instance_id: str, *, now: datetime) -> Case:
    """Lock the instance and open its state.

    Raises:
        Refusal: `not_found` (404).
    """
    found = BY_ID.one(session, {"id": instance_id})
    if found is None:
        raise not_found()
    row, key_row, *registers = found
    case = _open(session, around, row, key_row, now)
    case.in_force = InForce(*registers)
    return case


def lock_case_of_task(session: Session, around: Surroundings, task_id: str, *, now: datetime) -> tuple[Case, Task]:
    """The same, from a task, which is locked behind its case and so is as it stands now.

    Raises:
        Refusal: `not_found` (404).
    """
    found = OF_TASK.one(session, {"id": task_id})
    if found is None:
        raise not_found()
    row, key_row, task, *registers = found
    case = _open(session, around, row, key_row, now)
    case.in_force = InForce(*registers)
    return case, task


LOCKED = select(Instance).join(StoredKey, (StoredKey.case == Instance.id) & (StoredKey.subject == WHOLE_CASE))
BY_ID = LoadRows(
    (Instance, StoredKey), IN_FORCE, of=LOCKED.where(Instance.id == bindparam("id")).with_for_update(of=Instance)
)
OF_TASK = LoadRows(
    (Instance, StoredKey, Task),
    IN_FORCE,
    of=LOCKED.join(Task, Task.instance_id == Instance.id)
    .where(Task.id == bindparam("id"))
    .with_for_update(of=(Instance, Task)),
)
"""PostgreSQL locks the rows in the order they are named here, the case first, and reads what it had to wait for anew
(SELECT, The Locking Clause); of a task that is not locked it would show how it stood before the wait."""


def _open(session: Session, around: Surroundings, row: Instance, key_row: StoredKey, now: datetime) -> Case:
    """Raises Refusal `content_destroyed` (410): nobody can do anything with a case whose key is gone."""
    if key_row.wrapped is None:
        raise Refusal("content_destroyed", 410)
    case = Case(
        session=session,
        around=around,
        row=row,
        key=unwrap(around.vault, key_row),
        published=published(session, row.definition),
        at=max(now, row.last_at),
        behind=max(row.last_at - now, timedelta(0)),
        state=None,
        stored_key=key_row,
    )
    if row.state is not None:
        case.state = case.unseal("instance.state", row.state)
    return case
