"""Sentences about reading a case in an emergency."""

SENTENCES = {
    "emergency_wrong": "申请有 {count} 处要改，没有提交。请按各项旁边的提示改好后再提交。",
    "emergency_already": "您对这一件已有等待批准或正在进行的紧急查看，没有重复申请。请在“紧急查看”页查看。",
    "emergency_not_yours": "紧急查看由管辖本件的安全管理员批准，由申请人或安全管理员结束，不能代办。您没有这项权限。",
    "emergency_own": "申请人不能批准自己的紧急查看，同一人的两个账号也算同一人。请由另一位安全管理员批准。",
    "emergency_moved_on": "这次紧急查看已经处理过或已经结束，没有重复办理。请刷新页面查看现在的情况。",
    "emergency_lapsed": "这次申请超过 24 小时没有决定，已经失效。确有需要的，请系统管理员重新申请。",
    "emergency_no_auditor": "没有审计员的职责区划包括本件，批准后无人可告知，没有批准。请先安排审计员。",
    "emergency_no_reason": "请写明不批准的理由，至少 {shortest} 个字。",
}
