"""Sentences about parameters and numbers."""

SENTENCES = {
    "parameter_unknown": "参数“{code}”没有登记。请核对代码；确需新增的，请填写名称后再提交。",
    "parameter_malformed": "参数“{code}”有几项填得不对。请按各项旁边的提示改正后再提交。",
    "rules_not_yours": "工作日历和参数由政策岗录入，由政策岗、民政厅（局）或系统管理员批准，且须管辖所涉地区。请改由有权的同事办理。",
    "parameter_reason_missing": "请写明理由后再提交。",
    "parameter_not_forward": "参数只能从今天（{today}）以后的日子起生效，现填 {day}。请改为明天或更晚，"
    "生效日已过的请重新拟定。",
    "parameter_same_person": "拟定人不能审批自己拟定的参数。请由另一位有权的同事审批。",
    "parameter_not_pending": "这项参数已经审批或已作废，不能再处理。请刷新页面查看现行值。",
    "parameter_changed_meanwhile": "同时有另一项参数通过审批，本次没有保存。请刷新页面后再审批一次。",
    "number_reason_missing": "请写明作废理由后再提交。",
    "number_not_issued": "{number} 号还没有发出，不能作废。请核对编号。",
    "number_already_void": "{number} 号已经作废。请在作废号登记中查看。",
}
