"""Sentences of running cases."""

SENTENCES = {
    "task_held": "“{task}”正由{who}办理。如需接手，请联系对方退还，或由本件负责人转办。",
    "task_done": "“{task}”已经由{who}办结，您这次的提交没有重复生效。可在“我的已办”或办件时间线中查看结果。",
    "task_cancelled": "“{task}”已随案件的变化取消，不需要再办理。请回到待办列表。",
    "task_not_held": "“{task}”现在不由您办理，无需退还。请刷新待办列表。",
    "key_reused": "同一个幂等键已用于另一个请求，本次没有执行。请为新的请求换一个 Idempotency-Key。",
    "not_started_by_hand": "{process}由其他流程调用，不能单独发起。请从主流程发起。",
    "division_unknown": "区划代码 {division} 不在区划库中或已失效，没有发起。请从列表中选择现行区划。",
    "dossier_required": "办理{process}须先选定儿童档案。请先在档案中选择儿童，再发起办件。",
    "message_unknown": "“{process}”没有名为“{message}”的消息。请核对消息名称。",
    "message_not_by_hand": "“{message}”只能由对方系统发来，不能手工录入。",
    "local_call_unknown": "流程要求的操作“{operation}”不存在，本次提交没有生效。请告知政策岗改正流程图。",
    "limit_unknown": "时限“{limit}”没有登记，无法计算到期日，本次提交没有生效。请先在参数登记中补上该时限。",
    "clock_refused": "期限无法计算：{detail}。本次提交没有生效，请改正日期后再提交。",
    "limit_without_start": "时限“{limit}”没有起算日期，本次提交没有生效。请先填写起算日期。",
    "letter_unknown": "文书“{letter}”没有模板，本次提交没有生效。请告知政策岗补充文书。",
    "message_unaddressed": "消息“{message}”没有可送达的案件，已留在发件箱等待处理。",
    "incident_needs_two": "让停下的办件再试须由两人办理并写明理由。请加上 --by、--approver 和 --reason。",
    "message_unmatched": "消息“{message}”保留到期，一直没有步骤能接收，已停下等人处理。",
    "draft_too_large": "草稿过大（上限 {limit}），没有保存。请减少内容后再存。",
}
