"""What the fake of 公安机关 answers: in order, and when something is amiss."""

from app.connectors.operation import CLEAR, FOUND, UNCLEAR, Answer

ANSWERS: dict[str, tuple[Answer, Answer]] = {
    "criminal_record": ({"result": CLEAR, "receipt": "GA-0001"}, {"result": FOUND, "receipt": "GA-0002"}),
    "foundling": ({"result": CLEAR, "receipt": "GA-0003"}, {"result": UNCLEAR}),
    "death": ({"result": CLEAR, "receipt": "GA-0004"}, {"result": FOUND, "receipt": "GA-0005"}),
    "household": ({"receipt": "HK-0001"}, {"receipt": "HK-0002（待补正）"}),
}
