"""Sentences of the dossiers room."""

SENTENCES = {
    "dossier_exists": "这个编号已经建档，没有重复建立。请打开原档继续办理。",
    "dossier_number": "儿童平台号“{number}”不对（应为 GX 加 15 位数字，末位为校验位），没有建档。请核对后再试。",
    "submission_altered": "这份填报与登记的摘要不一致，已停止显示。请保留现场并立即报告系统管理员和审计员。",
    "search_too_short": "请输入完整姓名、姓名首字母、电话后四位或完整编号，再查找。",
}
