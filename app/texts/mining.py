"""Sentences of event logs and of the auditors' analysis."""

SENTENCES = {
    "mining_format": "事件日志只有 XES 和 OCEL 2.0 两种格式，没有导出。请选择其中一种。",
    "mining_purpose_short": "导出事件日志须写明用途，至少 {shortest} 个字，没有导出。请补写用途。",
    "mining_version": "所选事项没有第 {version} 版，没有导出。请先选事项，再填已发布的版本号。",
    "mining_too_many": "符合条件的至少有 {cases} 件、{entries} 条记录，超过一次可导出的 {most} 条，没有导出。"
    "请缩小期间或区划；全部导出请由运行维护人员用 flask history mine。",
    "mining_none": "您职责区划内没有符合条件的办件，没有导出。请放宽条件。",
    "analysis_period": "起止日期不对：止日不能早于起日，期间最长 {days} 天，没有分析。请改正日期。",
    "analysis_too_many": "这段期间办结的步骤超过一次可比较的 {most} 步，没有分析。请缩小期间、区划或事项；"
    "全部比较请由运行维护人员用 flask audit analyse。",
    "analysis_outside": "所填区划不在您的职责区划内，没有分析。请填写职责区划或其下级的代码，或不限区划。",
    "analysis_process": "没有这个事项，没有分析。请从已发布的事项中选，或不限事项。",
    "analysis_too_often": "一人一天最多存 {most} 次分析，没有存下这一次。请打开已有的运行，或明天再分析。",
    "analysis_scope": "这次分析比较过的区划有一部分不在您的职责区划内，没有重新比较。请由覆盖全部区划的审计员办理。",
    "analysis_by_command": "这次分析由命令完成，超出页面一次可打开的记录，没有重新比较。请由运行维护人员用 flask audit again。",
    "looks_too_many": "这段期间的查阅登记超过一次可比较的 {most} 条，没有比较。请缩小期间。",
    "looks_period": "起止日期不对：止日不能早于起日，期间最长 {days} 天，没有比较。请改正日期。",
    "looks_purpose": "按姓名查登记须写明目的，至少 {shortest} 个字，没有查找。请补写目的。",
    "looks_name": "请写完整的姓名或案号，至少 2 个字，没有查找。",
}
