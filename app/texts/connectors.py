"""Sentences about other departments: why no answer came, and what to do instead."""

SENTENCES = {
    "call_not_reached": "暂时连不上对方系统，稍后自动再发。",
    "call_no_answer": "对方系统没有按时答复。",
    "call_rejected": "对方系统不受理这次核验。请人工核验。",
    "call_wrong_answer": "对方系统的答复不合约定，没有采用。请人工核验。",
    "call_worker_lost": "发送途中系统中断，不知道对方是否已经收到。请向对方核实后人工登记。",
    "call_unknown": "没有接入这项核验。请人工核验，并告知政策岗核对流程图。",
    "call_input_refused": "要发出的内容不合这项核验的约定，没有发出。请人工核验，并告知政策岗核对流程图。",
    "call_without_basis": "本件情形没有进行这项核验的依据，没有发出。如确需了解，请凭依据人工核验。",
    "call_not_connected": "尚未与对方系统接通。请人工核验。",
    "call_address_refused": "对方系统的地址不在允许的网络之内，没有发出。请告知系统管理员，并先人工核验。",
    "call_answered": "“{call}”已有答复，您的登记没有生效。可在办件页“核验”中查看结果。",
    "call_closed": "“{call}”已随案件的变化取消，不需要再核验。请回到办件页。",
    "call_not_failed": "“{call}”现在不能再发：{state}。请在办件页查看，或者人工登记核验结果。",
    "incident_closed": "故障 {incident} 已经处理，没有再次重试。请刷新后查看。",
}

MANUAL = {
    "title": "人工核验登记",
    "evidence": "核验经过和凭据",
    "reason": "改为人工核验的理由",
    "wrong": "请填写“{label}”。",
}

STATES = {
    "waiting": "正在等对方答复",
    "unknown": "结果不明，须先向对方核实",
    "answered": "已有答复",
    "closed": "已取消",
}
