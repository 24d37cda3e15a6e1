"""A county office with everything an attacker could name: cases, tasks, a file, a letter, a call, a 代理, a search."""

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask, request_finished
from sqlalchemy import event, select

from app import clock
from app.catalogue.bundle import Bundle
from app.catalogue.publish import publish
from app.db import db, in_transaction
from app.documents.models import Letter
from app.dossiers.models import Submission
from app.identity.demo import demo_people
from app.identity.models import Delegation, RoleGrant
from app.instances.models import Call
from tests.conftest import PASSWORD, application_on, at_rest, let_go
from tests.doors import Browser, Program
from tests.doors.house import FILE_REQUEST, assessed_case, audited, open_tasks, publish_both, start, stopped
from tests.jobs.office import CRIME

MORNING = datetime(2026, 3, 2, 1, tzinfo=UTC)
"""09:00 in China."""
PNG = (Path(__file__).parents[1] / "doors" / "dot.png").read_bytes()
PARTY = "闭月英"
"""Whom the case of adoption is about: a name that stands nowhere else."""


@dataclass
class Scene:
    """`ids` fill the addresses of a route, by the name of the argument."""

    app: Flask
    ids: dict[str, str]
    _browsers: dict[str, Browser]
    _programs: dict[str, Program]

    def page(self, login: str) -> Browser:
        if login not in self._browsers:
            self._browsers[login] = Browser(self.app, login, PASSWORD)
        return self._browsers[login]

    def api(self, login: str) -> Program:
        if login not in self._programs:
            self._programs[login] = Program(self.app, login)
        return self._programs[login]

    def sign_in_again(self, login: str) -> None:
        """With the powers of now: a token holds those of the day it was made."""
        self._browsers.pop(login, None)
        self._programs.pop(login, None)

    def end_roles(self, login: str) -> None:
        """The person has left the office; the account is still open."""
        with self.app.app_context():
            rows = db.session.query(RoleGrant).filter_by(person_id=demo_people()[login].id)
            rows.update({"valid_to": datetime(2026, 3, 1, tzinfo=UTC).date()})
            db.session.commit()

    def grant(self, login: str, role: str, division: str = "450123") -> None:
        people, since = demo_people(), datetime(2026, 1, 1, tzinfo=UTC)
        row = RoleGrant(
            person_id=people[login].id, role=role, division=division, valid_from=since.date(),
            granted_by=people["weiyiming"].id, granted_at=since, approved_by=people["luzhian"].id, approved_at=since,
        )  # fmt: skip
        with self.app.app_context():
            in_transaction(lambda: db.session.add(row))
        self.sign_in_again(login)


def put(app: Flask, bundle: Bundle) -> None:
    """Publish."""
    with app.app_context():
        in_transaction(lambda: publish(db.session(), bundle, by="test", now=MORNING))


@pytest.fixture(autouse=True)
def morning() -> None:
    clock.set_source(lambda: MORNING)


@pytest.fixture(scope="session")
def with_house(template: str, new_database: Callable[[str | None], str]) -> str:
    """A database with the ten-step file, `doors_check` and a procedure that asks the police."""
    clock.set_source(lambda: MORNING)
    app = application_on(new_database(template))
    furnished(app)
    at_rest(app)
    return str(app.config["SQLALCHEMY_DATABASE_URI"])


@pytest.fixture(scope="session")
def with_scene(with_house: str, new_database: Callable[[str | None], str]) -> tuple[str, dict[str, str]]:
    """The same with `scene` in it, and the ids of what is there."""
    clock.set_source(lambda: MORNING)
    app = application_on(new_database(with_house))
    ids = made_in(app).ids
    at_rest(app)
    return str(app.config["SQLALCHEMY_DATABASE_URI"]), ids


@pytest.fixture
def beginning(request: pytest.FixtureRequest) -> str:
    if "scene" in request.fixturenames:
        return str(request.getfixturevalue("with_scene")[0])
    return str(request.getfixturevalue("with_house" if "house" in request.fixturenames else "template"))


@pytest.fixture
def house(application: Flask) -> Flask:
    """The application with the ten-step file, `doors_check` and a procedure that asks the police."""
    return application


def furnished(app: Flask) -> Flask:
    publish_both(app)
    put(app, CRIME)
    return app


@pytest.fixture
def scene(house: Flask, with_scene: tuple[str, dict[str, str]]) -> Scene:
    """李桂芳 (450123) has begun a case of each kind; nobody of 450124 has anything to do with them."""
    return Scene(house, dict(with_scene[1]), {}, {})


@pytest.fixture(scope="module")
def calm(with_scene: tuple[str, dict[str, str]], new_database: Callable[[str | None], str]) -> Iterator[Scene]:
    """The same, shared by the stories of a file that end with a no: none of them leaves anything to the next."""
    clock.set_source(lambda: MORNING)
    app = application_on(new_database(with_scene[0]))
    yield Scene(app, dict(with_scene[1]), {}, {})
    let_go(app)


def made_in(house: Flask) -> Scene:
    made = Scene(house, {}, {}, {})
    li, browser = made.api("liguifang"), made.page("liguifang")
    case, called = assessed_case(li), start(li, "crime")["id"]
    paper = li.send("/documents", {"file": (io.BytesIO(PNG), "户口簿.png"), "instance": case}, "multipart/form-data")
    delegation = {"person": "nongxiaolan", "reason": "休假", "from_day": "2026-03-20", "to_day": "2026-03-21"}
    browser.get("/delegations")
    assert browser.post("/delegations", **delegation).status_code == 303
    search = browser.post("/cases/search", q="000001").headers["Location"].rpartition("=")[2]
    made.ids = {
        "instance_id": case,
        "task_id": open_tasks(li, case)["入户走访"],
        "document_id": paper.json["id"],
        "search": search,
        "called": called,
        "name": "withdraw",
    }
    with house.app_context():
        made.ids["letter_id"] = str(db.session.scalar(select(Letter.id)))
        made.ids["paper_id"] = str(db.session.scalar(select(Submission.id).where(Submission.case == case).limit(1)))
        made.ids["call_id"] = str(db.session.scalar(select(Call.id)))
        made.ids["delegation_id"] = str(db.session.scalar(select(Delegation.id)))
    made.ids |= stopped(house, case)
    made.ids |= audited(house, case)
    ten = start(li, "bench_approval_10")["id"]
    request = made.api("mengxiuying").post(f"/instances/{ten}/file-requests", FILE_REQUEST)
    made.ids["request_id"] = request.json["id"]
    run = made.api("mohaiyan").post("/audit/analyses", {"since": "2026-03-01", "until": "2026-03-02"})
    made.ids["run_id"] = run.json["id"]
    made.ids["seq"] = made.ids["version"] = "1"
    return made


@pytest.fixture
def statements() -> Iterator[Callable[[Flask], "Counter"]]:
    with ExitStack() as opened:
        yield lambda app: opened.enter_context(watched(app))


@contextmanager
def watched(app: Flask) -> Iterator["Counter"]:
    counter = Counter()
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", counter.one)
    yield counter
    event.remove(engine, "before_cursor_execute", counter.one)


class Counter:
    """How many SQL statements ran while it was watched: what an answer costs, without a clock."""

    def __init__(self) -> None:
        self.count = 0

    def one(self, *_: object) -> None:
        self.count += 1

    def of(self, act: Callable[[], object]) -> int:
        """Up to the last answer: what is written down behind it costs whoever asked no time."""
        before, seen = self.count, []

        def answered(*_args: object, **_more: object) -> None:
            seen.append(self.count - before)

        with request_finished.connected_to(answered):
            act()
        return seen[-1]


@pytest.fixture
def rows_of(house: Flask) -> Iterator[Callable[[type], list]]:
    """Every row of a table as it stands now."""

    def read(model: type) -> list:
        with house.app_context():
            return list(db.session.scalars(select(model)))

    yield read
