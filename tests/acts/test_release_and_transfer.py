"""退还 and 转办: who may, to whom, and what becomes of the draft."""

from app.db import db
from app.instances.models import Draft
from tests.acts.conftest import AGREE, Office, grant, person


def claimed_review(office: Office, by: str = "nongxiaolan") -> str:
    office.received()
    task = str(office.task("审查")["id"])
    assert office.api(by).post(f"/tasks/{task}/claim").status_code == 200
    return task


def drafts(office: Office, task: str) -> list[str]:
    with office.app.app_context():
        return [row.person_id for row in db.session.query(Draft).filter_by(task_id=task)]


def test_a_released_task_is_free_for_everybody_and_on_the_record(office: Office) -> None:
    task = claimed_review(office)
    page = office.page("nongxiaolan")
    assert "回到公共待办" in page.get(f"/tasks/{task}/release").text
    answer = page.follow(page.post(f"/tasks/{task}/release"))

    assert "已退还" in answer.text
    assert office.task("审查")["assignee"] is None
    assert office.last("released")["actor"] == person("nongxiaolan")


def test_only_the_holder_releases(office: Office) -> None:
    task = claimed_review(office)
    assert office.api("huangjianguo").post(f"/tasks/{task}/release").status_code == 403
    assert office.api("zhoumin").post(f"/tasks/{task}/release").status_code == 404
    assert office.api("nongxiaolan").post(f"/tasks/{task}/release").status_code == 204
    again = office.api("nongxiaolan").post(f"/tasks/{task}/release")
    assert again.status_code == 409 and "无需退还" in again.json["detail"]


def test_a_task_goes_to_a_colleague_with_a_reason_and_takes_no_draft_along(office: Office) -> None:
    office.start()
    task = str(office.task("受理")["id"])
    office.page("liguifang").post(f"/tasks/{task}/claim")
    office.page("liguifang").get(f"/tasks/{task}")
    office.page("liguifang").post(f"/tasks/{task}/draft", party="没写完")
    grant(office, "luoxiuzhen", "adoption_registrar")
    page = office.page("liguifang")
    asked = page.get(f"/tasks/{task}/transfer")
    assert "罗秀珍" in asked.text and "周敏" not in asked.text and "农小兰" not in asked.text

    refused = page.post(f"/tasks/{task}/transfer", person="luoxiuzhen", reason=" ")
    assert refused.status_code == 422 and "请写明转办的理由" in refused.text
    page.follow(page.post(f"/tasks/{task}/transfer", person="luoxiuzhen", reason="出差"))

    assert office.task("受理")["assignee"] == person("luoxiuzhen")
    assert drafts(office, task) == []
    assert "没写完" not in page.get(f"/tasks/{task}").text
    assert "没写完" not in office.page("luoxiuzhen").get(f"/tasks/{task}").text
    noted = office.last("transferred")
    assert noted["reason"] == "出差" and noted["payload/~to"] == person("luoxiuzhen")
    assert noted["payload/~drafts_destroyed"] is True
    timeline = page.get(f"/cases/{office.case}").text
    assert "转办“受理”（罗秀珍）" in timeline and "出差" in timeline


def test_one_who_may_not_do_it_and_one_who_is_not_there_get_the_same_no(office: Office) -> None:
    task = claimed_review(office)
    api = office.api("nongxiaolan")
    stranger = api.post(f"/tasks/{task}/transfer", {"to": "zhoumin", "reason": "忙"})
    nobody = api.post(f"/tasks/{task}/transfer", {"to": "nobody-at-all", "reason": "忙"})
    oneself = api.post(f"/tasks/{task}/transfer", {"to": "nongxiaolan", "reason": "忙"})
    starter = api.post(f"/tasks/{task}/transfer", {"to": "liguifang", "reason": "忙"})

    assert stranger.status_code == nobody.status_code == oneself.status_code == starter.status_code == 422
    assert stranger.json == nobody.json


def test_only_the_holder_and_who_answers_for_the_case_transfer(office: Office) -> None:
    task = claimed_review(office)
    body = {"to": "nongxiaolan", "reason": "忙"}
    assert office.api("huangjianguo").post(f"/tasks/{task}/transfer", body).status_code == 403
    assert office.api("zhoumin").post(f"/tasks/{task}/transfer", body).status_code == 404


def test_who_answers_for_the_case_hands_an_absent_colleagues_task_on(office: Office) -> None:
    task = claimed_review(office)
    grant(office, "luoxiuzhen", "county_reviewer")
    answer = office.api("liguifang").post(f"/tasks/{task}/transfer", {"to": "luoxiuzhen", "reason": "病假"})
    assert answer.json == {"id": task, "assignee": "luoxiuzhen"}
    assert office.api("luoxiuzhen").post(f"/tasks/{task}/complete", {"answers": AGREE}).status_code == 200
    assert office.api("nongxiaolan").post(f"/tasks/{task}/release").status_code == 409


def test_a_draft_dies_when_somebody_else_takes_the_task(office: Office) -> None:
    task = claimed_review(office)
    grant(office, "luoxiuzhen", "county_reviewer")
    page = office.page("nongxiaolan")
    page.get(f"/tasks/{task}")
    page.post(f"/tasks/{task}/draft", opinion="半句话")
    page.post(f"/tasks/{task}/release")
    assert "半句话" in page.get(f"/tasks/{task}").text
    office.page("luoxiuzhen").post(f"/tasks/{task}/claim")

    shown = page.get(f"/tasks/{task}").text
    assert "半句话" not in shown and "正由罗秀珍办理" in shown
    assert page.post(f"/tasks/{task}/draft", opinion="再写").status_code == 409
