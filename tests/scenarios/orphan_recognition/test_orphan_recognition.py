"""An orphan is recognised, or is not, or is sent on; never by a list on the wall."""

import pytest

from tests.cast import HUANG_JIANGUO, MENG_XIUYING, NONG_XIAOLAN
from tests.scenarios.story import Story, version_of

TOWNSHIP, VILLAGE = "lumeihua", "nongdaming"
"""卢美花 儿童督导员 450123101, 农大明 儿童主任 450123101201: not of the demonstration's cast."""


def begins(tell, father: str = "dead", mother: str = "declared_dead", **other) -> Story:
    story = tell("orphan-recognition")
    story.others = {TOWNSHIP: "child_supervisor", VILLAGE: "child_director"}
    story.division = "450123101"
    usual = {
        "orphan_type": "scattered", "materials_received_on": "2026-03-02", "child_dob": "2016-08-01",
        "village_division": "450123101201", "school_status": "yes", "father_status": father, "mother_status": mother,
    }  # fmt: skip
    return story.starts().completes("提出申请", by=TOWNSHIP, **usual | other)


def goes_up(story: Story) -> Story:
    story.completes("形式审查", by=TOWNSHIP, result="complete").all_answer(result="clear")
    story.completes("入户核实", by=VILLAGE, finding="true", visited_on="2026-03-02")
    return story.completes("乡镇审核", by=TOWNSHIP, opinion="agree")


def test_a_child_who_lost_both_parents(tell):
    story = goes_up(begins(tell))
    assert story.facts["orphan_class"] == "orphan"
    story.completes("县级审查", by=NONG_XIAOLAN, proposal="recognise", start_month="2026-04-01")
    story.completes("审批", by=HUANG_JIANGUO, decision="agree", decided_on="2026-03-02")
    story.all_answer(receipt="R1")
    assert story.letters == ["acceptance", "recognition"] and story.referrals == ["P08"]
    story.completes("签订养育协议", by=TOWNSHIP, signed_on="2026-03-02")
    story.completes("建档", by=MENG_XIUYING, archived_on="2026-03-02")
    assert story.ended == "认定办结"


@pytest.mark.parametrize(
    ("father", "mother", "found"),
    [
        ("dead", "other", "defacto"),
        ("declared_missing", "dead", "orphan"),
        ("unknown", "unknown", "unclear"),
        ("other", "other", "defacto"),
    ],
)
def test_what_the_table_says_is_advice(tell, father, mother, found):
    story = goes_up(begins(tell, father, mother))
    assert story.facts["orphan_class"] == found and story.tasks == ["县级审查"]


def test_who_is_no_orphan_gets_a_written_decision_and_is_sent_on(tell):
    story = goes_up(begins(tell, mother="other"))
    story.completes("县级审查", by=NONG_XIAOLAN, proposal="refuse")
    story.completes("审批", by=HUANG_JIANGUO, decision="disagree", decided_on="2026-03-02")
    story.completes("不予认定", by=NONG_XIAOLAN, decided_on="2026-03-02")
    assert story.letters == ["acceptance", "refusal"] and story.referrals == ["P06"]
    story.completes("送达登记", by=TOWNSHIP, served_on="2026-03-02")
    story.completes("结案归档", by=MENG_XIUYING, archived_on="2026-03-02")
    assert story.ended == "未认定结案"


def test_silence_after_a_correction_opens_a_task_and_ends_nothing(tell):
    story = begins(tell).completes("形式审查", by=TOWNSHIP, result="incomplete")
    story.completes("一次性告知补正", by=TOWNSHIP, notified_on="2026-03-02").on("2026-03-24")
    assert story.tasks == ["逾期未补正处理"]
    story.completes("逾期未补正处理", by=TOWNSHIP, decision="wait").says(
        "补正材料收到", by=TOWNSHIP, received_on="2026-03-24"
    )
    assert story.tasks == ["形式审查"]


def test_a_withdrawal(tell):
    story = begins(tell).says("撤回申请", by=TOWNSHIP, withdrawn_on="2026-03-02")
    assert story.tasks == ["终止办理"]


def test_nothing_is_posted_publicly():
    names = {node.name for node in version_of("orphan-recognition").definition.nodes.values()}
    assert not any("公示" in name for name in names)


def test_harm_found_on_the_home_visit_is_reported_at_once(tell):
    story = begins(tell).completes("形式审查", by=TOWNSHIP, result="complete").all_answer(result="clear")
    story.completes("入户核实", by=VILLAGE, finding="danger", visited_on="2026-03-02")
    assert story.referrals == ["P27"] and story.tasks == ["乡镇审核"]


def test_the_leader_may_send_it_back(tell):
    story = goes_up(begins(tell)).completes("县级审查", by=NONG_XIAOLAN, proposal="recognise", start_month="2026-04-01")
    story.completes("审批", by=HUANG_JIANGUO, decision="return", decided_on="2026-03-02")
    assert story.tasks == ["县级审查"]


def test_payment_begins_on_the_first_of_a_month(tell):
    story = goes_up(begins(tell))
    wrong = story.is_refused("县级审查", by=NONG_XIAOLAN, proposal="recognise", start_month="2026-04-02")
    assert wrong == {"start_month": "按月发放，请填该月 1 日。"}


def test_a_termination_is_written_served_and_filed(tell):
    story = begins(tell).completes("形式审查", by=TOWNSHIP, result="incomplete")
    story.completes("一次性告知补正", by=TOWNSHIP, notified_on="2026-03-02").on("2026-03-24")
    story.completes("逾期未补正处理", by=TOWNSHIP, decision="terminate")
    story.completes("终止办理", by=TOWNSHIP, decided_on="2026-03-24")
    story.completes("送达登记", by=TOWNSHIP, served_on="2026-03-24")
    story.completes("结案归档", by=MENG_XIUYING, archived_on="2026-03-24")
    assert story.letters[-1] == "termination" and story.ended == "未认定结案"


@pytest.mark.parametrize(("born", "in_school", "found"), [
    ("2008-03-02", "no", "over_age"), ("2008-03-03", "no", "orphan"), ("2008-03-02", "yes", "orphan"),
])  # fmt: skip
def test_who_has_come_of_age_must_be_at_school(tell, born, in_school, found):
    story = goes_up(begins(tell, child_dob=born, school_status=in_school))
    assert story.facts["orphan_class"] == found


@pytest.mark.parametrize(("switch", "found"), [("true", "orphan"), ("false", "defacto")])
def test_whether_a_missing_parent_counts_is_a_parameter(tell, switch, found):
    story = tell("orphan-recognition", **{"orphan.missing_counts": switch})
    assert goes_up(begins(lambda key: story, "declared_missing", "dead")).facts["orphan_class"] == found


def test_the_thirty_working_days_stop_only_as_a_reference(tell):
    story = begins(tell).completes("形式审查", by=TOWNSHIP, result="incomplete")
    story.completes("一次性告知补正", by=TOWNSHIP, notified_on="2026-03-02").on("2026-03-09")
    story.says("补正材料收到", by=TOWNSHIP, received_on="2026-03-09")
    clock = story.clock("GR")
    assert clock.unit == "WD" and clock.reference and clock.used == 0 and clock.firm_due_on < clock.due_on
