"""Each refusal code raised by this room has its sentence, and each sentence is used."""

import re
from pathlib import Path

from app.errors import Refusal
from app.texts import sentence
from app.texts.identity import SENTENCES

APP = Path(__file__).parents[2] / "app"


def test_every_code_has_a_sentence_and_every_sentence_a_code() -> None:
    raised = _codes(APP / "identity") - {"not_found"}
    assert raised <= SENTENCES.keys()
    assert SENTENCES.keys() <= raised | _codes(APP / "web") | _codes(APP / "api")


def _codes(room: Path) -> set[str]:
    source = "".join(path.read_text(encoding="utf-8") for path in room.glob("*.py"))
    return set(re.findall(r'(?:Refusal\(|code=)"([a-z0-9_]+)"', source))


def test_a_sentence_names_what_it_is_about() -> None:
    refusal = Refusal("separation_local", 403, {"mine": "审查", "earlier": "受理登记"})
    assert "“受理登记”" in sentence(refusal) and "{" not in sentence(refusal)
