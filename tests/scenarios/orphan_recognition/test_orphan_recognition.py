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
