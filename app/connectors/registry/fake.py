"""What the fake of 收养登记与儿童福利信息系统 answers: in order, and when something is amiss."""

from app.connectors.operation import CLEAR, FOUND, Answer

ANSWERS: dict[str, tuple[Answer, Answer]] = {
    "duplicate": ({"result": CLEAR, "receipt": "CX-0001"}, {"result": FOUND, "receipt": "CX-0002"}),
    "orphan": ({"receipt": "GE-0001"}, {"receipt": "GE-0002（待核对）"}),
    "adopted": ({"receipt": "FL-0001"}, {"receipt": "FL-0002（待核对）"}),
}
