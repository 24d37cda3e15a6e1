"""Sentences of the acts around tasks and cases."""

SENTENCES = {
    "task_taken_back": "“{task}”已由办理人取回修改，本次提交没有生效。请回到待办列表。",
    "transfer_not_yours": "“{task}”不由您办理，本件也不由您负责，不能转办。请联系办理人或本件负责人。",
    "transfer_no_reason": "请写明转办的理由。",
    "transfer_receiver": "所选人员不能办理“{task}”（没有相应角色、须回避或已在办），没有转办。请从名单中另选一位。",
    "urge_not_yours": "催办由本件负责人提出，您不是本件负责人。如需了解进展，请联系负责人。",
    "urge_own": "“{task}”您自己就能办理，无需催办。请到待办列表办理。",
    "urge_again": "“{task}”今天已经催办过，一天只能催一次。如仍未办理，请明天再催或改派他人。",
    "take_back_not_yours": "“{task}”不是您办结的，不能取回。请联系办结的人。",
    "take_back_closed": "“{task}”没有办结或已经取回过，不能再取回。请刷新页面查看最新进展。",
    "take_back_ended": "“{task}”办结后本件已经全部办完，不能取回。确有错误的，请按更正程序办理。",
    "take_back_seen": "下一步的办理人已经打开或办理，“{task}”不能取回。请与对方联系，由其退回。",
    "take_back_moved": "“{task}”办结后本件又有了新的进展（到时、来件、回复或其他步骤办结），不能取回。"
    "请联系下一步的办理人退回。",
    "take_back_passed": "“{task}”办结后流程已经过了汇合、对外请求、等待或子流程，不能取回。请联系下一步的办理人退回。",
    "take_back_several": "“{task}”是多人分别办理的事项，办结后不能单独取回。请联系下一步的办理人退回。",
    "message_not_awaited": "本件现在不接收“{message}”，没有录入。请刷新办件页查看最新进展。",
    "follow_up_not_yours": "下次跟进由本件负责人自己设定，您不是本件负责人。",
    "follow_up_ended": "本件已办结，不需要再设下次跟进。",
    "follow_up_day": "下次跟进的日期须是今天起 {days} 天以内的一天。请重新选择，或留空清除。",
    "purpose_needed": "{process} {number} 不由您办理。您可以按监督、审计职责查看，请先写明查看目的。",
    "purpose_again": "本件不由您办理。您可以按监督、审计职责查看，请先写明查看目的。",
    "purpose_short": "请把查看目的写清楚，至少 {shortest} 个字，例如“2026年第3号审计项目，样本17/40”。",
    "delegation_person": "请从名单中选择一位本单位的同事作代理人。",
}
