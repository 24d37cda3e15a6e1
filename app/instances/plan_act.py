"""Writing a planned act down, sealed, and reading it again."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from app.db import new_id
from app.errors import Refusal
from app.identity.actor import Actor
from app.identity.plain_text import plain
from app.instances.case import Case
from app.instances.planned import PlannedAct
from app.instances.record import note
from app.vault import bind

LONGEST = 500
"""Characters of a reason."""


@dataclass(frozen=True)
class Planned:
    """What stands sealed in a plan: what is to be done, why, and the words in which both people read it."""

    what: Mapping[str, Any]
    reason: str
    words: tuple[str, ...]
    standing: str
    """What of the case the words hang on: once it is another, nobody may approve them."""


def write_plan(case: Case, kind: str, planned: Planned, *, by: Actor, incident_id: str | None = None) -> PlannedAct:
    """The new row, and an entry of the chain that says who planned what."""
    row = PlannedAct(
        id=new_id(),
        instance_id=case.row.id,
        what=kind,
        incident_id=incident_id,
        planned_by=by.id,
        planned_natural=by.natural_person,
        planned_at=case.at,
    )
    told = asdict(planned)
    row.content = case.around.vault.seal(case.key, orjson.dumps(told), _place(row))
    case.session.add(row)
    fields = {"reason": planned.reason, "payload/~plan": row.id, "payload/~words": list(planned.words)}
    note(case, "act_planned", fields, actor=by.id)
    return row


def read_plan(case: Case, row: PlannedAct) -> Planned:
    told = orjson.loads(case.around.vault.open(case.key, row.content, _place(row)))
    return Planned(told["what"], told["reason"], tuple(told["words"]), told["standing"])


def checked_reason(reason: str) -> str:
    """The reason as text fit for the record. Raises Refusal `plan_no_reason` (422)."""
    why = plain(reason, LONGEST)
    if not why:
        raise Refusal("plan_no_reason", 422)
    return why


def _place(row: PlannedAct) -> bytes:
    """Bound to its own row: plans of one case cannot be swapped (abuse case 25)."""
    return bind("planned_act.content", row.instance_id, row.id)
