"""The same stories through the shell: the acts, both databases, a worker, and forms filled in as at the page.

A `Bureau` is told like a `Story`, so every step of `adoption/steps.py` can be walked through either.
"""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self

from flask import Flask

from app.clock import SHANGHAI, legal_day
from app.connectors.ask import Connectors
from app.connectors.faking import OK
from app.db import db
from app.documents.inspect import inspect
from app.documents.models import Letter
from app.documents.record_letter import paragraphs_of
from app.engine import open_keys
from app.identity.actor import Actor
from app.instances.answer_call_by_hand import answer_call_by_hand, read_call
from app.instances.answers import Asked, asked_of, message_asked
from app.instances.case import Case, lock_case
from app.instances.case_files import receive_file
from app.instances.complete_task import complete_task
from app.instances.models import Call, Instance, Task, Wait
from app.instances.send_message import send_message
from tests.cast import LI_GUIFANG, NONG_XIAOLAN, actor
from tests.jobs.office import Office
from tests.scenarios.filling import fill

SCAN = (Path(__file__).parent.parent / "doors" / "dot.png").read_bytes()
JUDGED = inspect(SCAN, "扫描件.png")
OPEN = ("waiting", "unknown", "failed")


class Bureau(Office):
    """One case of one process, walked by the cast on chosen days."""

    def __init__(self, application: Flask, key: str, day: str = "2026-03-02") -> None:
        super().__init__(application)
        self.key, self.case, self.sent = key, "", 0
        self._departments: Connectors | None = None
        self.now = _morning(date.fromisoformat(day))

    # as a story

    @property
    def day(self) -> date:
        return legal_day(self.now)

    def starts(self, by: str = LI_GUIFANG) -> Self:
        self.case = self.begin(self.key, by)
        return self

    def on(self, day: str | date) -> Self:
        """The worker turns on that morning: timers fall due, departments are asked."""
        self.now = _morning(date.fromisoformat(day) if isinstance(day, str) else day)
        self.turn()
        return self

    def completes(self, name: str, by: str, item: str | None = None, **said: Any) -> Self:
        self.later(minutes=1)
        person, row = actor(by), self._task(name, item)
        answers = self._filled(lambda case: asked_of(case, row, person), said, person, row.id)
        self.act(lambda: complete_task(db.session(), self.around, row.id, by=person, answers=answers, now=self.now))
        return self

    def says(self, title: str, by: str, **said: Any) -> Self:
        self.later(minutes=1)
        person, name = actor(by), self._message(title)
        use = self.read(lambda case: case.published.message_use(name))
        answers = self._filled(lambda case: message_asked(case, use.form, person), said, person)
        self.sent += 1
        self.act(lambda: send_message(db.session(), self.around, self.case, name, by=person, answers=answers,
                                      dedupe=f"story:{self.sent}", now=self.now))  # fmt: skip
        return self

    def all_answer(self, **_: Any) -> Self:
        """The departments answer as their fakes are told to."""
        self.turn()
        assert self.calls == [], f"no answer to {self.calls}"
        return self

    def answers_by_hand(self, name: str, by: str = NONG_XIAOLAN, **said: Any) -> Self:
        call, person = next(c for c in self.open_calls() if c.name == name), actor(by)

        def asked(_: Case) -> Asked:
            return read_call(db.session(), self.around, call.id, by=person, now=self.now)[2]

        answers = self._filled(asked, said, person)
        self.act(lambda: answer_call_by_hand(db.session(), self.around, call.id, by=person, answers=answers,
                                             now=self.now))  # fmt: skip
        return self

    # what a story looks at

    @property
    def facts(self) -> dict[str, Any]:
        return self.read(lambda case: dict(open_keys(case.published.definition, case.state).facts))

    @property
    def tasks(self) -> list[str]:
        mine = [one for one in self.rows(Task) if one.instance_id == self.case and one.status == "open"]
        return sorted({one.name for one in mine})

    @property
    def calls(self) -> list[str]:
        return sorted(call.name for call in self.open_calls())

    def open_calls(self) -> list[Call]:
        return [one for one in self.rows(Call) if one.instance_id == self.case and one.status in OPEN]

    def waits_for(self, title: str) -> bool:
        name = self._message(title)
        return any(one.instance_id == self.case and one.message == name for one in self.rows(Wait))

    @property
    def row(self) -> Instance:
        return self.instance(self.case)

    def letter(self, code: str) -> str:
        """The text of the newest letter of that kind."""

        def text(case: Case) -> str:
            letters = case.session.query(Letter).filter_by(case=self.case, code=code).order_by(Letter.made_at)
            return "\n".join(paragraphs_of(letters.all()[-1], sealer=case.sealer))

        return self.read(text)

    def letters(self) -> dict[str, str]:
        """Number by kind, of the letters made so far."""
        return {one.code: one.number or "" for one in self.rows(Letter) if one.case == self.case}

    def referrals(self) -> list[tuple[str, str]]:
        """What was handed on, once the worker has been round: open task and role of each 线索移送 case."""
        self.turn()
        cases = {one.id for one in self.rows(Instance) if one.process == "referral"}
        return sorted((one.name, one.role) for one in self.rows(Task) if one.instance_id in cases)

    def read(self, look: Any) -> Any:
        """What `look` finds in the case as it stands."""
        with self.context():
            try:
                return look(lock_case(db.session(), self.around, self.case, now=self.now))
            finally:
                db.session.rollback()

    def facts_of(self, instance_id: str) -> dict[str, Any]:
        """The facts of another case, one that this one began."""
        with self.context():
            case = lock_case(db.session(), self.around, instance_id, now=self.now)
            db.session.rollback()
            return dict(case.known_facts())

    def all_departments(self, mode: str = OK) -> Self:
        self.fakes |= {f"CONNECTOR_FAKE_{name}": mode for name in ("POLICE", "HEALTH", "MARRIAGE", "REGISTRY",
                                                                   "VILLAGE", "COURT")}  # fmt: skip
        return self

    # how it is done

    def neighbours(self) -> Connectors:
        """The same departments at every turn: one that was late the first time remembers the question."""
        self._departments = self._departments or super().neighbours()
        return self._departments

    def _filled(self, asks: Any, said: Mapping[str, Any], person: Actor, task: str | None = None) -> dict[str, Any]:
        paper = self.act(lambda: receive_file(db.session(), self.around, self.case, SCAN, JUDGED, by=person,
                                              now=self.now, task_id=task))  # fmt: skip

        def filled(case: Case) -> dict[str, Any]:
            asked = asks(case)
            return fill(asked.form.form, said, at=case.at, facts=asked.facts, paper=lambda field: paper,
                        candidates=asked.context["candidates"], previous=asked.context["previous"])  # fmt: skip

        return self.read(filled)

    def _task(self, name: str, item: str | None) -> Task:
        open_ones = [one for one in self.rows(Task) if one.instance_id == self.case and one.status == "open"]
        found = [one for one in open_ones if one.name == name and item in (None, one.item)]
        assert found, f"{name} is not open on {self.day}; open: {self.tasks}"
        return found[0]

    def _message(self, title: str) -> str:
        uses = self.read(lambda case: case.published.settings.messages)
        return next(name for name, use in uses.items() if use.title == title)


def _morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI)
