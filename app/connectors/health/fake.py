"""What the fake of 卫生健康部门 answers: in order, and when something is amiss."""

from app.connectors.operation import CLEAR, FOUND, Answer

ANSWERS: dict[str, tuple[Answer, Answer]] = {
    "births": ({"result": CLEAR, "receipt": "WJ-0001"}, {"result": FOUND, "receipt": "WJ-0002"}),
}
