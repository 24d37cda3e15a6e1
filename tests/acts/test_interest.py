"""回避: declared for oneself, on the record, without a switch and without a way back."""

from datetime import timedelta

from app import clock
from tests.acts.conftest import AGREE, MONDAY, Office, grant, person

REASON = "申请人是我的表妹"


def declared(office: Office, by: str = "nongxiaolan") -> None:
    answer = office.api(by).post(f"/instances/{office.case}/interest", {"reason": REASON})
    assert answer.status_code == 204, answer.text


def test_at_the_page_with_a_reason_and_what_was_held_goes_back(office: Office) -> None:
    office.received()
    task = office.task("审查")["id"]
    nong = office.page("nongxiaolan")
    nong.post(f"/tasks/{task}/claim")
    nong.get(f"/tasks/{task}")
    nong.post(f"/tasks/{task}/draft", opinion="半句话")
    assert "申报回避" in nong.get(f"/cases/{office.case}").text
    assert "不能撤销" in nong.get(f"/cases/{office.case}/interest").text
    refused = nong.post(f"/cases/{office.case}/interest", reason=" ")
    assert refused.status_code == 422 and "请写明与当事人的关系" in refused.text
    after = nong.follow(nong.post(f"/cases/{office.case}/interest", reason=REASON))

    assert "已申报回避" in after.text and task not in after.text
    assert office.task("审查")["assignee"] is None
    told = office.last("interest_declared")
    assert told["actor"] == person("nongxiaolan") and told["reason"] == REASON
    assert "申报回避" in office.page("liguifang").get(f"/cases/{office.case}").text.split('id="record"')[1]


def test_nothing_in_the_case_is_done_by_them_any_more(office: Office) -> None:
    grant(office, "nongxiaolan", "adoption_registrar")
    office.received()
    task = office.task("审查")["id"]
    declared(office)
    api = office.api("nongxiaolan")

    for act in (f"/tasks/{task}/claim", f"/tasks/{task}/complete"):
        refused = api.post(act, {"answers": AGREE} if "complete" in act else None)
        assert refused.status_code == 403 and "应当回避" in refused.json["detail"]
    message = {"instance": office.case, "name": "note", "id": "m-1"}
    assert api.post("/messages", message).status_code == 403
    assert api.get("/tasks").json["total"] == 0
    again = api.post(f"/instances/{office.case}/interest", {"reason": REASON})
    assert again.status_code == 409 and "已申报过回避" in again.json["detail"]


def test_nobody_picks_them_and_nobody_acts_in_their_name(office: Office) -> None:
    grant(office, "luoxiuzhen", "county_reviewer")
    office.received()
    task = office.task("审查")["id"]
    stand_in = office.page("nongxiaolan")
    stand_in.get("/delegations")
    days = {"from_day": "2026-11-23", "to_day": "2026-11-30", "reason": "休假"}
    assert stand_in.post("/delegations", person="linzhihua", **days).status_code == 303
    declared(office)

    office.sign_in_again("linzhihua")
    refused = office.page("linzhihua").post(f"/tasks/{task}/claim")
    assert refused.status_code == 403 and "应当回避" in refused.text
    assert office.api("luoxiuzhen").post(f"/tasks/{task}/claim").status_code == 200
    assert "农小兰" not in office.page("luoxiuzhen").get(f"/tasks/{task}/transfer").text
    to = {"to": "nongxiaolan", "reason": "出差"}
    assert office.api("luoxiuzhen").post(f"/tasks/{task}/transfer", to).status_code == 422


def test_who_sent_the_case_on_does_not_take_it_back_after_declaring(office: Office) -> None:
    intake = office.received()
    declared(office, "liguifang")
    refused = office.api("liguifang").post(f"/tasks/{intake}/take-back")
    assert refused.status_code == 403 and "应当回避" in refused.json["detail"]


def test_a_stranger_declares_nothing_and_an_ended_case_needs_none(office: Office) -> None:
    office.reviewed()
    address = f"/instances/{office.case}/interest"
    assert office.api("zhoumin").post(address, {"reason": REASON}).status_code == 404
    for name, by in (("审批", "huangjianguo"), ("整理材料", "mengxiuying"), ("归档", "mengxiuying")):
        clock.set_source(lambda: MONDAY + timedelta(minutes=1))
        office.complete(name, by)
    ended = office.api("nongxiaolan").post(address, {"reason": REASON})
    assert ended.status_code == 409 and "已办结" in ended.json["detail"]
