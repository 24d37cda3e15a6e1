"""On PostgreSQL the application comes in with a role that owns nothing: all work is done with it, and with it nobody can
change the record (proof §2.8)."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from app import clock, settings
from app.cli.demo_cases import tell_all
from app.cli.demo_cases.stories import stories
from app.cli.duties import duties
from app.connectors.ask import faked
from app.db import db, in_transaction
from app.history.guards import UNDO
from app.history.small_role import ONLY_ADDED, grants, too_much
from app.instances.models import Instance
from app.jobs.loop import Loop
from app.wiring import create_app
from tests.acts.conftest import MONDAY, Office
from tests.acts.test_take_away import AUDITOR, WHY, exports, run
from tests.conftest import application_on, let_go
from tests.faults.live import PATIENCE, ROOT, environ, until, worker
from tests.settings.test_starting import KEYS
from tests.small_role import granted, new_role, statement

LATER = datetime(2026, 11, 26, 6, 30, tzinfo=UTC)
pytestmark = pytest.mark.parametrize("dialect", ["postgresql"], indirect=True, scope="session")


@pytest.fixture
def owner_url(beginning: str, new_database: Callable[[str | None], str]) -> str:
    return new_database(beginning)


@pytest.fixture
def role(owner_url: str) -> Iterator[str]:
    with new_role(owner_url) as name:
        yield name


@pytest.fixture
def owners(owner_url: str) -> Iterator[Flask]:
    """The application with the role of the tables' owner, as an operator migrates."""
    app = application_on(owner_url)
    yield app
    let_go(app)


@pytest.fixture
def application(owner_url: str, role: str) -> Iterator[Flask]:
    app = application_on(granted(owner_url, role))
    yield app
    let_go(app)


def test_a_case_is_worked_sealed_looked_at_taken_away_and_proved(office: Office, tmp_path: Path) -> None:
    office.reviewed()
    assert office.page("zhoumin").get(f"/cases/{office.case}").status_code == 404  # and the attempt is written down
    mo = office.page(AUDITOR)
    mo.post(f"/cases/{office.case}/purpose", reason=WHY)
    assert mo.get(f"/cases/{office.case}/replay").status_code == 200
    clock.set_source(lambda: MONDAY + timedelta(minutes=20))
    with office.app.app_context():
        Loop(duties(office.app.extensions["banyan"], faked({}, moment=0))).run_until_idle()
        db.session.remove()
    run(office, "history", "checkpoint", "--to", str(tmp_path / "checkpoint.json"))
    taken = str(tmp_path / "case.zip")
    run(office, "history", "export", office.case, "--to", taken, "--by", AUDITOR, "--purpose", WHY)
    assert [fields for _, fields, _ in exports(office)] == ["export:redacted"]
    run(office, "audit", "analyse", "--by", AUDITOR, "--since", "2026-11-01", "--until", "2026-11-30")
    assert "全部一致" in run(office, "history", "verify") and "全部一致" in run(office, "history", "replay")
    assert "不能改写记录" in run(office, "database", "check")


def test_an_adoption_goes_from_application_to_archive_and_is_destroyed_by_law(application: Flask) -> None:
    told = Path(__file__).parents[1] / "browser" / "returned.toml"
    command = application.test_cli_runner()
    with application.app_context():
        assert tell_all(application.extensions["banyan"], LATER, stories(told)) > 30
        case = db.session.scalars(select(Instance.id)).one()
        db.session.remove()
    clock.set_source(lambda: LATER)
    erased = command.invoke(args=["instances", "erase", case, "--by", "weiyiming", "--approver", "huangjianguo",
                                  "--ground", "档案保管期限届满", "--yes"])  # fmt: skip
    assert erased.exit_code == 0, erased.output
    for words in (["history", "seal"], ["history", "verify"], ["instances", "check"]):
        said = command.invoke(args=words)
        assert said.exit_code == 0, said.output


FORBIDDEN = (
    *(f"UPDATE {table} SET {column} = {column}" for table, column in
      (("history_event", "seq"), ("log_leaf", "number"), ("log_checkpoint", "size"), ("submission", "id"),
       ("access_look", "id"), ("refused_attempt", "number"), ("time_stamp", "number"))),
    *(f"DELETE FROM {table}" for table in sorted(ONLY_ADDED)),
    *(f"TRUNCATE {table}" for table in sorted(ONLY_ADDED)),
    "TRUNCATE instance CASCADE",
    "ALTER TABLE history_event DISABLE TRIGGER ALL",
    "DROP TABLE log_leaf",
    "CREATE TABLE mine (id int)",
    "SET session_replication_role = replica",
    "UPDATE alembic_version SET version_num = '0001'",
    *UNDO["postgresql"],
)  # fmt: skip


def test_the_database_gives_the_role_no_way_to_change_the_record(application: Flask) -> None:
    with application.app_context():
        for one in FORBIDDEN:
            with pytest.raises(ProgrammingError) as refused, db.engine.begin() as connection:
                connection.execute(text(one))
            assert refused.value.orig is not None and refused.value.orig.sqlstate == "42501", one  # type: ignore[attr-defined]


def test_in_production_nothing_is_served_with_a_role_that_owns_the_tables(
    migrated: str, new_database: Callable[[str | None], str], role: str
) -> None:
    """On an empty database, which any key fits."""
    url = new_database(migrated)
    served = []
    for address in (url, granted(url, role)):
        app = create_app(settings.read({"BANYAN_MODE": "production", "DATABASE_URL": address, **KEYS}))
        answer = app.test_client().get("/sign-in", base_url="https://localhost")
        begun = app.test_cli_runner().invoke(args=["worker", "--once"])
        what = "flask database grant"
        served.append((answer.status_code, what in answer.text, what in begun.output, begun.exit_code))
        let_go(app)
    statement(url, f"DROP OWNED BY {role}")
    assert served == [(503, True, True, 1), (200, False, False, 0)]


def test_a_worker_in_production_carries_errands_and_makes_no_tables(
    migrated: str, new_database: Callable[[str | None], str], role: str
) -> None:
    url = new_database(migrated)
    small = granted(url, role)
    production = {"BANYAN_MODE": "production", **KEYS}
    with worker(small, **production):
        until(lambda: beats(url) == 1)
    for taken_away in (f"REVOKE ALL ON SCHEMA dbos FROM {role}", "DROP SCHEMA dbos CASCADE"):
        statement(url, taken_away)
        said = subprocess.run(
            [sys.executable, "-m", "flask", "worker"],
            cwd=ROOT, env=environ(small, **production), capture_output=True, text=True, timeout=PATIENCE,
        )  # fmt: skip
        assert said.returncode == 1 and "请由表的所有者运行 flask database grant" in said.stderr, said.stderr
    statement(url, f"DROP OWNED BY {role}")


def beats(url: str) -> int:
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql")) as owner:
        return int(owner.execute("SELECT count(*) FROM worker").fetchall()[0][0])


def test_what_cannot_be_granted_is_said(owners: Flask, owner_url: str, role: str) -> None:
    command = owners.test_cli_runner()
    assert "没有用户 nobody" in command.invoke(args=["database", "grant", "nobody"]).output
    statement(owner_url, f"CREATE TABLE own_{role} (id int)", f"ALTER TABLE own_{role} OWNER TO {role}")
    assert "拥有 1 张表" in command.invoke(args=["database", "grant", role]).output
    statement(owner_url, f"DROP TABLE own_{role}")


def test_one_right_too_many_is_found(owners: Flask, application: Flask, owner_url: str, role: str) -> None:
    with application.app_context():
        assert too_much(db.session()) == []
        db.session.remove()
    statement(owner_url, f"GRANT UPDATE ON log_leaf, access_look TO {role}")
    found = application.test_cli_runner().invoke(args=["database", "check"])
    assert found.exit_code == 1 and "可以改删 access_look、log_leaf" in found.output
    with owners.app_context():
        in_transaction(lambda: [db.session.execute(text(one)) for one in grants(db.session(), role)])
    with application.app_context():
        assert too_much(db.session()) == []
        db.session.remove()


def test_a_name_that_is_no_plain_word_is_quoted(owners: Flask) -> None:
    refused = owners.test_cli_runner().invoke(args=["database", "grant", 'x"; DROP TABLE instance; --'])
    assert refused.exit_code == 1 and "没有用户" in refused.output
