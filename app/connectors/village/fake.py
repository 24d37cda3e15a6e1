"""What the fake of 村（居）民委员会 answers: in order, and when something is amiss."""

from app.connectors.operation import CLEAR, UNCLEAR, Answer

ANSWERS: dict[str, tuple[Answer, Answer]] = {
    "household": ({"result": CLEAR, "receipt": "CJ-0001"}, {"result": UNCLEAR}),
}
