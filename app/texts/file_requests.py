"""Sentences about requests for files."""

SENTENCES = {
    "file_request_wrong": "登记有 {count} 处要改，没有保存。请按各项旁边的提示改好后再登记。",
    "file_request_due": "其他机关调取没有统一的法定期限，请填来文要求的提供日期，不能早于收到日期。",
    "file_request_not_extractor": "登记调卷、提取案卷由本单位管辖本件的档案员办理，不能代办。请转交档案员。",
    "file_request_not_approver": "调卷由登记单位的分管领导（市级由市级民政）批准，不能代办。请转交有权批准的同事。",
    "file_request_own": "登记或提取的人不能批准同一次调卷，同一人的两个账号也算同一人。请由另一位有权的同事批准。",
    "file_request_moved_on": "这次调卷已经处理过，没有重复办理。请刷新页面查看现在的情况。",
    "file_request_no_reason": "请写明不批准的理由，至少 4 个字。",
    "file_request_not_approved": "这次调卷还没有批准，不能提取。请等分管领导批准。",
    "file_request_not_made": "案卷还没有提取，没有可以下载的文件。请由档案员先提取。",
    "file_request_too_long": "步骤和附件多，{seconds} 秒内没有生成完，没有提取。"
    "请由运行维护人员用命令 flask history extract 提取，不限时间。",
    "file_request_altered": "这份案卷与登记的摘要不一致，已停止提供。请立即报告系统管理员和审计员。",
}
