"""Sentences of acts that one person plans and another approves, and of incidents."""

SENTENCES = {
    "retry_needs_plan": "本系统已启用双人办理，重试也须另一人批准。请先拟定方案。",
    "plan_no_reason": "请写明理由。",
    "plan_settled": "这个方案已经批准或不批准，没有重复办理。请刷新页面查看结果。",
    "plan_own": "拟定人和批准人不能是同一个人（同一人的两个账号也不行）。请另请一位负责人批准。",
    "plan_not_yours": "您不能批准这个方案。请由本级分管领导、上级民政部门或安全管理员批准。",
    "plan_planner_gone": "拟定人已离任或不再是本地的系统管理员，方案不能执行。请由现任系统管理员重新拟定。",
    "plan_stale": "方案拟定以后案件有了新的进展，方案不再适用，没有执行。请不批准这个方案，再按现在的情况重新拟定。",
    "migration_barred": "本件不能换用新版：{why}仍按原来的版本办理。",
    "migration_mapping": "步骤对应 {old}={new} 不对：旧版没有前一步，或新版没有后一步，或它已经对应别的步骤。请核对编号后再试。",
    "migration_nothing": "没有旧版的在办件要换到 {key} 第 {version} 版。",
    "migration_not_approved": "方案还没有批准，不能执行。请先由另一人批准。",
    "correction_empty": "请至少更正一个事实。",
    "correction_facts": "有事实填写得不对，没有拟定。请按各项的提示改正后再提交。",
    "reposition_nothing": "请至少选择一个要关闭的步骤和一个要打开的步骤。",
    "reposition_scopes": "所选步骤不在同一个流程范围内，没有拟定。一次只能在一个子流程之内调整；请分开拟定。",
    "reposition_not_open": "“{task}”现在没有打开，不能关闭。请刷新页面查看最新进展。",
    "reposition_multiple": "“{task}”正由多人分别办理，不能关闭。请等各人办完，或由流程图画出的退回处理。",
    "reposition_call": "“{task}”正在等外部答复或被调用流程的结果，不能关闭。请先核验或等其结束。",
    "reposition_handler": "“{task}”不在所选流程范围之内，或是由事件触发的子流程，不能用重新定位关闭或打开。请从列表中选择。",
    "reposition_join": "汇合点“{join}”已有一部分步骤办完、在等其余步骤，现在调整会丢失已办结的内容。请等各分支办完再调整。",
    "reposition_cannot_open": "“{element}”不在这个范围之内，或不是可以打开的步骤。请从列表中选择。",
    "reposition_skips": "不能打开“{task}”：这样会越过法定审批“{approval}”。审批必须由审批人办理，不能由管理员调整越过。",
    "reposition_undoes": "不能打开“{task}”：法定审批“{approval}”已经作出，不能由管理员退回到它之前。"
    "确有错误的，请按撤销或更正程序办理。",
    "reposition_marking": "这样调整后，流程会处于流程图本身走不到的位置（例如汇合点永远等不齐）。"
    "请把同一并行部分的步骤一起关闭，并打开完整的一组步骤。",
}
