"""What the forms themselves hold: fact dates, and answers that must agree with each other (handbook §9, corrections 1)."""

from datetime import date

import pytest

from app.forms.model import Field
from tests.cast import HUANG_JIANGUO, LI_GUIFANG, NONG_XIAOLAN, QIN_LIXIN
from tests.scenarios.adoption.steps import (
    COUPLE,
    FOUND,
    HARDSHIP,
    STEP,
    accepted,
    applies,
    approved,
    decides,
    ready_to_register,
    registers,
    reviewed,
    verified,
)
from tests.scenarios.filling import id_no
from tests.scenarios.story import version_of

LI_NUMBER = id_no("1986-05-01", "1", "li")


def at_the_counter(tell, case=HARDSHIP):
    chosen = {name: case[name] for name in ("child_source", "relation", "applicant_kind")}
    return tell("adoption").starts().completes("预约预审", by=LI_GUIFANG, **chosen)


def refused(story, case=HARDSHIP, **other):
    given = COUPLE | {"materials_received_on": story.day.isoformat()} | case | other
    return story.is_refused("到场申请", by=LI_GUIFANG, **given)


def test_a_fact_date_may_be_earlier_only_with_reason_and_evidence(tell):
    story = at_the_counter(tell)
    missing = refused(story, materials_received_on="2026-02-27", materials_received_on_why="短")
    assert set(missing) == {"materials_received_on_why"}
    later = refused(story, materials_received_on="2026-03-03")
    assert later == {"materials_received_on": "“收到申请和材料之日”不能晚于 2026-03-02，请核对。"}
    story.completes("到场申请", by=LI_GUIFANG, **COUPLE, **HARDSHIP, materials_received_on="2026-02-27",
                    materials_received_on_why="节前收件，收件章为证", materials_received_on_proof=["scan"])  # fmt: skip
    assert story.facts["materials_received_on"] == "2026-02-27"


FREE = {"dob", "found_on", "revoked_on", "visit_on", "expected_on", "finish_by", "planned_on", "on", "start_month",
        "spouse_born_now", "father_date", "mother_date"}  # fmt: skip
"""Dates that are no fact dates of the procedure: births, plans, what lies before it."""
NO_EFFECT = {"adoption/archive", "adoption/visit", "adoption/child_opinion", "adoption/collective",
             "adoption/hearing.heard_on", "adoption/hearing_refusal", "adoption/fraud", "adoption/manual_record",
             "adoption/harm_report", "adoption/red_line", "adoption-assessment/plan", "adoption-assessment/home_visit",
             "adoption-assessment/blending", "adoption-assessment/red_line_report",
             "adoption-assessment/manual_record", "orphan-recognition/home_visit", "orphan-recognition/archive",
             "orphan-recognition/agreement", "orphan-recognition/manual_record", "referral/receipt"}  # fmt: skip
"""Forms (or fields) whose date starts, stops or ends no clock and has no legal effect of its own."""


@pytest.mark.parametrize("key", ["adoption", "orphan-recognition", "referral"])
def test_every_date_that_moves_a_clock_asks_why_it_is_earlier(key):
    """No fact date lies after the event, and each that counts asks for a reason."""
    version = version_of(key)
    for (process, form_id), use in version.forms.items():
        folder = version.all_settings[process].key
        dates = [f for f in use.form.walk() if f.type == "datetime" and not _free(f)]
        for each in dates:
            assert each.max is not None, f"{folder}/{form_id}.{each.key} may lie in the future"
            if {f"{folder}/{form_id}", f"{folder}/{form_id}.{each.key}"} & NO_EFFECT or each.subtype == "datetime":
                continue
            why = {f.key: f for f in use.form.walk()}.get(f"{each.key}_why")
            assert why is not None and why.required, f"{folder}/{form_id}.{each.key}"
            assert any(f.type == "filepicker" and f.required for f in use.form.walk()), f"{folder}/{form_id}"


def _free(field: Field) -> bool:
    return field.key in FREE or field.key.endswith("_dob")


def test_an_earlier_registration_wants_a_reason(tell):
    story = reviewed(ready_to_register(tell("adoption"), HARDSHIP))
    approved(story, "2026-04-20").on("2026-04-22")
    early = story.is_refused("发证", by=LI_GUIFANG, in_person="yes", registered_on="2026-04-19")
    assert early == {"registered_on": "“登记日”不能早于 2026-04-20，请核对。"}
    registers(story, on="2026-04-21", registered_on_why="前一日系统停电，当日已发证")
    assert story.facts["registered_on"] == "2026-04-21"


def test_nobody_adopts_from_themselves(tell):
    story = at_the_counter(tell)
    same = refused(story, adopter_id_no=LI_NUMBER, adopter_sex="1", placer_id_no=LI_NUMBER, placer_sex="1",
                   placer_dob="1986-05-01")  # fmt: skip
    assert same == {"adopter_id_no": "收养人不能同时是送养人、配偶或被收养人，请核对几处证件号码。"}


def test_a_spouse_places_the_child_only_with_a_step_parent(tell):
    number = id_no("1988-02-11", "2", "mother")
    mother = {"spouse_id_no": number, "spouse_sex": "2", "placer_id_no": number, "placer_sex": "2",
              "placer_dob": "1988-02-11"}  # fmt: skip
    assert "spouse_id_no" in refused(at_the_counter(tell), **mother)
    applies(tell("adoption"), STEP, **mother)


def test_relation_and_situation_agree(tell):
    story = at_the_counter(tell)
    assert set(refused(story, relation="step", bio_parent_consent=True)) == {"relation"}
    assert set(refused(story, case=STEP | {"relation": "general", "bio_parent_consent": None})) == {"relation"}


def test_who_places_and_the_other_parent_agree(tell):
    story = at_the_counter(tell)
    assert set(refused(story, other_parent="missing")) == {"other_parent"}
    assert set(refused(story, placer_kind="single_parent")) == {"other_parent"}


def test_an_application_is_taken_only_from_those_who_came(tell):
    assert set(refused(at_the_counter(tell), in_person_verified="no")) == {"in_person_verified"}


def test_a_certificate_is_handed_only_to_those_who_came(tell):
    story = reviewed(ready_to_register(tell("adoption"), HARDSHIP))
    approved(story, "2026-04-20")
    absent = story.is_refused("发证", by=LI_GUIFANG, in_person="no")
    assert absent == {"in_person": "当事人没有到场的，不能发证，请另约时间。"}


def test_the_expected_day_lies_after_the_notice(tell):
    story = reviewed(ready_to_register(tell("adoption")).on("2026-05-07"))
    assert story.facts["notice_to"] == "2026-05-06"
    early = story.is_refused("呈报审批", by=NONG_XIAOLAN, expected_on="2026-05-06")
    assert early == {"expected_on": "“拟登记日”不能早于 2026-05-07，请核对。"}


def test_a_refusal_opens_with_the_authority_and_the_government_of_its_level(tell):
    story = accepted(tell("adoption"), HARDSHIP, own_children_n=1, this_count=2)
    story.completes("不予登记预告知（听取陈述）", by=NONG_XIAOLAN, result="rejected")
    opened = story.opens("不予登记")
    assert (opened["authority"], opened["review_body"]) == ("隆安县民政局", "隆安县人民政府")
    assert (opened["review_days"], opened["court_months"]) == (60, 6)
    form = version_of("adoption").forms["adoption", "refusal"].form
    needed = {"authority", "review_body", "review_days", "court", "court_months", "facts", "reason", "articles"}
    assert needed <= {field.key for field in form.walk() if field.required}
    decides(story, "不予登记")


def test_a_service_is_recorded_with_its_way_and_receipt(tell):
    story = accepted(tell("adoption"), HARDSHIP, own_children_n=1, this_count=2)
    story.completes("不予登记预告知（听取陈述）", by=NONG_XIAOLAN, result="rejected")
    story.on("2026-03-04").completes("不予登记", by=LI_GUIFANG, decided_on="2026-03-04")
    before = story.is_refused("送达登记", by=LI_GUIFANG, way="post", served_on="2026-03-03")
    assert before == {"served_on": "“送达日”不能早于 2026-03-04，请核对。"}
    form = version_of("adoption").forms["adoption", "service_record"].form
    assert all(f.required for f in form.walk() if f.key in {"way", "served_on", "receipt"})


@pytest.mark.parametrize(("day", "found"), [("2026-02-27", ["E9"]), ("2026-02-28", ["E9", "E10"])])
def test_who_was_born_on_a_leap_day_comes_of_age_on_the_28th(tell, day, found):
    story = accepted(tell("adoption", day), HARDSHIP, child="refuse", child_dob="2008-02-29")
    assert story.facts["adopter_eligibility"] == found


@pytest.mark.parametrize(("switch", "age"), [("true", 8), ("false", 7)])
def test_whether_the_birthday_itself_counts_is_a_parameter(tell, switch, age):
    story = accepted(tell("adoption", **{"adoption.age_on_birthday": switch}), HARDSHIP, child_dob="2018-03-02")
    assert story.facts["child_age"] == age


def test_dates_are_legal_days(tell):
    """The clock of the case runs by the day the material came, not by the day it was entered."""
    story = at_the_counter(tell)
    story.completes("到场申请", by=LI_GUIFANG, **COUPLE, **HARDSHIP, materials_received_on="2026-02-27",
                    materials_received_on_why="节前收件，收件章为证")  # fmt: skip
    story.completes("询问笔录", by=LI_GUIFANG, adopter_consent="yes", placer_consent="yes")
    story.completes("材料核对", by=LI_GUIFANG, result="complete")
    verified(story).says("评估答复", by=QIN_LIXIN, consent="agree", consent_at="2026-03-02")
    assert story.clock("T1").started_on == date(2026, 2, 27) and story.clock("T1").used == 3


def test_only_the_leader_lifts_a_freeze_and_not_before_it_began(tell):
    story = ready_to_register(tell("adoption"), FOUND).on("2026-04-28")
    story.says("认领", by=LI_GUIFANG, claimed_on="2026-04-28")
    with pytest.raises(AssertionError, match="may not send"):
        story.says("解除冻结", by=NONG_XIAOLAN, lifted_on="2026-04-28", decision="resume", resume_at="review")
    story.on("2026-04-30").says("解除冻结", by=HUANG_JIANGUO, lifted_on="2026-04-30", decision="terminate")
    assert story.tasks == ["终止办理"]
