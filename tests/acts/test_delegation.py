"""代理: the deputy does the tasks of the absent, both on record, and separation of duties sees both persons."""

from datetime import timedelta

from app import clock
from app.db import db
from app.instances.models import Instance
from tests.acts.conftest import INTAKE, MONDAY, Office, person

WEEK = {"from_day": "2026-11-23", "to_day": "2026-11-27", "reason": "出差"}


def stand_in(office: Office, absent: str, deputy: str) -> None:
    page = office.page(absent)
    page.get("/delegations")
    answer = page.post("/delegations", person=deputy, **WEEK)
    assert answer.status_code == 303, answer.text
    office.sign_in_again(deputy)


def test_asked_listed_and_ended(office: Office) -> None:
    stand_in(office, "nongxiaolan", "luoxiuzhen")
    mine, hers = office.page("nongxiaolan").get("/delegations").text, office.page("luoxiuzhen").get("/delegations").text
    assert "罗秀珍" in mine and "2026-11-23 至 2026-11-27" in mine and "代理中" in mine
    assert "我代别人" in hers and "农小兰" in hers and "正代 农小兰 办理" in hers

    end = next(part for part in mine.split('"') if part.endswith("/end"))
    assert office.page("zhoumin").post(end).status_code == 404
    after = office.page("nongxiaolan")
    after.get("/delegations")
    assert "已结束" in after.follow(after.post(end)).text
    assert "正代" not in office.page("luoxiuzhen").get("/delegations").text


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(office: Office) -> None:
    page = office.page("nongxiaolan")
    page.get("/delegations")
    late = page.post("/delegations", person="luoxiuzhen", **(WEEK | {"from_day": "2026-11-01"}))
    assert late.status_code == 422 and "代理期限须从今天" in late.text and "出差" in late.text
    stranger = page.post("/delegations", person="zhoumin", **WEEK)
    nobody = page.post("/delegations", person="nobody", **WEEK)
    assert stranger.status_code == nobody.status_code == 422
    assert "本单位的同事" in stranger.text and "本单位的同事" in nobody.text
    assert "周敏" not in page.get("/delegations").text


def test_the_deputy_works_in_the_name_of_the_absent(office: Office) -> None:
    office.received()
    stand_in(office, "nongxiaolan", "luoxiuzhen")
    assert office.complete_at_page("审查", "luoxiuzhen") == 303
    event = office.last("completed")
    assert event["actor"] == person("luoxiuzhen") and event["on_behalf_of"] == person("nongxiaolan")
    assert "罗秀珍（代 农小兰）" in office.page("liguifang").get(f"/cases/{office.case}").text


def test_the_deputy_takes_over_what_the_absent_holds_but_not_the_draft(office: Office) -> None:
    office.received()
    task = office.task("审查")["id"]
    nong = office.page("nongxiaolan")
    nong.post(f"/tasks/{task}/claim")
    nong.get(f"/tasks/{task}")
    nong.post(f"/tasks/{task}/draft", opinion="半句话")
    stand_in(office, "nongxiaolan", "luoxiuzhen")
    luo = office.page("luoxiuzhen")
    assert f"/tasks/{task}" in luo.get("/inbox").text
    shown = luo.get(f"/tasks/{task}").text
    assert "您正代其办理" in shown and "半句话" not in shown
    luo.post(f"/tasks/{task}/claim")

    assert office.task("审查")["assignee"] == person("luoxiuzhen")
    noted = office.last("claimed")
    assert noted["payload/~from"] == noted["on_behalf_of"] == person("nongxiaolan")
    assert "半句话" not in nong.get(f"/tasks/{task}").text


def test_a_deputys_own_acts_bar_them_from_the_absents_post(office: Office) -> None:
    stand_in(office, "huangjianguo", "nongxiaolan")
    office.reviewed()
    refused = office.page("nongxiaolan").post(f"/tasks/{office.task('审批')['id']}/claim")
    assert refused.status_code == 403 and "不能再审批" in refused.text


def test_what_a_deputy_did_bars_the_absent_as_well(office: Office) -> None:
    """Reviewed in the name of 农小兰; when she stands in for the leader, she may not approve it."""
    office.received()
    stand_in(office, "nongxiaolan", "luoxiuzhen")
    assert office.complete_at_page("审查", "luoxiuzhen") == 303
    stand_in(office, "huangjianguo", "nongxiaolan")
    assert office.complete_at_page("审批", "nongxiaolan") == 403


def test_a_start_by_a_deputy_counts_for_both_and_the_absent_answers_for_the_case(office: Office) -> None:
    stand_in(office, "liguifang", "mengxiuying")
    meng = office.page("mengxiuying")
    begun = meng.follow(meng.post("/processes/care/start")).text
    office.case = begun.split('href="/cases/')[1].split('"')[0]
    with office.app.app_context():
        row = db.session.get(Instance, office.case)
    assert row is not None and row.owner_id == person("liguifang") and row.started_by == person("mengxiuying")
    stand_in(office, "huangjianguo", "liguifang")
    assert office.complete_at_page("受理", "mengxiuying", INTAKE) == 303
    assert office.complete_at_page("审查", "nongxiaolan") == 303
    assert office.complete_at_page("审批", "liguifang") == 403


def test_a_task_left_behind_by_a_deputy_can_be_given_back(office: Office) -> None:
    office.received()
    stand_in(office, "nongxiaolan", "luoxiuzhen")
    task = office.task("审查")["id"]
    assert office.page("luoxiuzhen").post(f"/tasks/{task}/claim").status_code == 303
    clock.set_source(lambda: MONDAY + timedelta(days=6))
    for login in ("luoxiuzhen", "liguifang"):
        office.sign_in_again(login)

    luo = office.page("luoxiuzhen")
    assert luo.get(f"/cases/{office.case}").status_code == 404, "the mandate is over, and with it the sight of the case"
    assert f"/tasks/{task}" in luo.get("/inbox").text
    asked = luo.follow(luo.get(f"/tasks/{task}"))
    assert f'action="/tasks/{task}/release"' in asked.text and "角色" in asked.text
    assert luo.post(f"/tasks/{task}/release").status_code == 303
    assert office.task("审查")["assignee"] is None
