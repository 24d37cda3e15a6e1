"""The form of 更正事实: the declared facts, each with an empty field for its new value. What stands there is not shown."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.engine.model import FactType, FactValue
from app.errors import not_found
from app.identity.actor import Actor
from app.inbox.incidents_page import TroubleLinks, incident_row
from app.inbox.trouble_views import Choice, CorrectionPage, FactField
from app.instances.case import Case
from app.instances.incident_work import still_open
from app.instances.labels import label_of
from app.instances.models import Incident, Instance
from app.instances.plan_correction import correctable
from app.instances.read_case import read_case
from app.instances.second_person import check_planner
from app.instances.surroundings import Surroundings

HINTS = {
    "text": "文字",
    "code": "代码",
    "number": "整数或小数",
    "boolean": "是或否",
    "date": "YYYY-MM-DD",
    "codes": "每行一个代码",
    "periods": "每行一段，写作 起/止（YYYY-MM-DD/YYYY-MM-DD），还没结束的不写止",
}
CLEAR = "clear."
"""Prefix of the checkbox that empties a fact."""
FACT = "fact."


def correction_page(
    session: Session,
    around: Surroundings,
    actor: Actor,
    incident_id: str,
    links: TroubleLinks,
    *,
    now: datetime,
    nonce: str,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    error: str = "",
) -> CorrectionPage:
    """Raises Refusal: `not_found` (404), `incident_closed` (409)."""
    incident = session.get(Incident, incident_id)
    row = session.get(Instance, incident.instance_id) if incident else None
    if incident is None or row is None:
        raise not_found()
    check_planner(actor, row)
    case = read_case(session, around, row, now=now)
    still_open(case, incident_id)
    return CorrectionPage(
        row=incident_row(session, incident, row, links, now=now),
        fields=tuple(_field(case, fact, typed, errors) for fact in correctable(case)),
        action=links.incident(incident_id, "correct"),
        back_href=links.incident(incident_id),
        nonce=nonce,
        reason=typed.get("reason", "")[:500],
        error=error,
    )


def facts_typed(case_facts: Mapping[str, FactType], typed: Mapping[str, str]) -> dict[str, FactValue]:
    """The facts that were given a new value, or are to be emptied; the rest stays as it is."""
    given: dict[str, FactValue] = {}
    for name, fact in case_facts.items():
        text = typed.get(f"{FACT}{name}", "").strip()
        if typed.get(f"{CLEAR}{name}"):
            given[name] = None
        elif text:
            given[name] = _value(fact, text)
    return given


def _value(fact: FactType, text: str) -> Any:
    """As the fact stands on the wire; what does not fit is left as text, for the check to say so."""
    if fact.kind == "boolean":
        return {"true": True, "false": False}.get(text, text)
    if fact.kind in ("codes", "periods"):
        return [line.strip() for line in text.splitlines() if line.strip()]
    if fact.kind == "number" and text.lstrip("-").isascii() and text.lstrip("-").isdigit() and len(text) < 16:
        return int(text)
    return text


def _field(case: Case, fact: FactType, typed: Mapping[str, str], errors: Mapping[str, str]) -> FactField:
    value = typed.get(f"{FACT}{fact.name}", "")[:4000]
    codes = [("true", "是"), ("false", "否")] if fact.kind == "boolean" else []
    if fact.kind == "code":
        codes = [(one, label_of(case.published, fact.name, one) or one) for one in fact.values]
    return FactField(
        name=fact.name,
        label=fact.label or fact.name,
        kind=fact.kind,
        hint=HINTS[fact.kind],
        choices=tuple(Choice(code, label, "", code == value) for code, label in codes),
        value=value,
        clear=bool(typed.get(f"{CLEAR}{fact.name}")),
        error=errors.get(fact.name, ""),
    )
