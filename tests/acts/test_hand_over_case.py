"""移交办件: another one answers for the whole case, with a reason, at both doors."""

from app.db import db, in_transaction
from app.identity.models import Person
from app.instances.models import Draft, Instance
from tests.acts.conftest import PEOPLE, Office, grant, person

REASON = "调到社会救助股"


def owner(office: Office) -> str:
    with office.app.app_context():
        return db.session.get_one(Instance, office.case).owner_id


def leaves(office: Office, login: str) -> None:
    def close() -> None:
        db.session.get_one(Person, PEOPLE[login].id).active = False

    with office.app.app_context():
        in_transaction(close)


def test_at_the_page_the_case_moves_to_the_list_of_the_other_and_the_steps_go_back(office: Office) -> None:
    office.start()
    grant(office, "luoxiuzhen", "adoption_registrar")
    li, luo, task = office.page("liguifang"), office.page("luoxiuzhen"), office.task("受理")["id"]
    li.post(f"/tasks/{task}/claim")
    li.get(f"/tasks/{task}")
    li.post(f"/tasks/{task}/draft", party="没写完")
    assert "移交办件" in li.get(f"/cases/{office.case}").text
    asked = li.get(f"/cases/{office.case}/hand-over").text
    assert (
        "罗秀珍" in asked
        and "农小兰" in asked
        and "陆文静" not in asked
        and "周敏" not in asked
        and 'value="liguifang"' not in asked
    )
    refused = li.post(f"/cases/{office.case}/hand-over", person="luoxiuzhen", reason=" ")
    assert refused.status_code == 422 and "请写明移交的理由" in refused.text
    after = li.follow(li.post(f"/cases/{office.case}/hand-over", person="luoxiuzhen", reason=REASON))

    assert "已移交，今后由罗秀珍负责" in after.text and office.case not in after.text
    assert office.case in luo.get("/cases").text
    assert office.task("受理")["assignee"] is None
    with office.app.app_context():
        assert db.session.query(Draft).filter_by(task_id=task).count() == 0
    noted = office.last("case_handed_over")
    assert (noted["payload/~from"], noted["payload/~to"]) == (person("liguifang"), person("luoxiuzhen"))
    assert noted["reason"] == REASON and len(noted["payload/~released"]) == 1
    told = luo.get(f"/cases/{office.case}").text.split('id="record"')[1]
    assert "移交办件（罗秀珍）" in told and REASON in told


def test_the_leader_hands_over_what_somebody_left_behind(office: Office) -> None:
    office.received()
    grant(office, "luoxiuzhen", "adoption_registrar")
    leaves(office, "liguifang")
    answer = office.api("huangjianguo").post(
        f"/instances/{office.case}/hand-over", {"to": "luoxiuzhen", "reason": "李桂芳退休"}
    )
    assert answer.status_code == 204, answer.text
    assert owner(office) == person("luoxiuzhen")
    assert office.last("case_handed_over")["actor"] == person("huangjianguo")


def test_who_keeps_away_is_led_to_hand_over_and_the_case_does_not_come_back(office: Office) -> None:
    office.received()
    grant(office, "luoxiuzhen", "adoption_registrar")
    li = office.page("liguifang")
    led = li.follow(li.post(f"/cases/{office.case}/interest", reason="申请人是我的表妹"))
    assert "请移交给一位同事" in led.text and "移交给谁" in led.text
    li.post(f"/cases/{office.case}/hand-over", person="luoxiuzhen", reason="回避")
    assert owner(office) == person("luoxiuzhen")
    back = office.api("luoxiuzhen").post(f"/instances/{office.case}/hand-over", {"to": "liguifang", "reason": "忙"})
    assert back.status_code == 422


def test_one_who_is_not_fit_and_one_who_is_not_there_get_the_same_no(office: Office) -> None:
    office.received()
    api = office.api("liguifang")
    answers = [
        api.post(f"/instances/{office.case}/hand-over", {"to": login, "reason": "忙"})
        for login in ("zhoumin", "luwenjing", "nobody-at-all", "liguifang")
    ]
    assert [one.status_code for one in answers] == [422] * 4
    assert all(one.json == answers[0].json for one in answers)
    assert owner(office) == person("liguifang")


def test_others_do_not_hand_it_over_and_an_ended_case_has_nobody_to_answer_for_it(office: Office) -> None:
    office.received()
    body = {"to": "luoxiuzhen", "reason": "忙"}
    assert office.api("nongxiaolan").post(f"/instances/{office.case}/hand-over", body).status_code == 403
    assert office.api("zhoumin").post(f"/instances/{office.case}/hand-over", body).status_code == 404
    office.complete("审查", "nongxiaolan")
    for step, by in (("审批", "huangjianguo"), ("整理材料", "mengxiuying"), ("归档", "mengxiuying")):
        office.complete(step, by)
    ended = office.api("liguifang").post(f"/instances/{office.case}/hand-over", body)
    assert ended.status_code == 409 and "已办结" in ended.json["detail"]
