"""Publishing by command: at once where four eyes are off; else a policy officer brings it and another one approves."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text

from app import clock, settings
from app.catalogue.bundle import read_folder
from app.catalogue.models import Definition
from app.catalogue.publish import publish as put_in
from app.catalogue.published import compile_bundle
from app.db import db
from app.engine import Sources, definitions, lint
from app.engine.diagram import Diagram
from app.engine.model import Finding
from app.identity.demo import demo_people
from app.wiring import create_app
from tests.cast import LI_GUIFANG, LIANG_XIAODONG
from tests.doors.house import LANED, laned_bundle

ROOT = Path(__file__).parents[2]
SECOND = "liyuqing"


@pytest.fixture
def guarded(template: str, new_database: Callable[[str | None], str]) -> Iterator[Flask]:
    """The application where four eyes are on."""
    environ = {"BANYAN_MODE": "test", "DATABASE_URL": new_database(template), "FOUR_EYES": "on"}
    app = create_app(settings.read(environ))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """The procedure of passing on, with another title."""
    for folder in ("workflows", "forms"):
        shutil.copytree(ROOT / folder / "referral", tmp_path / folder / "referral")
    file = tmp_path / "workflows/referral/process.toml"
    file.write_text(file.read_text("utf-8").replace('title = "', 'title = "新', 1), "utf-8")
    return file.parent


def publish(app: Flask, folder: Path, *words: str) -> tuple[int, str]:
    answer = app.test_cli_runner().invoke(args=["process", "publish", str(folder), *words])
    return answer.exit_code, answer.output


def versions(app: Flask) -> list[Definition]:
    with app.app_context():
        return list(db.session.query(Definition).filter_by(key="referral").order_by(Definition.version))


def test_where_four_eyes_are_off_one_person_is_enough(application: Flask, changed: Path) -> None:
    code, said = publish(application, changed)
    assert code == 0 and "第 2 版" in said
    assert [one.version for one in versions(application)] == [1, 2]


def test_two_policy_officers_publish_and_both_are_kept(guarded: Flask, changed: Path) -> None:
    code, said = publish(guarded, changed, "--by", LIANG_XIAODONG, "--approver", SECOND)
    assert code == 0, said
    newest = versions(guarded)[-1]
    people = demo_people()
    assert (newest.published_by, newest.approved_by) == (str(people[LIANG_XIAODONG].id), str(people[SECOND].id))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "请用 --by 写明起草人"),
        (("--by", LIANG_XIAODONG), "--approver"),
        (("--by", LIANG_XIAODONG, "--approver", LIANG_XIAODONG), "不能是同一个人"),
        (("--by", LIANG_XIAODONG, "--approver", LI_GUIFANG), "李桂芳不是政策岗"),
        (("--by", "weiyiming", "--approver", SECOND), "韦一鸣不是政策岗"),
    ],
)
def test_anything_less_publishes_nothing(guarded: Flask, changed: Path, words: tuple[str, ...], sentence: str) -> None:
    code, said = publish(guarded, changed, *words)
    assert code != 0 and sentence in said
    assert len(versions(guarded)) == 1


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_compiling_may_take_longer_than_a_transaction_may_stand_still(application: Flask, changed: Path) -> None:
    """PostgreSQL ends those that do. It holds for the one transaction that publishes."""
    still = text("SHOW idle_in_transaction_session_timeout")
    with application.app_context():
        session = db.session()
        put_in(session, read_folder(changed.parent, ROOT / "forms", "referral"), by="test", now=clock.now())
        assert session.scalar(still) == "5min"
        session.rollback()
        assert session.scalar(still) == "10s"


def test_a_bundle_is_linted_once_and_its_warnings_are_those(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    linted = definitions.lint_diagram

    def counted(diagram: Diagram, sources: Sources) -> tuple[Finding, ...]:
        seen.append(sources)
        return linted(diagram, sources)

    monkeypatch.setattr(definitions, "lint_diagram", counted)
    found = compile_bundle(laned_bundle(f"{LANED}<!-- {uuid4()}: not in the cache -->"))
    assert len(seen) == 1 and found.warnings == lint(seen[0])
