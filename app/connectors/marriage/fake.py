"""What the fake of 婚姻登记系统 answers: in order, and when something is amiss."""

from app.connectors.operation import CLEAR, FOUND, Answer

ANSWERS: dict[str, tuple[Answer, Answer]] = {
    "status": ({"result": CLEAR, "receipt": "HY-0001"}, {"result": FOUND, "receipt": "HY-0002"}),
}
