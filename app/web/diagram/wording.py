"""Names on a diagram, broken into lines that fit (a Chinese character is one em, a Latin one about half), and words
for the kinds of elements.
"""

from app.web.diagram.model import Node

FONT = 12.0
"""Pixels; the size `.diagram text` has in diagram.css."""
LINE = 15.0

_NEVER_FIRST = "，。、；：？！）》」』】〕”’,.;:?!)]}％%"

KINDS = {
    "userTask": "人工办理", "manualTask": "线下办理", "serviceTask": "系统办理", "sendTask": "发送",
    "receiveTask": "等待消息", "scriptTask": "系统计算", "businessRuleTask": "规则判断", "callActivity": "子流程",
    "subProcess": "子流程", "transaction": "子流程", "adHocSubProcess": "子流程", "task": "步骤",
    "exclusiveGateway": "择一", "parallelGateway": "并行", "inclusiveGateway": "按条件并行",
    "eventBasedGateway": "看哪个先到", "complexGateway": "复杂网关", "startEvent": "开始", "endEvent": "结束",
    "intermediateCatchEvent": "等待", "intermediateThrowEvent": "发出", "boundaryEvent": "随时可能",
}  # fmt: skip
EVENTS = {
    "message": "消息", "timer": "到时", "error": "出错", "terminate": "全部终止", "signal": "信号",
    "escalation": "上报", "conditional": "条件成立", "link": "链接", "compensate": "撤销补偿", "cancel": "取消",
    "multiple": "多种事件",
}  # fmt: skip
STATES = {"active": "现在在这里", "done": "已办", "": ""}


def kind_word(node: Node) -> str:
    word = KINDS.get(node.kind, "步骤")
    return f"{word}·{EVENTS[node.event]}" if node.event in EVENTS else word


def width(text: str) -> float:
    """Width in em."""
    return sum(0.56 if ord(c) < 0x250 else 1.0 for c in text)


def wrap(text: str, em: float, most: int) -> list[str]:
    """At most `most` lines of at most about `em` em; Latin words and numbers stay whole, 标点 never starts a line,
    and the lines are about equally long (no single character is left over).

    Longer text ends in an ellipsis; the full name stands in the element's title.
    """
    lines = _fill(text, em)
    if 1 < len(lines) <= most:
        share = width(text) / len(lines)
        narrower = (_fill(text, share + step / 2) for step in range(1, 40) if share + step / 2 <= em)
        lines = next((even for even in narrower if len(even) == len(lines)), lines)
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1][: max(1, len(lines[most - 1]) - 1)] + "…"]
    return lines


def _fill(text: str, em: float) -> list[str]:
    lines, line = [], ""
    for piece in _pieces(text):
        if line and width(line + piece) > em and piece[0] not in _NEVER_FIRST:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [part for part in [*lines, line.rstrip()] if part]


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for char in text:
        latin = char.isascii() and char.isalnum()
        if latin and pieces and pieces[-1][-1].isascii() and pieces[-1][-1].isalnum() and len(pieces[-1]) < 12:
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces
