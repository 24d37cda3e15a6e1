"""隆安县 with its people at both doors, and what must hold of every case afterwards."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import select

from app import clock
from app.db import db
from app.history.read import read_events
from app.history.verify import verify_all
from app.identity.demo import demo_people
from app.instances.check import check_case
from app.instances.heads import recorded_heads
from app.instances.models import Instance, Task
from app.replay.reexecute import reexecute_all
from tests.doors import Browser, Program

NAMES = {login: person.name for login, person in demo_people().items()}
AGREE = {"decision": "agree", "opinion": "同意"}


def login_of(person_id: str | None) -> str:
    return next(login for login, one in demo_people().items() if str(one.id) == person_id)


class Town:
    """Each person is signed in once at each door."""

    def __init__(self, app: Flask, browser: Callable[[str], Browser], program: Callable[[str], Program]) -> None:
        self.app, self._browser, self._program = app, browser, program
        self._pages: dict[str, Browser] = {}
        self._programs: dict[str, Program] = {}

    def page(self, login: str) -> Browser:
        if login not in self._pages:
            self._pages[login] = self._browser(login)
        return self._pages[login]

    def api(self, login: str) -> Program:
        if login not in self._programs:
            self._programs[login] = self._program(login)
        return self._programs[login]

    def start(self, process: str, by: str = "liguifang") -> str:
        answer = self.api(by).post("/instances", {"process": process})
        assert answer.status_code == 201, answer.text
        return str(answer.json["id"])

    def tasks(self, case: str) -> dict[str, str]:
        """Id by name of the open tasks."""
        return {one["name"]: one["id"] for one in self.api("liguifang").get(f"/instances/{case}").json["tasks"]}

    def complete(self, task: str, by: str, answers: dict[str, Any] | None = None) -> None:
        answer = self.api(by).post(f"/tasks/{task}/complete", {"answers": AGREE if answers is None else answers})
        assert answer.status_code == 200, answer.text

    def kinds(self, case: str) -> list[str]:
        return [one.kind for one in self.events(case)]

    def events(self, case: str) -> list[Any]:
        with self.app.app_context():
            return read_events(db.session(), self.app.extensions["banyan"].vault, case)

    def row(self, task: str) -> Task:
        with self.app.app_context():
            return db.session.get_one(Task, task)

    def nothing_is_wrong(self) -> None:
        nothing_is_wrong(self.app)


def nothing_is_wrong(app: Flask) -> None:
    """Chains hold, every case re-executes to the same marking, and the rows are what the states hold open."""
    around = app.extensions["banyan"]
    with app.app_context():
        session = db.session()
        report = verify_all(session, vault=around.vault, log=around.log, heads=recorded_heads(session))
        assert report.holds, [one.sentence for one in report.broken]
        again = list(reexecute_all(session, around.vault))
        assert again and not [one for one in again if not one.same]
        rows = session.scalars(select(Instance)).all()
        assert not [found for row in rows for found in check_case(session, around, row, now=clock.now())]
        db.session.remove()
