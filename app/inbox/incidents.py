"""Where automatic work of a case stands still, in words for those who work on it (rule 18)."""

from collections.abc import Sequence

from app.instances.models import Incident

WHAT = {
    "timer": "到时自动办理的一步",
    "warning": "到期预警",
    "call": "收到的部门答复",
    "outbox": "要送出的消息",
    "message": "收到的消息",
    "command": "提交的办理",
}
WHY = {"message": "没有步骤能接收", "command": "流程图无法继续"}


def incident_line(incidents: Sequence[Incident]) -> str:
    """One line for the case page; empty when nothing stands still."""
    if not incidents:
        return ""
    first = incidents[0]
    more = f"等 {len(incidents)} 处" if len(incidents) > 1 else ""
    return (
        f"{WHAT[first.what]}（{first.node}）{more}{WHY.get(first.what, '反复失败')}，已停下等人处理；其他步骤可以照常办理。"
        f"请把故障编号 {first.id[:8]} 告诉系统管理员。"
    )
