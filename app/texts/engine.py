"""Why a diagram could not go on. Nothing was saved; what was typed is still on the page."""

_KEPT = "本次提交没有生效，已填内容仍在。"
_TELL = _KEPT + "请把{told}告诉系统管理员。"
_POLICY = _KEPT + "请把{told}告诉系统管理员和政策岗，由其改正流程图。"

SENTENCES = {
    "task_not_open": "这一步已经办结或已取消，本次提交没有生效。请刷新页面查看最新进展。",
    "timer_not_open": "这个期限提醒已经失效，没有重复触发。",
    "wait_not_open": "案件现在不等待这条消息，没有重复生效。请刷新页面查看最新进展。",
    "call_not_open": "这项核验已有结果或已取消，本次答复没有生效。请刷新页面查看。",
    "case_ended": "案件 {number} 已办结，不能再办理。如有新情况，请发起新的办件。",
    "wrong_kind": "这项操作与流程的当前位置不符。" + _TELL,
    "not_supported": "流程引擎还不支持这项操作。" + _TELL,
    "fact_refused": "“{element}”有一项内容不符合流程的约定。" + _TELL,
    "facts_too_large": "案件的判断要素过多（上限 16 KB）。" + _TELL,
    "result_refused": "“{element}”的结果不符合流程的约定。" + _TELL,
    "items_refused": "“{element}”没有可办理的单位或人员名单。" + _KEPT + "请先选定名单再提交。",
    "too_many_children": "“{element}”一次最多并行办理 50 项。" + _KEPT + "请减少所选的单位或人员。",
    "condition_not_boolean": "流程在“{element}”处无法判断走向（条件 {expression} 没有得出“是”或“否”）。" + _TELL,
    "no_flow_taken": "流程在“{element}”处没有可走的方向。" + _POLICY,
    "script_failed": "流程在“{element}”处的计算没有结果。" + _POLICY,
    "script_refused": "流程在“{element}”处的计算不被允许。" + _POLICY,
    "decision_failed": "判定表“{element}”没有得出结果。" + _POLICY,
    "call_input_refused": "“{element}”缺少发起核验所需的内容。" + _TELL,
    "call_output_refused": "“{element}”收到的答复不符合约定。" + _TELL,
    "payload_refused": "“{element}”要发出的消息内容不完整。" + _TELL,
    "correlation_not_text": "“{element}”的消息关联号不是文字。" + _POLICY,
    "assignment_not_text": "“{element}”的办理人规则没有得出人员。" + _POLICY,
    "timer_rule_refused": "“{element}”的期限规则无法识别。" + _POLICY,
    "value_refused": "“{element}”的取值不符合约定。" + _TELL,
    "error_not_caught": "流程在“{element}”处报错而没有处理分支。" + _POLICY,
    "too_many_steps": "流程在“{element}”附近循环不止，已停止。" + _POLICY,
    "nothing_waits": "流程走到了没有出路的地方。" + _POLICY,
    "reposition_refused": "不能退回到“{element}”。请刷新页面查看最新进展。",
    "cannot_open": "不能在“{element}”处重新打开任务。请刷新页面查看最新进展。",
    "state_unreadable": "案件的流程状态无法读取。" + _TELL,
    "engine_failure": "流程引擎出错。" + _TELL,
}
