"""The usual way through an adoption, step by step; each story takes as much of it as it needs."""

from typing import Any

from tests.cast import HUANG_JIANGUO, LI_GUIFANG, LU_WENJING, MENG_XIUYING, NONG_XIAOLAN, QIN_LIXIN, WEI_ZHIQIANG
from tests.scenarios.story import Story

FOUND = {
    "child_source": "institution_unknown", "relation": "general", "applicant_kind": "mainland",
    "institution_division": "450123", "placer_kind": "institution", "placer_authorised": True,
}  # fmt: skip
"""A foundling in the care of the county's institution."""
HARDSHIP = {
    "child_source": "hardship", "relation": "general", "applicant_kind": "mainland", "placer_division": "450123",
    "placer_kind": "parents", "other_parent": "joint", "hardship_proved": True,
}  # fmt: skip
STEP = {
    "child_source": "step", "relation": "step", "applicant_kind": "mainland", "placer_division": "450123",
    "placer_kind": "single_parent", "other_parent": "dead", "bio_parent_consent": True,
}  # fmt: skip
COUPLE = {
    "adopter_marital": "20", "joint": "yes", "adopter_sex": "1", "adopter_dob": "1986-05-01", "spouse_dob": "1988-02-11",
    "own_children_n": 0, "this_count": 1, "child_sex": "2", "child_dob": "2024-01-15",
}  # fmt: skip


def applies(story: Story, case: dict[str, Any] = FOUND, child: str | None = None, **other: Any) -> Story:
    """The parties come, are heard, and the application is registered as received."""
    application = COUPLE | {"materials_received_on": story.day.isoformat()} | case | other
    chosen = {name: application[name] for name in ("child_source", "relation", "applicant_kind")}
    story.starts().completes("预约预审", by=LI_GUIFANG, **chosen)
    story.completes("到场申请", by=LI_GUIFANG, **application)
    heard = {"adopter_consent": "yes", "placer_consent": "yes"} | ({"child_consent": child} if child else {})
    return story.completes("询问笔录", by=LI_GUIFANG, **heard)


def accepted(story: Story, case: dict[str, Any] = FOUND, **other: Any) -> Story:
    return applies(story, case, **other).completes("材料核对", by=LI_GUIFANG, result="complete")


def verified(story: Story, **judged: Any) -> Story:
    """The other departments answer; 农小兰 judges what they returned."""
    usual = {"crime_judged": "clear", "marriage_judged": "20", "own_children_judged": 0, "medical": "ok"}
    return story.all_answer(result="clear").completes("核验结果认定", by=NONG_XIAOLAN, **usual | judged)


def agrees(story: Story) -> Story:
    day = story.day.isoformat()
    return story.says("评估答复", by=QIN_LIXIN, consent="agree", consent_at=day)


def publishes(story: Story) -> Story:
    return story.completes("60 日寻亲公告", by=LI_GUIFANG, published_on=story.day.isoformat())


def begins_assessment(story: Story) -> Story:
    story.completes("选择方式", by=QIN_LIXIN, mode="self")
    story.completes("指派评估员", by=QIN_LIXIN, assessors=[LU_WENJING, WEI_ZHIQIANG])
    story.completes("评估计划与材料复核", by=LU_WENJING, credit=False)
    return story.completes("签订融合协议", by=LU_WENJING, blending_from=story.day.isoformat())


def investigates(story: Story) -> Story:
    """All but the blending."""
    story.completes("面谈", by=LU_WENJING).completes("实地走访", by=WEI_ZHIQIANG)
    return story.completes("资料核验", by=LU_WENJING)


ITEMS = "motive conduct education health economy marriage household plan neighbours community blending".split()


def scores(story: Story, points: int = 88, **other: Any) -> Story:
    story.completes("融合", by=LU_WENJING, visits=[{}, {}], blending_to=story.day.isoformat())
    marks = {f"score_{item}": points for item in ITEMS}
    return story.completes("评分", by=LU_WENJING, **marks | other)


def reports(story: Story) -> Story:
    story.completes("报告", by=LU_WENJING, advice="suitable")
    for assessor in (LU_WENJING, WEI_ZHIQIANG):
        story.completes("评估员签名", by=assessor, item=assessor, sign="signed")
    return story.completes("提交", by=QIN_LIXIN, report_on=story.day.isoformat())


def assessed(story: Story, begin: str, report: str) -> Story:
    begins_assessment(story.on(begin))
    investigates(story)
    return reports(scores(story.on(report)))


def reviewed(story: Story) -> Story:
    return story.completes("评估报告审阅", by=NONG_XIAOLAN, result="favourable")


def approved(story: Story, expected: str) -> Story:
    story.completes("呈报审批", by=NONG_XIAOLAN, proposal="register", expected_on=expected)
    return story.completes("审批", by=HUANG_JIANGUO, decision="agree", decided_on=story.day.isoformat())


def registers(story: Story, on: str | None = None, **other: Any) -> Story:
    usual = {
        "adopter_consent_now": "yes", "placer_consent_now": "yes", "own_children_now": 0, "marital_now": "20",
        "registered_on": on or story.day.isoformat(),
    }  # fmt: skip
    return story.completes("发证", by=LI_GUIFANG, **usual | other)


def decides(story: Story, task: str) -> Story:
    """The written decision, its service and the archive."""
    day = story.day.isoformat()
    story.completes(task, by=LI_GUIFANG, decided_on=day, authority="隆安县民政局", review_body="隆安县人民政府")
    story.completes("送达登记", by=LI_GUIFANG, way="direct", served_on=day)
    return story.completes("结案归档", by=MENG_XIUYING, archived_on=day)


def ready_to_assess(story: Story, case: dict[str, Any] = FOUND, **other: Any) -> Story:
    return agrees(verified(accepted(story, case, **other)))


def ready_to_register(
    story: Story, case: dict[str, Any] = FOUND, begin: str = "2026-03-09", report: str = "2026-04-20", **other: Any
) -> Story:
    """A favourable report; the notice, where there is one, was published on the first day of the story."""
    ready_to_assess(story, case, **other)
    if "60 日寻亲公告" in story.tasks:
        publishes(story)
    return assessed(story, begin, report)
