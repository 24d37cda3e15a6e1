"""What the fake of 法院 answers: in order, and when something is amiss."""

from app.connectors.operation import CLEAR, FOUND, Answer

ANSWERS: dict[str, tuple[Answer, Answer]] = {
    "dishonesty": ({"result": CLEAR, "receipt": "FY-0001"}, {"result": FOUND, "receipt": "FY-0002"}),
    "declaration": ({"result": CLEAR, "receipt": "FY-0003"}, {"result": FOUND, "receipt": "FY-0004"}),
}
