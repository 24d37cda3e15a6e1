"""故障: where automatic work stands still in the reader's divisions, and the plans that wait for a second person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.catalogue.published import published
from app.clock import legal_day
from app.errors import Refusal, not_found
from app.identity.actor import Actor
from app.identity.divisions import widest, within_any
from app.identity.names import LEFT_OFFICE, names_of
from app.identity.office import holds_over
from app.identity.two_operators import OPERATORS, SECONDS
from app.inbox.incidents import WHAT
from app.inbox.trouble_views import IncidentPage, IncidentRow, IncidentsPage, PlanRow
from app.inbox.views import DiagramView
from app.instances.find import inside
from app.instances.incident_work import followers, work_of
from app.instances.incidents import still_standing
from app.instances.migrations import MigrationPlan
from app.instances.models import Incident, Instance
from app.instances.planned import PlannedAct
from app.instances.second_person import check_reader
from app.texts import known_codes, sentence

MOST = 200
TITLES = {"retry": "重试", "reposition": "重新定位", "correct": "更正事实", "discard": "放弃"}


class TroubleLinks(Protocol):
    def incidents(self) -> str: ...
    def incident(self, incident_id: str, act: str = "") -> str: ...
    def plan(self, plan_id: str, act: str = "") -> str: ...
    def migration(self, plan_id: str) -> str: ...
    def reposition(self, *, case: str = "", incident: str = "") -> str: ...


def may_read_incidents(actor: Actor) -> bool:
    """Whether the page has anything for this person: one who plans or approves somewhere."""
    return bool(_prefixes(actor))


def incidents_page(session: Session, actor: Actor, links: TroubleLinks, *, now: datetime) -> IncidentsPage:
    """Oldest first.

    Raises:
        Refusal: `not_found` (404): neither plans nor approves anywhere.
    """
    prefixes = _prefixes(actor)
    if not prefixes:
        raise not_found()
    mine = inside(Instance.division, prefixes)
    found = session.execute(
        select(Incident, Instance)
        .join(Instance, Instance.id == Incident.instance_id)
        .where(still_standing(), mine)
        .order_by(Incident.opened_at, Incident.id)
        .limit(MOST)
    ).all()
    total = session.scalar(
        select(func.count(Incident.id)).join(Instance, Instance.id == Incident.instance_id).where(
            still_standing(), mine
        )
    )  # fmt: skip
    plans = session.execute(
        select(PlannedAct, Instance)
        .join(Instance, Instance.id == PlannedAct.instance_id)
        .where(PlannedAct.approved_at.is_(None), PlannedAct.declined_at.is_(None), mine)
        .order_by(PlannedAct.planned_at, PlannedAct.id)
        .limit(MOST)
    ).all()
    plans_ = any(grant.role in OPERATORS and grant.on_behalf_of is None for grant in actor.grants)
    return IncidentsPage(
        today=legal_day(now),
        rows=tuple(incident_row(session, one, instance, links, now=now) for one, instance in found),
        plans=(
            *_migrations(session, actor, prefixes, links),
            *_plan_rows(session, [(row[0], row[1]) for row in plans], actor, links),
        ),
        reposition_href=links.reposition() if plans_ else "",
        more=(total or 0) - len(found),
    )


def incident_page(
    session: Session, actor: Actor, incident_id: str, links: TroubleLinks, *, now: datetime, nonce: str
) -> IncidentPage:
    """One incident. Raises Refusal `not_found` (404)."""
    incident = session.get(Incident, incident_id)
    instance = session.get(Instance, incident.instance_id) if incident else None
    if incident is None or instance is None:
        raise not_found()
    check_reader(actor, instance)
    plans = session.execute(
        select(PlannedAct, Instance)
        .join(Instance, Instance.id == PlannedAct.instance_id)
        .where(
            PlannedAct.incident_id == incident_id,
            PlannedAct.approved_at.is_(None),
            PlannedAct.declined_at.is_(None),
        )
    ).all()
    acts = incident.closed_at is None and holds_over(actor, OPERATORS, instance.division)
    running = acts and instance.ended_at is None
    return IncidentPage(
        today=legal_day(now),
        row=incident_row(session, incident, instance, links, now=now),
        diagram=diagram_at(session, instance, incident.node),
        back_href=links.incidents(),
        nonce=nonce,
        retry_href=links.incident(incident_id, "retry") if acts else "",
        correct_href=links.incident(incident_id, "correct") if running else "",
        discard_href=links.incident(incident_id, "discard") if acts else "",
        reposition_href=links.reposition(case=instance.id, incident=incident_id) if running else "",
        plans=_plan_rows(session, [(row[0], row[1]) for row in plans], actor, links),
    )


def incident_row(
    session: Session, incident: Incident, instance: Instance, links: TroubleLinks, *, now: datetime
) -> IncidentRow:
    """The row of a list, for one who may read it."""
    return IncidentRow(
        id=incident.id,
        href=links.incident(incident.id),
        number=instance.number or f"未编号 {instance.id[:8]}",
        process=instance.title,
        what=WHAT[incident.what],
        step=_name(session, instance, incident.node),
        error=error_words(session, instance, incident),
        since=incident.opened_at,
        attempts=getattr(work_of(session, incident), "attempts", 0),
        followers=followers(session, incident, now=now),
    )


def error_words(session: Session, instance: Instance, incident: Incident) -> str:
    """The first clause of the sentence; of an error of the program its class. Never what somebody filled in."""
    if incident.error not in known_codes():
        return f"程序出错（{incident.error}）"
    element, _, expression = (incident.detail or incident.node).partition(" ")
    told = {"element": _name(session, instance, element), "expression": expression, "message": incident.node}
    try:
        said = sentence(Refusal(incident.error, params={"told": "", "number": instance.number or "", **told}))
    except KeyError:
        return incident.error
    return said.partition("。")[0]


def diagram_at(session: Session, instance: Instance, node: str) -> DiagramView:
    """The diagram of the version the case runs on, with this one place marked: nothing else of the case is shown."""
    version = published(session, instance.definition)
    flow, nodes = version.definition.flows.get(node), version.definition.nodes
    place = flow.source if flow else node
    process = nodes[place].process if place in nodes else version.settings.process
    key = next((one.key for one in version.all_settings.values() if one.process == process), instance.process)
    marked = frozenset({place} & nodes.keys())
    bpmn = version.bundle.of(key)["process.bpmn"].encode()
    return DiagramView(bpmn=bpmn, title=instance.title, active=marked, focus=place if marked else "")


def _plan_rows(
    session: Session, found: Sequence[tuple[PlannedAct, Instance]], actor: Actor, links: TroubleLinks
) -> tuple[PlanRow, ...]:
    names = names_of(session, {plan.planned_by for plan, _ in found})
    return tuple(
        PlanRow(
            href=links.plan(plan.id),
            number=instance.number or f"未编号 {instance.id[:8]}",
            process=instance.title,
            title=TITLES[plan.what],
            planned_by=names.get(plan.planned_by, LEFT_OFFICE),
            planned_at=plan.planned_at,
            mine_to_approve=holds_over(actor, SECONDS, instance.division)
            and actor.natural_person != plan.planned_natural,
        )
        for plan, instance in found
    )


def _migrations(session: Session, actor: Actor, prefixes: Sequence[str], links: TroubleLinks) -> tuple[PlanRow, ...]:
    """Migrations that wait for a second person, all of whose divisions the reader answers for."""
    waiting = select(MigrationPlan).where(MigrationPlan.approved_at.is_(None), MigrationPlan.declined_at.is_(None))
    rows = [
        plan
        for plan in session.scalars(waiting.order_by(MigrationPlan.planned_at, MigrationPlan.id).limit(MOST))
        if all(within_any(prefixes, one) for one in plan.divisions)
    ]
    names = names_of(session, {plan.planned_by for plan in rows})
    return tuple(
        PlanRow(
            href=links.migration(plan.id),
            number="多件",
            process=published(session, plan.definition).settings.title,
            title=f"换用第 {plan.version} 版",
            planned_by=names.get(plan.planned_by, LEFT_OFFICE),
            planned_at=plan.planned_at,
            mine_to_approve=all(holds_over(actor, SECONDS, one) for one in plan.divisions)
            and actor.natural_person != plan.planned_natural,
        )
        for plan in rows
    )


def _name(session: Session, instance: Instance, element: str) -> str:
    """What the drawing calls a node; a flow by its name or the gateway it leaves; of a warning, the clock."""
    version = published(session, instance.definition)
    drawn, clock = version.definition, version.clocks.get(element)
    if clock is not None:
        return clock.title
    flow = drawn.flows.get(element)
    node = drawn.nodes.get(flow.source if flow else element)
    return (flow.name if flow else "") or (node.name if node else "") or element


def _prefixes(actor: Actor) -> tuple[str, ...]:
    own = [grant for grant in actor.grants if grant.on_behalf_of is None]
    return widest(grant.division for grant in own if grant.role in OPERATORS | SECONDS)
