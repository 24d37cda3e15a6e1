"""取回: by the one who completed, before the next person has opened the task and with no join, call or timer passed."""

from datetime import timedelta

from app import clock
from app.db import db
from app.instances.models import Task, Timer
from tests.acts.conftest import AGREE, INTAKE, MONDAY, Office, grant, person


def test_the_step_opens_again_with_what_was_answered(office: Office) -> None:
    intake = office.received()
    li = office.page("liguifang")
    assert f"/tasks/{intake}/take-back" in li.get("/done").text
    assert "已经生成的下一步（1 项）取消" in li.get(f"/tasks/{intake}/take-back").text
    page = li.follow(li.post(f"/tasks/{intake}/take-back"))

    assert "已取回" in page.text and 'value="黄某夫妇"' in page.text
    assert office.open() == ["受理"]
    assert office.task("受理")["assignee"] == person("liguifang")
    event = office.last("repositioned")
    assert event["actor"] == person("liguifang") and event["facts/kind"] is None
    assert "取回“受理”" in li.get(f"/cases/{office.case}").text
    assert f"/tasks/{intake}" not in li.get("/done").text

    office.complete("受理", "liguifang", INTAKE | {"kind": "urgent"})
    assert office.open() == ["快速审查"]


def test_over_the_api_and_only_once(office: Office) -> None:
    intake = office.received()
    first = office.api("liguifang").post(f"/tasks/{intake}/take-back", {}, Idempotency_Key="t-1")
    again = office.api("liguifang").post(f"/tasks/{intake}/take-back", {}, Idempotency_Key="t-1")
    later = office.api("liguifang").post(f"/tasks/{intake}/take-back")

    assert first.status_code == 200 and first.json == again.json
    assert first.json["id"] == office.task("受理")["id"]
    assert later.status_code == 409 and "取回过" in later.json["detail"]


def test_who_answers_the_old_task_is_told_it_was_taken_back(office: Office) -> None:
    intake = office.received()
    review = office.task("审查")["id"]
    office.api("liguifang").post(f"/tasks/{intake}/take-back")
    late = office.api("nongxiaolan").post(f"/tasks/{review}/complete", {"answers": AGREE})
    twice = office.api("liguifang").post(f"/tasks/{intake}/complete", {"answers": INTAKE})
    assert late.status_code == 409 and "随案件的变化取消" in late.json["detail"]
    assert twice.status_code == 409 and "取回修改" in twice.json["detail"]


def test_too_late_once_the_next_person_has_opened_it(office: Office) -> None:
    intake = office.received()
    office.page("nongxiaolan").get(f"/tasks/{office.task('审查')['id']}")
    li = office.page("liguifang")
    assert f"/tasks/{intake}/take-back" not in li.get("/done").text
    refused = li.post(f"/tasks/{intake}/take-back")
    assert refused.status_code == 409 and "已经打开" in refused.text


def test_ones_own_look_at_the_next_step_does_not_count(office: Office) -> None:
    grant(office, "nongxiaolan", "archivist")
    office.reviewed()
    review = next(task for task in office.page("nongxiaolan").get("/done").text.split('"') if "take-back" in task)
    office.page("nongxiaolan").get(f"/tasks/{office.task('整理材料')['id']}")
    assert office.page("nongxiaolan").get(review).status_code == 200


def test_a_fork_is_taken_back_whole(office: Office) -> None:
    review = office.reviewed()
    assert office.open() == ["审批", "整理材料"]
    assert office.api("nongxiaolan").post(f"/tasks/{review}/take-back").status_code == 200
    assert office.open() == ["审查"]
    office.complete("审查", "nongxiaolan")
    assert office.open() == ["审批", "整理材料"]


def test_a_claim_by_the_next_person_is_an_opening(office: Office) -> None:
    review = office.reviewed()
    office.api("mengxiuying").post(f"/tasks/{office.task('整理材料')['id']}/claim")
    office.api("mengxiuying").post(f"/tasks/{office.task('整理材料')['id']}/release")
    assert office.api("nongxiaolan").post(f"/tasks/{review}/take-back").status_code == 409


def test_what_a_join_bars_is_not_offered(office: Office) -> None:
    office.reviewed()
    waiting = office.complete("整理材料", "mengxiuying")
    approval = office.complete("审批", "huangjianguo")
    assert f"/tasks/{waiting}/take-back" not in office.page("mengxiuying").get("/done").text
    assert f"/tasks/{approval}/take-back" not in office.page("huangjianguo").get("/done").text


def test_not_after_a_join_or_a_call(office: Office) -> None:
    office.reviewed()
    waiting = office.complete("整理材料", "mengxiuying")
    half = office.api("mengxiuying").post(f"/tasks/{waiting}/take-back")
    assert half.status_code == 409 and "汇合" in half.json["detail"]
    approval = office.complete("审批", "huangjianguo")
    numbered = office.api("huangjianguo").post(f"/tasks/{approval}/take-back")
    assert numbered.status_code == 409 and "汇合" in numbered.json["detail"]


def test_not_after_the_case_has_moved_on(office: Office) -> None:
    intake = office.received()
    clock.set_source(lambda: MONDAY + timedelta(days=11))
    office.sign_in_again("liguifang")
    refused = office.api("liguifang").post(f"/tasks/{intake}/take-back")
    assert refused.status_code == 409 and "新的进展" in refused.json["detail"]


def test_only_who_completed_it(office: Office) -> None:
    intake = office.received()
    assert office.api("nongxiaolan").post(f"/tasks/{intake}/take-back").status_code == 403
    assert office.api("zhoumin").post(f"/tasks/{intake}/take-back").status_code == 404


def test_taking_back_gains_no_time(office: Office) -> None:
    office.received()
    due = office.task("审查")["due_on"]
    clock.set_source(lambda: MONDAY + timedelta(days=4))
    for login in ("liguifang", "nongxiaolan"):
        office.sign_in_again(login)
    review = office.complete("审查", "nongxiaolan")
    assert office.api("nongxiaolan").post(f"/tasks/{review}/take-back").status_code == 200

    assert office.task("审查")["due_on"] == due == "2026-12-03"
    with office.app.app_context():
        task, timer = (
            db.session.query(Task).filter_by(id=office.task("审查")["id"]).one(),
            db.session.query(Timer).one(),
        )
    assert task.opened_at == timer.opened_at == MONDAY
    assert timer.due_at < MONDAY + timedelta(days=12)


def test_timers_that_fall_due_at_a_claim_are_kept(office: Office) -> None:
    """The reminder fires inside the claim; the case must then stand where its record says."""
    office.received()
    clock.set_source(lambda: MONDAY + timedelta(days=11))
    for login in ("liguifang", "nongxiaolan"):
        office.sign_in_again(login)
    assert office.api("nongxiaolan").post(f"/tasks/{office.task('审查')['id']}/claim").status_code == 200
    assert office.open() == ["审查", "提醒"]
    office.complete("提醒", "liguifang")
    office.complete("审查", "nongxiaolan")
    assert office.open() == ["审批", "整理材料"]
