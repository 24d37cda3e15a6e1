"""One case of a small procedure, and the people who work on it, at both doors."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask

from app import clock
from app.db import db, in_transaction
from app.history.read import RecordedEvent, read_events
from app.history.verify import verify_all
from app.identity.demo import demo_people
from app.identity.models import RoleGrant
from app.instances.heads import recorded_heads
from app.replay.reexecute import reexecute_all
from tests.acts.procedure import published_care
from tests.conftest import furnished
from tests.doors import Browser, Program

MONDAY = datetime(2026, 11, 23, 1, tzinfo=UTC)
"""09:00 in China."""
PEOPLE = demo_people()
INTAKE = {"party": "黄某夫妇", "kind": "usual"}
AGREE = {"decision": "agree", "opinion": "同意"}


class Office:
    """A case and whoever works on it. Each person is signed in once, at each door."""

    def __init__(self, app: Flask, browser: Callable[[str], Browser], program: Callable[[str], Program]) -> None:
        self.app, self._browser, self._program = app, browser, program
        self._at_pages: dict[str, Browser] = {}
        self._at_api: dict[str, Program] = {}
        self.case = ""

    def page(self, login: str) -> Browser:
        if login not in self._at_pages:
            self._at_pages[login] = self._browser(login)
        return self._at_pages[login]

    def api(self, login: str) -> Program:
        if login not in self._at_api:
            self._at_api[login] = self._program(login)
        return self._at_api[login]

    def sign_in_again(self, login: str) -> None:
        """With the powers of now: a token holds those of the day it was made."""
        self._at_api.pop(login, None)
        self._at_pages.pop(login, None)

    def start(self, by: str = "liguifang") -> str:
        answer = self.api(by).post("/instances", {"process": "care"})
        assert answer.status_code == 201, answer.text
        self.case = answer.json["id"]
        return self.case

    def task(self, name: str) -> dict[str, Any]:
        """The open task of this name."""
        shown = self.api("liguifang").get(f"/instances/{self.case}").json["tasks"]
        return next(task for task in shown if task["name"] == name)

    def open(self) -> list[str]:
        return sorted(task["name"] for task in self.api("liguifang").get(f"/instances/{self.case}").json["tasks"])

    def complete(self, name: str, by: str, answers: dict[str, Any] | None = None) -> str:
        task = self.task(name)["id"]
        answer = self.api(by).post(f"/tasks/{task}/complete", {"answers": AGREE if answers is None else answers})
        assert answer.status_code == 200, answer.text
        return str(task)

    def complete_at_page(self, name: str, by: str, answers: dict[str, str] | None = None) -> int:
        """As `complete`, at the pages: a token never carries the powers of a stand-in. Gives the status."""
        task, page = self.task(name)["id"], self.page(by)
        claimed = page.post(f"/tasks/{task}/claim")
        if claimed.status_code != 303:
            return claimed.status_code
        page.get(f"/tasks/{task}")
        return page.post(f"/tasks/{task}/complete", **(AGREE if answers is None else answers)).status_code

    def received(self) -> str:
        """A case whose intake is done; gives the id of that task."""
        self.start()
        return self.complete("受理", "liguifang", INTAKE)

    def reviewed(self) -> str:
        self.received()
        return self.complete("审查", "nongxiaolan")

    def events(self, kind: str | None = None) -> list[RecordedEvent]:
        with self.app.app_context():
            found = read_events(db.session(), self.app.extensions["banyan"].vault, self.case)
        return [event for event in found if kind in (None, event.kind)]

    def last(self, kind: str) -> dict[str, Any]:
        return dict(self.events(kind)[-1].fields or {})

    def record_holds(self) -> None:
        around = self.app.extensions["banyan"]
        with self.app.app_context():
            report = verify_all(db.session(), vault=around.vault, log=around.log, heads=recorded_heads(db.session()))
            again = list(reexecute_all(db.session(), around.vault))
        assert report.holds
        assert again and all(one.same for one in again), [one for one in again if not one.same]


def person(login: str) -> str:
    return str(PEOPLE[login].id)


def grant(office: Office, login: str, role: str) -> None:
    """A further post in the county, approved."""
    row = RoleGrant(
        person_id=PEOPLE[login].id,
        role=role,
        division="450123",
        valid_from=date(2026, 1, 1),
        granted_by=PEOPLE["weiyiming"].id,
        granted_at=MONDAY,
        approved_by=PEOPLE["luzhian"].id,
        approved_at=MONDAY,
    )
    with office.app.app_context():
        in_transaction(lambda: db.session.add(row))
    office.sign_in_again(login)


@pytest.fixture(scope="session")
def with_care(template: str, new_database: Callable[[str | None], str]) -> str:
    """A database with the small procedure in force since Monday."""
    return furnished(new_database(template), MONDAY, published_care)


@pytest.fixture
def beginning(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue("with_care" if "office" in request.fixturenames else "template"))


@pytest.fixture
def office(
    application: Flask, browser_of: Callable[[str], Browser], program_of: Callable[[str], Program]
) -> Iterator[Office]:
    clock.set_source(lambda: MONDAY)
    office = Office(application, browser_of, program_of)
    yield office
    if office.case:
        office.record_holds()
