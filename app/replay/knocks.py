"""Attempts that were refused, beside the step after which they were made; and what they are called."""

from app.identity.names import LEFT_OFFICE, names_of
from app.instances.refused import LOOK, Knock
from app.replay.step_view import RefusedThen
from app.replay.story import Story

ACTS = {
    LOOK: "查看", "claim": "认领", "complete": "办结", "release": "退还", "take-back": "取回", "transfer": "转办",
    "urge": "催办", "draft": "存草稿", "preview": "填表", "answer": "录入答复", "again": "再发核验", "export": "导出",
    "follow-up": "设下次跟进", "hand-over": "移交办件", "interest": "申报回避", "messages": "录入消息",
    "phone": "登记电话答复", "phone-answers": "登记电话答复", "reposition": "拟定调整", "repositions": "拟定调整",
    "approve": "批准", "decline": "不批准", "retry": "重试故障", "discard": "放弃故障", "correct": "更正",
    "corrections": "更正", "purpose": "写明目的", "calls": "录入答复", "number": "看全号", "print": "打印",
    "documents": "上传材料", "emergency": "申请紧急查看", "emergencies": "申请紧急查看", "end": "结束紧急查看",
    "file-request": "登记调卷", "file-requests": "登记调卷", "extract": "提取卷宗", "rectify": "报告整改",
    "settle": "疑点销号", "send-back": "退回疑点答复",
}  # fmt: skip
REASONS = {
    "not_found": "无权看到", "not_your_role": "没有这一步要求的岗位", "not_assigned": "已指定他人办理",
    "not_your_organisation": "限经办机构人员", "in_person_only": "须本人办理，不得代理", "declared_interest": "应当回避",
    "distinct_person": "须由不同的人办理", "own_act": "不得审批自己办理的事项", "separation_local": "岗位分离",
    "task_held": "正由他人办理", "plan_own": "不得批准自己拟定的方案", "token_powerless": "令牌没有办理的权限",
}  # fmt: skip


def refused_after(story: Story, seq: int) -> tuple[RefusedThen, ...]:
    """Those after this entry and before the next, each by its first time that day."""
    rows = story.knocks.get(seq, [])
    names = names_of(story.session, {row.person_id for row in rows})
    return tuple(_said(row, names.get(row.person_id, LEFT_OFFICE)) for row in rows)


def _said(row: Knock, who: str) -> RefusedThen:
    why = REASONS.get(row.code, "不归其办理" if row.code.endswith("not_yours") else f"不予办理（{row.code}）")
    return RefusedThen(row.first_at, who, ACTS.get(row.act, row.act), why, row.times, row.uncounted)
