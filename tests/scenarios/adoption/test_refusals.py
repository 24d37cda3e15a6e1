"""Who may not adopt is told why, is heard, and gets a written decision; no table and no timer refuses anybody."""

import pytest

from tests.cast import HUANG_JIANGUO, LI_GUIFANG, NONG_XIAOLAN, QIN_LIXIN
from tests.scenarios.adoption.steps import FOUND, HARDSHIP, accepted, applies, decides, verified

SINGLE = {"adopter_marital": "10", "joint": None, "spouse_dob": None, "child_dob": "2020-02-01"}


@pytest.mark.parametrize(
    ("born", "findings"),
    [("1981-01-15", ["E8"]), ("1980-02-01", []), ("1980-02-02", ["E8"])],
    ids=["39 years", "exactly 40", "a day short"],
)
def test_a_single_man_and_a_girl_of_six(tell, born, findings):
    story = accepted(tell("adoption"), HARDSHIP, **SINGLE, adopter_dob=born)
    assert story.facts["adopter_eligibility"] == findings
    assert (story.tasks == ["不予登记预告知（听取陈述）"]) is bool(findings)


@pytest.mark.parametrize(
    ("own", "count", "disabled", "findings"),
    [(2, 1, True, []), (2, 1, False, ["E2"]), (1, 2, False, ["E4"]), (1, 1, False, []), (0, 3, False, ["E3"])],
)
def test_how_many_children(tell, own, count, disabled, findings):
    story = accepted(tell("adoption"), HARDSHIP, own_children_n=own, this_count=count, child_disabled=disabled)
    assert story.facts["adopter_eligibility"] == findings


def test_a_refusal_is_decided_served_and_archived_by_people(tell):
    story = accepted(tell("adoption"), HARDSHIP, own_children_n=1, this_count=2)
    story.completes("不予登记预告知（听取陈述）", by=NONG_XIAOLAN, result="rejected")
    assert story.tasks == ["不予登记"]
    decides(story, "不予登记")
    assert story.letters == ["acceptance", "refusal"] and story.ended == "未登记结案"
    assert story.facts["served_on"] == "2026-03-02"


def test_a_party_who_shows_otherwise_is_checked_again(tell):
    story = accepted(tell("adoption"), HARDSHIP, own_children_n=2)
    story.completes("不予登记预告知（听取陈述）", by=NONG_XIAOLAN, result="upheld", own_children_now=1)
    assert story.facts["adopter_eligibility"] == [] and "犯罪记录核验" in story.calls


def test_a_record_counts_only_once_a_person_has_judged_it(tell):
    story = accepted(tell("adoption"), HARDSHIP).all_answer(result="found")
    assert story.facts["crime_record"] == "unknown" and story.tasks == ["核验结果认定"]
    verified(story, crime_judged="adverse")
    assert story.facts["adopter_eligibility"] == ["E6"] and story.tasks == ["不予登记预告知（听取陈述）"]


def test_a_child_of_eight_who_says_no(tell):
    story = accepted(tell("adoption"), FOUND, child="refuse", child_dob="2017-06-01")
    assert story.facts["adopter_eligibility"] == ["E9"]
    story.completes("不予登记预告知（听取陈述）", by=NONG_XIAOLAN, result="rejected")
    decides(story, "不予登记")
    assert story.facts["outcome"] == "refused"


def test_consent_to_the_assessment_left_unanswered(tell):
    story = verified(accepted(tell("adoption"), HARDSHIP))
    assert story.waits_for("评估答复")
    story.on("2026-03-17")
    assert story.tasks == []
    story.on("2026-03-18")
    assert story.tasks == ["未同意评估处理"] and story.ended is None
    story.completes("未同意评估处理", by=QIN_LIXIN, decision="wait")
    assert story.waits_for("评估答复")
    story.on("2026-04-20").completes("未同意评估处理", by=QIN_LIXIN, decision="terminate")
    assert story.tasks == ["终止办理", "超期督办"]
    story.completes("超期督办", by=HUANG_JIANGUO)
    decides(story, "终止办理")
    assert story.letters[-1] == "termination" and story.ended == "未登记结案"


def test_the_assessment_is_refused(tell):
    story = verified(accepted(tell("adoption"), HARDSHIP))
    story.says("评估答复", by=QIN_LIXIN, consent="refuse", consent_at="2026-03-02")
    assert story.tasks == ["未同意评估处理"] and story.facts.get("assessment_consent_on") is None


def test_correction_and_its_second_request(tell):
    story = applies(tell("adoption"), HARDSHIP).completes("材料核对", by=LI_GUIFANG, result="incomplete")
    story.completes("一次性告知补正", by=LI_GUIFANG, notified_on="2026-03-02")
    assert story.letters == ["correction"]
    story.on("2026-03-05").says("补正材料收到", by=LI_GUIFANG, received_on="2026-03-05")
    assert story.facts["correction_periods"] == ["2026-03-02/2026-03-05"]
    story.completes("材料核对", by=LI_GUIFANG, result="incomplete")
    story.completes("一次性告知补正", by=LI_GUIFANG, notified_on="2026-03-05")
    assert story.tasks == ["再次补正审批"] and story.letters == ["correction"]
    story.completes("再次补正审批", by=NONG_XIAOLAN, decision="disagree")
    assert story.tasks == ["材料核对"] and story.facts.get("correction_notified_on") is None
    story.completes("材料核对", by=LI_GUIFANG, result="complete")
    assert story.facts["materials_received_on"] == "2026-03-02" and "acceptance" in story.letters


def test_a_correction_that_never_comes_ends_by_a_person(tell):
    story = applies(tell("adoption"), HARDSHIP).completes("材料核对", by=LI_GUIFANG, result="incomplete")
    story.completes("一次性告知补正", by=LI_GUIFANG, notified_on="2026-03-02").on("2026-03-24")
    assert story.tasks == ["逾期未补正处理"]
    story.completes("逾期未补正处理", by=LI_GUIFANG, decision="terminate")
    assert story.tasks == ["终止办理"]
