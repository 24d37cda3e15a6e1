"""Entries of each kind that stand on the chain `sys/emergency`, with the fields the program gives them."""

from app.history import Json

ROW: dict[str, Json] = {
    "id": "e-1", "case_id": "c-1", "division": "450123", "hours": 2, "reason": "核对核验结果未回写的原因",
    "asked_by": "p-1", "asked_at": "2026-11-23T01:00:00.000000Z", "approved": None, "decided_by": None,
    "decided_at": None, "until": None, "ended_by": None, "ended_at": None,
}  # fmt: skip
DECIDED: dict[str, Json] = {"decided_by": "p-2", "decided_at": "2026-11-23T01:10:00.000000Z"}
OPEN: dict[str, Json] = DECIDED | {"approved": True, "until": "2026-11-23T03:10:00.000000Z"}


def _rows(**more: Json) -> dict[str, Json]:
    return {"effects": {"rows": {"emergency_sight/e-1": ROW | more}}}


EMERGENCY_FIELDS: dict[str, dict[str, Json]] = {
    "emergency_asked": _rows() | {"actor": "p-1", "reason": "核对核验结果未回写的原因"},
    "emergency_approved": _rows(**OPEN) | {"actor": "p-2", "payload/~told": ["p-3"]},
    "emergency_declined": _rows(**DECIDED, approved=False) | {"actor": "p-2", "reason": "日志已能说明"},
    "emergency_ended": _rows(**OPEN, ended_by="p-1", ended_at="2026-11-23T02:00:00.000000Z") | {"actor": "p-1"},
}
