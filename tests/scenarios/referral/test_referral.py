"""A clue reaches the role that is responsible for it."""

import pytest

from tests.cast import HUANG_JIANGUO, NONG_XIAOLAN


@pytest.mark.parametrize(
    ("to", "task", "by"),
    [
        ("P27", "保护线索办理", "duty"),
        ("P25", "保护线索办理", "duty"),
        ("P08", "发放线索办理", "fund"),
        ("P16", "撤销线索办理", HUANG_JIANGUO),
        ("P17", "线索办理", NONG_XIAOLAN),
    ],
)
def test_a_clue(tell, to, task, by):
    story = tell("referral")
    story.others = {"duty": "protection_unit", "fund": "county_fund"}
    story.starts(referral_to=to, referral_reason="harm", referral_from="SY-450123-2026-000001")
    assert story.tasks == [task]
    story.completes(task, by=by, decision="opened")
    assert story.ended == "已接收"
