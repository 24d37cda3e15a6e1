"""Adoption through the shell, on both databases: acts, forms, letters, worker; then the whole record is held."""

from collections.abc import Callable

import pytest

from app.clock import legal_day
from app.db import db
from app.errors import Refusal
from app.inbox.timeline import record_of, timeline
from app.inbox.waiting import tasks_open_to
from app.instances.hold import claim_task
from app.instances.models import Instance, Task
from app.texts.forms import field_sentence
from app.web.links import WebLinks
from tests.cast import (
    HUANG_JIANGUO,
    LI_GUIFANG,
    LU_WENJING,
    MENG_XIUYING,
    NONG_XIAOLAN,
    QIN_LIXIN,
    WEI_ZHIQIANG,
    standing_in,
)
from tests.scenarios.adoption.steps import (
    COUPLE,
    FOUND,
    HARDSHIP,
    accepted,
    applies,
    approved,
    begins_assessment,
    decides,
    investigates,
    ready_to_assess,
    ready_to_register,
    registers,
    reviewed,
    scores,
    verified,
)
from tests.scenarios.bureau import Bureau
from tests.scenarios.filling import id_no

Opened = Callable[..., Bureau]
FOUNDLING = "公安 捡拾报案与 DNA 比对"
VILLAGE = "村居委走访核实"
SIX = [
    FOUNDLING,
    "公安 犯罪记录核验",
    "卫健 生育情况核验（仅查找不到生父母的）",
    "婚姻登记核验",
    "收养系统查重",
    VILLAGE,
]


def test_a_foundling_from_application_to_certificate(bureau: Opened) -> None:
    case = ready_to_register(bureau())
    assert case.row.number == "SY-450123-2026-000001" and case.tasks == []
    assert case.on("2026-05-07").tasks == ["评估报告审阅"]
    registers(approved(reviewed(case), "2026-05-07"))
    certificate = case.letter("certificate")
    assert "（2026）桂隆安收字00001" in certificate and "登记日期：2026年5月7日" in certificate
    assert "性别：女" in certificate and "登记机关：隆安县民政局" in certificate
    assert case.letters()["acceptance"] == "隆民收〔2026〕1号"
    assert case.letters()["search_notice"] == "隆民寻〔2026〕1号"
    case.all_answer().completes("归档", by=MENG_XIUYING, archived_on="2026-05-07")
    for day in ("2026-06-09", "2026-08-08", "2026-11-10"):
        case.on(day).completes("回访", by=LU_WENJING, finding="good", visited_on=day)
    assert case.row.ended_by == "end_done"


def test_a_refusal_names_the_remedies_and_is_served(bureau: Opened) -> None:
    case = accepted(bureau(), HARDSHIP, own_children_n=1, this_count=2)
    case.completes("不予登记预告知（听取陈述）", by=NONG_XIAOLAN, result="rejected")
    decides(case, "不予登记")
    letter = case.letter("refusal")
    assert "60日内，依照《中华人民共和国行政复议法》向隆安县人民政府申请行政复议" in letter
    assert "6个月内，依照《中华人民共和国行政诉讼法》向" in letter
    assert "隆安县民政局" in letter and "2026年3月2日" in letter and "{{" not in letter and "：无" not in letter
    assert case.row.ended_by == "end_closed"


def test_a_correction_and_its_second_request(bureau: Opened) -> None:
    case = applies(bureau(), HARDSHIP).completes("材料核对", by=LI_GUIFANG, result="incomplete")
    case.completes("一次性告知补正", by=LI_GUIFANG, notified_on="2026-03-02")
    case.on("2026-03-05").says("补正材料收到", by=LI_GUIFANG, received_on="2026-03-05")
    case.completes("材料核对", by=LI_GUIFANG, result="incomplete")
    case.completes("一次性告知补正", by=LI_GUIFANG, notified_on="2026-03-05")
    case.completes("再次补正审批", by=NONG_XIAOLAN, decision="agree")
    assert case.on("2026-03-27").tasks == ["逾期未补正处理"]
    case.completes("逾期未补正处理", by=LI_GUIFANG, decision="wait")
    case.says("补正材料收到", by=LI_GUIFANG, received_on="2026-03-27")
    case.completes("材料核对", by=LI_GUIFANG, result="complete")
    assert case.facts["correction_periods"] == ["2026-03-02/2026-03-05", "2026-03-05/2026-03-27"]
    assert case.facts["materials_received_on"] == "2026-03-02" and case.row.number
    assert "2026年3月2日" in case.letter("correction")


def test_a_withdrawal_before_the_certificate(bureau: Opened) -> None:
    case = accepted(bureau(), HARDSHIP)
    case.says("撤回申请", by=LI_GUIFANG, withdrawn_on="2026-03-02")
    assert case.turn() == 0 and case.tasks == ["终止办理"]
    decides(case, "终止办理")
    assert case.row.ended_by == "end_closed" and "隆安县人民政府" in case.letter("termination")


def test_a_claim_freezes_and_is_handed_on(bureau: Opened) -> None:
    case = ready_to_register(bureau()).on("2026-04-30")
    case.says("认领", by=LI_GUIFANG, claimed_on="2026-04-30")
    assert case.tasks == [] and case.waits_for("解除冻结")
    assert case.referrals() == [("线索办理", "county_reviewer")]
    case.on("2026-05-20").says("解除冻结", by=HUANG_JIANGUO, lifted_on="2026-05-20", decision="resume",
                               resume_at="review", cause="claim_failed")  # fmt: skip
    assert case.on("2026-05-21").tasks == ["评估报告审阅"]


def test_harm_is_handed_to_the_protection_unit_twice(bureau: Opened) -> None:
    case = begins_assessment(ready_to_assess(bureau(), HARDSHIP))
    case.says("举报/侵害", by=LU_WENJING, happened_on="2026-03-02")
    assert case.tasks == ["立即带离与报案"]
    case.completes("立即带离与报案", by=QIN_LIXIN, removed="removed")
    assert case.referrals() == [("保护线索办理", "protection_unit")] * 2 and case.waits_for("解除冻结")
    assert case.incidents() == []


def test_nobody_signs_a_report_for_an_assessor_who_is_away(bureau: Opened) -> None:
    case = begins_assessment(ready_to_assess(bureau(), HARDSHIP))
    scores(investigates(case).on("2026-04-02")).completes("报告", by=LU_WENJING, advice="suitable")
    signature = next(one.id for one in case.rows(Task) if one.item == WEI_ZHIQIANG)
    deputy = standing_in(QIN_LIXIN, for_=WEI_ZHIQIANG)
    with pytest.raises(Refusal, match="in_person_only"):
        case.act(lambda: claim_task(db.session(), case.around, signature, by=deputy,
                                    now=case.now))  # fmt: skip
    assert case.read(lambda one: tasks_open_to(one.session, deputy, instance_id=case.case).total) == 0
    case.completes("评估员签名", by=WEI_ZHIQIANG, item=WEI_ZHIQIANG, sign="signed")


def test_a_clue_from_a_case_without_a_number_says_so_in_words(bureau: Opened) -> None:
    case = applies(bureau(), HARDSHIP)
    case.says("举报/侵害", by=NONG_XIAOLAN, happened_on="2026-03-02")
    assert case.row.number is None and case.referrals()[0] == ("保护线索办理", "protection_unit")
    [clue, *_] = [one for one in case.rows(Instance) if one.process == "referral"]
    assert case.facts_of(clue.id)["referral_from"] == "收养登记（未编号）"


def test_every_department_down_leaves_each_verification_to_a_person(bureau: Opened) -> None:
    case = accepted(bureau().all_departments("fail"), FOUND)
    for _ in range(6):
        case.turn()
        case.later(minutes=61)
    assert case.calls == SIX and {call.status for call in case.open_calls()} == {"failed"}
    assert case.tasks == []
    for name in SIX:
        case.answers_by_hand(name, result="clear")
    assert case.tasks == ["核验结果认定"]
    assert verified(case).waits_for("评估答复")


def test_departments_that_run_out_of_time_are_never_asked_blindly_again(bureau: Opened) -> None:
    case = accepted(bureau().all_departments("timeout"), FOUND)
    case.turn()
    assert {call.status for call in case.open_calls() if call.name in (FOUNDLING, VILLAGE)} == {"unknown"}
    case.all_departments().later(minutes=2)
    case.turn()
    assert case.calls == [FOUNDLING, VILLAGE]
    assert [name for name, _ in case.asked].count("foundling") == 1
    case.answers_by_hand(VILLAGE, result="clear").answers_by_hand(FOUNDLING, result="unclear")
    assert case.tasks == ["核验结果认定"] and case.facts["foundling_result"] == "unclear"


def test_an_abnormal_answer_refuses_nobody(bureau: Opened) -> None:
    case = accepted(bureau().all_departments("abnormal"), FOUND).all_answer()
    assert case.facts["crime_result"] == "found" and case.facts["crime_record"] == "unknown"
    assert case.facts["outcome"] == "open" and case.tasks == ["核验结果认定"]
    assert verified(case).facts["adopter_eligibility"] == []


def test_departments_that_answer_late_are_waited_for(bureau: Opened) -> None:
    case = accepted(bureau().all_departments("late"), FOUND)
    case.turn()
    assert case.calls == SIX and case.tasks == []
    assert {call.due_on.isoformat() for call in case.open_calls()} == {"2026-03-09"}
    assert case.on("2026-03-10").calls == [FOUNDLING, VILLAGE], "who may not be asked twice is left to a person"
    for name in (FOUNDLING, VILLAGE):
        case.answers_by_hand(name, result="clear")
    assert case.tasks == ["核验结果认定"] and case.facts["outcome"] == "open"


@pytest.mark.parametrize(("mode", "left"), [("fail", ["失信信息查询"]), ("late", [])])
def test_the_court_is_waited_for_and_has_a_way_round(bureau: Opened, mode: str, left: list[str]) -> None:
    case = ready_to_assess(bureau(), HARDSHIP).all_departments(mode).completes("选择方式", by=QIN_LIXIN, mode="self")
    case.completes("指派评估员", by=QIN_LIXIN, assessors=[LU_WENJING, WEI_ZHIQIANG])
    case.completes("评估计划与材料复核", by=LU_WENJING, credit=True)
    case.turn()
    assert case.calls == ["失信信息查询"] and "资料核验" not in case.tasks
    for _ in range(6):
        case.later(minutes=61)
        case.turn()
    assert case.calls == left
    for name in left:
        case.answers_by_hand(name, by=QIN_LIXIN, result="clear")
    assert "资料核验" in case.tasks and case.facts["credit_result"] == "clear"


def test_an_answer_after_a_person_gave_one_is_only_recorded(bureau: Opened) -> None:
    case = accepted(bureau(), HARDSHIP)
    case.meanwhile = lambda: [case.answers_by_hand(name, result="found") for name in case.calls]
    case.turn()
    assert case.facts["crime_result"] == "found" and case.kinds(case.case).count("late_answer") >= 1


def test_what_is_sent_out_after_the_certificate_has_a_way_round_too(bureau: Opened) -> None:
    case = ready_to_register(bureau(), HARDSHIP).all_departments("fail")
    registers(approved(reviewed(case), "2026-04-20"))
    for _ in range(6):
        case.turn()
        case.later(minutes=61)
    assert case.calls == ["公安 户口登记", "更新儿童福利信息系统"]
    for name in case.calls:
        case.answers_by_hand(name, by=LI_GUIFANG, receipt="函〔2026〕1号")
    assert "归档" in case.tasks


def test_a_child_is_in_one_open_adoption_at_a_time(bureau: Opened) -> None:
    number = {"child_id_no": id_no("2024-01-15", "2", "小满")}
    first = applies(bureau(), HARDSHIP, **number)
    second = bureau()
    with pytest.raises(Refusal, match="form_errors") as refused:
        applies(second, HARDSHIP, **number)
    assert refused.value.fields == {"child_id_no": field_sentence("subject_elsewhere", process="收养登记")}
    assert second.tasks == ["到场申请"]
    first.says("撤回申请", by=LI_GUIFANG, withdrawn_on="2026-03-02")
    decides(first, "终止办理")
    second.completes("到场申请", by=LI_GUIFANG, **COUPLE, **HARDSHIP, **number, materials_received_on="2026-03-02")
    assert second.tasks == ["询问笔录"]


def test_fraud_found_after_the_case_is_closed_is_handed_on(bureau: Opened) -> None:
    case = accepted(bureau(), HARDSHIP)
    case.says("撤回申请", by=LI_GUIFANG, withdrawn_on="2026-03-02")
    decides(case, "终止办理")
    with pytest.raises(Refusal, match="case_ended"):
        case.says("认领", by=LI_GUIFANG, claimed_on="2026-03-02")
    case.says("弄虚作假", by=LI_GUIFANG, found_on="2026-03-02")
    assert case.referrals() == [("撤销线索办理", "county_approver")]
    assert case.kinds(case.case)[-1] == "handed_on" and case.row.ended_by == "end_closed"


def test_the_day_it_happened_is_shown_beside_the_day_it_was_entered(bureau: Opened) -> None:
    case = applies(bureau(), HARDSHIP, materials_received_on="2026-02-27")
    told = case.read(lambda one: timeline(one, record_of(one.session, one), WebLinks()))
    [applied] = [entry for entry in told if "到场申请" in entry.did]
    assert applied.note == "收到材料日 2026-02-27" and legal_day(applied.at).isoformat() == "2026-03-02"
    assert not any("收到材料日" in entry.note for entry in told if entry is not applied)
