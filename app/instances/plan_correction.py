"""更正事实: an administrator plans to put right the facts that the diagram could not go on with; another person approves.

Named facts get new values of their declared kind. What several people left under their own codes (kind `map`) is theirs
and is never put right for them. The values that stood there before are shown to neither of the two.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy.orm import Session

from app.catalogue.published import published
from app.engine.facts import problem_of
from app.engine.model import FactType, FactValue
from app.errors import Refusal, not_found
from app.identity.actor import Actor
from app.instances.apply import apply
from app.instances.case import Case
from app.instances.fire_due import fire_or_undo
from app.instances.foresee import foresee
from app.instances.incident_work import lock_incident, still_open, work_of
from app.instances.incidents import close_incident
from app.instances.labels import label_of
from app.instances.models import Incident, Instance, Timer
from app.instances.plan_act import Planned, checked_reason, write_plan
from app.instances.plan_reposition import caught_up
from app.instances.planned import PlannedAct
from app.instances.retry_incident import try_again
from app.instances.second_person import check_planner
from app.instances.surroundings import Surroundings
from app.texts import sentence

CORRECTION = "correct"


def plan_correction(
    session: Session,
    around: Surroundings,
    incident_id: str,
    *,
    by: Actor,
    facts: Mapping[str, FactValue],
    reason: str,
    now: datetime,
) -> PlannedAct:
    """Plan it; nothing changes before `approve_plan`.

    Raises:
        Refusal: `not_found` (404); `incident_closed`, `case_ended` (409); `plan_no_reason`, `correction_empty`,
            `correction_facts` (422, with a sentence for each fact); what the engine says.
    """
    case, incident = lock_incident(session, around, incident_id, by=by, now=now)
    why = checked_reason(reason)
    caught_up(case)
    still_open(case, incident_id)
    check_corrections(case, facts)

    def act() -> tuple[str, ...]:
        apply(case, "corrected", by=by, facts=facts)
        return (*_changes(case, facts), *_outlook(case, incident))

    planned = Planned({"facts": dict(facts)}, why, foresee(case, act), _standing(case, facts))
    return write_plan(case, CORRECTION, planned, by=by, incident_id=incident.id)


def carry_out_correction(case: Case, row: PlannedAct, planned: Planned, *, planner: Actor, second: Actor) -> None:
    """The event, both people on it; the work that failed is then tried again.

    Raises:
        Refusal: `incident_closed`, `plan_stale` (409).
    """
    incident = still_open(case, row.incident_id or "")
    facts = planned.what["facts"]
    if planned.standing != _standing(case, facts):
        raise Refusal("plan_stale", 409)
    told = {"~plan": row.id, "~approver": second.id, "~incident": incident.id}
    apply(case, "corrected", by=planner, facts=facts, reason=planned.reason, payload=told, dedupe=f"plan:{row.id}")
    try_again(work_of(case.session, incident), case.at)
    close_incident(case.session, incident.key, now=case.at, by=planner.id)


def check_corrections(case: Case, facts: Mapping[str, FactValue]) -> None:
    """Raises Refusal `correction_empty`, `correction_facts` (422)."""
    if not facts:
        raise Refusal("correction_empty", 422)
    wrong = {name: said for name, value in facts.items() if (said := _wrong(case, name, value))}
    if wrong:
        raise Refusal("correction_facts", 422, fields=wrong)


def declared_facts(session: Session, incident_id: str, *, by: Actor) -> Mapping[str, FactType]:
    """The declared facts of the incident's case, by name. Raises Refusal `not_found` (404)."""
    incident = session.get(Incident, incident_id)
    row = session.get(Instance, incident.instance_id) if incident else None
    if row is None:
        raise not_found()
    check_planner(by, row)
    return published(session, row.definition).fact_types


def correctable(case: Case) -> tuple[FactType, ...]:
    """The facts that may be put right, in the order of their declaration."""
    return tuple(fact for fact in case.published.fact_types.values() if fact.kind != "map")


def _wrong(case: Case, name: str, value: FactValue) -> str:
    fact = case.published.fact_types.get(name)
    if fact is None:
        return "本流程没有这个事实，请从列表中选择。"
    if fact.kind == "map":
        return "这是各人分别填写的结果，只能由本人更正。"
    problem = problem_of(fact, value)
    return f"{problem}。" if problem else ""


def _changes(case: Case, facts: Mapping[str, FactValue]) -> tuple[str, ...]:
    return tuple(
        f"事实“{_label(case, name)}”改为：{_said(case, name, value)}。" for name, value in sorted(facts.items())
    )


def _label(case: Case, name: str) -> str:
    return case.published.fact_types[name].label or name


def _said(case: Case, name: str, value: Any) -> str:
    if value is None:
        return "（清空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(_said(case, name, one) for one in value) or "（空）"
    return label_of(case.published, name, str(value)) or str(value)


def _outlook(case: Case, incident: Incident) -> tuple[str, ...]:
    """Whether the timer that failed would now fire; if so its effects stand in the savepoint, to be told with the rest."""
    timer = work_of(case.session, incident)
    if not isinstance(timer, Timer):
        return ()
    problem = fire_or_undo(case, timer)
    if problem is None:
        return ("更正后再试，这一步能办成。",)
    return (f"更正后再试，仍办不成：{sentence(problem) if isinstance(problem, Refusal) else ''}",)


def _standing(case: Case, facts: Mapping[str, FactValue]) -> str:
    """The values that the named facts have now. It is kept sealed: few values would be guessed from a digest."""
    known = case.known_facts()
    told = orjson.dumps({name: known.get(name) for name in facts}, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(told).hexdigest()
