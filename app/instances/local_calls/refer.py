"""A clue for another procedure: recorded, and handed to the role responsible as a 线索移送 case of its own (rule 10)."""

from typing import Any

from app.db import new_id
from app.engine.model import Call
from app.identity.actor import Actor
from app.instances.case import Case
from app.instances.models import Outbox

REFERRAL = "referral"
"""Key of the process that carries a clue."""


def refer(case: Case, call: Call, by: Actor | None) -> dict[str, Any]:
    """`{referral}`: id of the clue. The case itself is not named in it, only its number and division."""
    return {"referral": hand_on(case, str(call.input.get("to", "")), str(call.input.get("reason", "")))}


def hand_on(case: Case, to: str, reason: str) -> str:
    """Put the clue into the outbox; its id, which the new case will have."""
    referral = new_id()
    payload = {
        "referral_to": to,
        "referral_reason": reason,
        "referral_from": case.row.number or f"{case.row.title}（未编号）",
    }
    row = Outbox(id=referral, sender_id=case.row.id, seq=(case.row.head_seq + 1) * 1000 + 999, kind="start")
    row.name, row.correlation, row.payload, row.created_at = REFERRAL, case.row.division, payload, case.at
    case.session.add(row)
    return referral
