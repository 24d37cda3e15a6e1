"""Attempts that were refused are shown to the auditor at their step; they move no case, and fill no database."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app import clock
from app.db import db
from app.instances import refused
from app.instances.refused import RefusedAttempt
from tests.acts.conftest import AGREE, MONDAY, Office, person
from tests.acts.test_audit import found
from tests.acts.test_replay import played  # noqa: F401 (a fixture)


def rows(office: Office) -> list[tuple[str, str, str, int]]:
    with office.app.app_context():
        kept = db.session.scalars(select(RefusedAttempt).order_by(RefusedAttempt.first_at, RefusedAttempt.act))
        return [(row.person_id, row.act, row.code, row.times) for row in kept if row.case == office.case]


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


def test_who_knocks_all_day_fills_no_database(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refused, "ROWS", 2)
    monkeypatch.setattr(refused, "TIMES", 3)
    office.received()
    zhou, case, task = office.page("zhoumin"), f"/cases/{office.case}", office.task("审查")["id"]
    for address in (case, f"/tasks/{task}/release", f"{case}/replay", case):
        assert zhou.get(address).status_code == 404
    for address in (f"{case}/phone", f"{case}/export", f"/tasks/{task}/claim"):
        zhou.post(address)
    assert [row[1:] for row in rows(office)] == [("look", "not_found", 3), ("phone", "not_found", 1)]
