"""Attempts that were refused are shown to the auditor at their step; they move no case, and fill no database."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from app import clock
from app.db import db, in_transaction
from app.errors import Refusal
from app.history.guards import KEPT_TABLES
from app.identity.actor import load_actor
from app.instances import refused
from app.instances.refused import Attempt, RefusedAttempt, knocks_at, record_attempt
from tests.acts.conftest import AGREE, MONDAY, Office, person
from tests.acts.test_audit import found
from tests.acts.test_replay import played  # noqa: F401 (a fixture)
from tests.doors.house import FILE_REQUEST

PNG = (Path(__file__).parent.parent / "doors" / "dot.png").read_bytes()


def rows(office: Office) -> list[tuple[str, str, str, int]]:
    with office.app.app_context():
        return [(one.person_id, one.act, one.code, one.times) for one in knocks_at(db.session(), office.case)]


def count(office: Office) -> int:
    with office.app.app_context():
        return db.session.scalar(select(func.count()).select_from(RefusedAttempt)) or 0


def test_who_has_not_the_post_is_refused_and_remembered_once_a_day_with_a_count(office: Office) -> None:
    office.received()
    task = office.task("审查")["id"]
    for _ in range(3):
        assert office.page("liguifang").post(f"/tasks/{task}/claim").status_code == 403
    assert office.api("liguifang").post(f"/tasks/{task}/complete", {"answers": AGREE}).status_code == 403
    assert rows(office) == [
        (person("liguifang"), "claim", "not_your_role", 3),
        (person("liguifang"), "complete", "not_your_role", 1),
    ]
    clock.set_source(lambda: MONDAY + timedelta(days=1))
    office.sign_in_again("liguifang")
    office.page("liguifang").post(f"/tasks/{task}/claim")
    assert [row[3] for row in rows(office)] == [3, 1, 1]


def test_the_same_person_on_both_sides_is_refused_and_the_auditor_sees_why(office: Office, played: str) -> None:  # noqa: F811
    before = len(office.events())
    task = office.task("审查")["id"]
    office.page("zhoumin").get(f"/cases/{office.case}")
    office.page("huangjianguo").post(f"/tasks/{task}/claim")
    mo = office.page("mohaiyan")
    step = mo.get(f"{played}/{before}").text
    assert "被拒操作" in step and "周敏 查看" in step and "无权看到" in step
    assert "黄建国 认领" in step and "没有这一步要求的岗位" in step
    assert "被拒操作" not in mo.get(f"{played}/1").text
    assert "⊘ 被拒操作" in mo.get(played).text and found(office, odd="refused")
    assert len(office.events()) == before


def test_a_task_that_somebody_else_works_on_is_a_refusal_of_the_person(office: Office) -> None:
    office.received()
    task = office.task("审查")["id"]
    assert office.page("nongxiaolan").post(f"/tasks/{task}/claim").status_code == 303
    from tests.acts.conftest import grant

    grant(office, "huangjianguo", "county_reviewer")
    assert office.page("huangjianguo").post(f"/tasks/{task}/claim").status_code == 409
    assert rows(office) == [(person("huangjianguo"), "claim", "task_held", 1)]


@pytest.mark.parametrize(
    "address", ["/cases/{case}/papers/00000000-0000-4000-8000-000000000000", "/cases/{case}x", "/x"]
)
def test_a_wrong_address_is_nobodys_attempt(office: Office, address: str) -> None:
    office.received()
    assert office.page("liguifang").get(address.format(case=office.case)).status_code == 404
    assert count(office) == 0


def test_a_question_for_the_purpose_or_a_wrong_form_is_no_refusal(office: Office) -> None:
    office.received()
    office.page("mohaiyan").get(f"/cases/{office.case}")
    office.page("nongxiaolan").post(f"/tasks/{office.task('审查')['id']}/complete", decision="")
    assert count(office) == 0


def numbers(office: Office) -> list[int]:
    with office.app.app_context():
        return list(db.session.scalars(select(RefusedAttempt.number).order_by(RefusedAttempt.number)))


def test_who_knocks_all_day_fills_no_database(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refused, "ROWS", 5)
    monkeypatch.setattr(refused, "TIMES", 3)
    office.received()
    zhou, case, task = office.page("zhoumin"), f"/cases/{office.case}", office.task("审查")["id"]
    for address in (case, case, f"/tasks/{task}/release", case, case, f"{case}/replay"):
        assert zhou.get(address).status_code == 404
    for address in (f"{case}/phone", f"{case}/export", f"/tasks/{task}/claim"):
        zhou.post(address)
    assert {row[1]: row[3] for row in rows(office)} == {"look": 3, "phone": 1, "export": 1}
    assert numbers(office) == [1, 2, 3, 4, 5]


def test_the_auditor_is_told_where_counting_stopped(office: Office, played: str) -> None:  # noqa: F811
    before, mo = len(office.events()), office.page("mohaiyan")
    for _ in range(refused.TIMES + 2):
        office.page("zhoumin").get(f"/cases/{office.case}")
    said = re.sub(r"<[^>]+>|\s+", "", mo.get(f"{played}/{before}").text)
    assert f"周敏查看无权看到当天至少{refused.TIMES}次，更多的不再记" in said


def test_many_at_once_are_each_written_under_a_number_of_their_own(office: Office) -> None:
    office.received()
    with office.app.app_context():
        by = load_actor(db.session(), person("zhoumin"), clock.legal_day(clock.now()))
    attempt = Attempt(by, "claim", {"instance_id": office.case}, "10.0.0.1", clock.now())
    door = Barrier(8)

    def knock(number: int) -> None:
        one = replace(attempt, act=f"act-{number}")
        with office.app.app_context():
            db.session.execute(text("SELECT 1"))
            db.session.rollback()
            door.wait()
            in_transaction(lambda: record_attempt(db.session(), one, Refusal("not_found", 404)))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(knock, range(48)))
    assert numbers(office) == list(range(1, 49)), "none is lost, none is numbered twice"


def test_who_has_knocked_until_no_more_is_written_is_still_written_down_at_the_next_case(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refused, "ROWS", 2)
    monkeypatch.setattr(refused, "FIRST", 3)
    office.received()
    first, zhou = office.case, office.page("zhoumin")
    for act in ("", "/replay", "/export"):
        zhou.post(f"/cases/{first}{act}") if act == "/export" else zhou.get(f"/cases/{first}{act}")
    zhou.get(f"/cases/{first}")
    zhou.post(f"/cases/{first}/phone")
    assert numbers(office) == [1, 2]
    office.received()
    zhou.get(f"/cases/{office.case}")
    assert [row[1:] for row in rows(office)] == [("look", "not_found", 1)] and numbers(office) == [1, 2, 3]
    zhou.post(f"/cases/{office.case}/phone")
    office.received()
    zhou.get(f"/cases/{office.case}")
    assert numbers(office) == [1, 2, 3], "there is an end to this as well"


def test_whatever_belongs_to_a_case_is_a_door_of_it(office: Office) -> None:
    office.received()
    li, zhou, at_api = office.api("liguifang"), office.page("zhoumin"), office.api("zhoumin")
    paper = {"file": (io.BytesIO(PNG), "照片.png"), "instance": office.case}
    document = li.send("/documents", paper, "multipart/form-data").json["id"]
    assert zhou.get(f"/files/{document}").status_code == 404
    assert zhou.get("/files/00000000-0000-4000-8000-000000000000").status_code == 404
    assert rows(office) == [(person("zhoumin"), "look", "not_found", 1)]
    asked = office.api("mengxiuying").post(f"/instances/{office.case}/file-requests", FILE_REQUEST)
    assert asked.status_code == 201, asked.text
    request = asked.json["id"]
    assert zhou.get(f"/file-requests/{request}").status_code == 404
    assert at_api.post(f"/file-requests/{request}/extract").status_code == 404
    again = {"file": (io.BytesIO(PNG), "照片.png"), "instance": office.case}
    assert at_api.send("/documents", again, "multipart/form-data").status_code == 404
    assert at_api.post("/emergencies", {"case": office.case, "reason": "核验没有回写", "hours": 2}).status_code == 404
    assert zhou.post("/emergency", case=office.case, reason="核验没有回写", hours="2").status_code == 404
    assert zhou.post("/plans/reposition", case=office.case, reason="点错").status_code == 404
    for nobody in ("no-such-case", "", "x" * 500, "没有"):
        assert zhou.post("/emergency", case=nobody, reason="核验没有回写", hours="2").status_code == 404
    assert sorted(row[1:] for row in rows(office)) == [
        ("documents", "not_found", 1), ("emergencies", "not_found", 1), ("emergency", "not_found", 1),
        ("extract", "not_found", 1), ("look", "not_found", 2), ("reposition", "not_found", 1),
    ]  # fmt: skip


def test_what_could_not_be_written_is_told_in_the_log(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise OSError("no room")

    office.received()
    monkeypatch.setattr("app.refusals.record_attempt", broken)
    assert office.page("zhoumin").get(f"/cases/{office.case}").status_code == 404
    assert f"a refused attempt of {person('zhoumin')} (look, not_found) was not recorded: OSError" in caplog.text


def test_the_database_refuses_to_change_what_was_written(office: Office) -> None:
    office.received()
    office.page("zhoumin").get(f"/cases/{office.case}")
    assert numbers(office) == [1]
    name = RefusedAttempt.__tablename__
    assert name in KEPT_TABLES
    with office.app.app_context():
        postgresql = db.engine.dialect.name == "postgresql"
        db.session.remove()
        statements = [f"UPDATE {name} SET times = 2", f"DELETE FROM {name}"]
        statements += [f"TRUNCATE {name}"] if postgresql else [f"INSERT OR REPLACE INTO {name} SELECT * FROM {name}"]
        for statement in statements:
            with pytest.raises(DBAPIError, match="append-only"):
                in_transaction(lambda statement=statement: db.session.execute(text(statement)))  # type: ignore[misc]
        db.session.remove()
    assert numbers(office) == [1]
