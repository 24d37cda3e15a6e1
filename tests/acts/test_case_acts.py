"""下次跟进, 电话答复, the search of one's own procedures, and the mark a relaxed rule leaves."""

from datetime import date
from uuid import UUID

from app.db import db, in_transaction
from app.identity.models import SeparationSetting
from tests.acts.conftest import MONDAY, Office, grant, person


def test_a_follow_up_day_shows_in_the_list_until_cleared(office: Office) -> None:
    office.received()
    li, address = office.page("liguifang"), f"/cases/{office.case}/follow-up"
    assert address in li.get("/cases").text
    li.get(address)
    assert "11-30" in li.follow(li.post(address, day="2026-11-30")).text
    past = li.post(address, day="2026-11-01")
    assert past.status_code == 422 and "今天起" in past.text
    assert li.post(address, day="soon").status_code == 422
    li.get(address)
    assert "11-30" not in li.follow(li.post(address, day="")).text.split("<tbody")[1]


def test_only_who_answers_for_the_case_sets_it(office: Office) -> None:
    office.received()
    address = f"/cases/{office.case}/follow-up"
    assert office.page("nongxiaolan").get(address).status_code == 403
    assert office.page("zhoumin").post(address, day="2026-11-30").status_code == 404


def test_on_the_telephone_three_sentences_and_what_stays_unsaid(office: Office) -> None:
    office.reviewed()
    li, address = office.page("liguifang"), f"/cases/{office.case}/phone"
    assert address in li.get(f"/cases/{office.case}").text
    card = li.get(address).text
    assert "您的寄养照料正在办理，现在到“审批”、“整理材料”这一步。" in card
    assert "这一步没有法定期限" in card
    assert "不能在电话里说" in card and "核验结果" in card and "民法典 第1110条" in card
    li.follow(li.post(address))
    assert "电话答复" in li.get(f"/cases/{office.case}").text.split('id="record"')[1]
    assert office.last("phoned")["actor"] == person("liguifang")


def test_the_next_step_is_named_where_the_diagram_leaves_no_choice(office: Office) -> None:
    office.reviewed()
    office.complete("整理材料", "mengxiuying")
    assert "下一步：归档" in office.page("liguifang").get(f"/cases/{office.case}/phone").text


def test_the_search_finds_cases_of_ones_own_procedures_only(office: Office) -> None:
    """资金岗 of the same county works in other procedures; 档案员 works in this one."""
    office.reviewed()
    office.complete("整理材料", "mengxiuying")
    office.complete("审批", "huangjianguo")
    number = f"JY-450123-2026-{1:06d}"
    assert number in office.page("nongxiaolan").search("000001").text
    assert number in office.page("liguifang").search("黄某夫妇").text
    for login in ("linzhihua", "zhoumin", "luwenjing"):
        assert "没有符合条件的件" in office.page(login).search("000001").text, login
    assert "只能用完整案号查看" in office.page("mohaiyan").search("000001").text


def test_what_a_relaxed_rule_allowed_is_marked_on_the_record(office: Office) -> None:
    relaxation = SeparationSetting(
        division="450123",
        from_day=date(2026, 11, 1),
        to_day=date(2027, 10, 1),
        reason="编制三人",
        mark="隆民发〔2026〕8号",
        asked_by=UUID(person("huangjianguo")),
        asked_at=MONDAY,
        approved_by=UUID(person("tanmingyue")),
        approved_at=MONDAY,
    )
    with office.app.app_context():
        in_transaction(lambda: db.session.add(relaxation))
    grant(office, "liguifang", "county_reviewer")
    office.received()
    office.complete("审查", "liguifang")

    assert office.last("completed")["payload/~marks"] == ["local_separation_relaxed:隆民发〔2026〕8号"]
    assert "岗位分离放宽：隆民发〔2026〕8号" in office.page("liguifang").get(f"/cases/{office.case}").text
