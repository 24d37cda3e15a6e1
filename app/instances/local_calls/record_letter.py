"""A letter: its text is made once, from the facts and submissions of that moment, and kept sealed."""

from typing import Any

from app.documents.letters import record
from app.engine.model import Call
from app.errors import Refusal
from app.identity.actor import Actor
from app.instances.case import Case
from app.instances.letter_fields import letter_fields


def record_letter(case: Case, call: Call, by: Actor | None) -> dict[str, Any]:
    """`{letter_id}`."""
    name = str(call.input.get("letter", ""))
    use = case.published.letter_use(name)
    if use is None:
        raise Refusal("letter_unknown", 409, {"letter": name})
    return {"letter_id": record(case, name, use, letter_fields(case, use, call))}
