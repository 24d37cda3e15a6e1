"""The form of 重新定位: scope by scope, what is open and what could be opened. Names of steps only."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.engine import Definition, Open, open_keys
from app.engine.net import net_of
from app.errors import not_found
from app.identity.actor import Actor
from app.identity.two_operators import OPERATORS
from app.inbox.incidents_page import TroubleLinks
from app.inbox.trouble_views import Choice, Place, RepositionPage
from app.instances.case import Case
from app.instances.foresee import name_of
from app.instances.may_reposition import CANNOT_START
from app.instances.models import Instance
from app.instances.plan_reposition import check_running
from app.instances.read_case import read_case
from app.instances.second_person import check_planner
from app.instances.surroundings import Surroundings


def reposition_page(
    session: Session,
    around: Surroundings,
    actor: Actor,
    links: TroubleLinks,
    *,
    case: str,
    incident: str,
    now: datetime,
    nonce: str,
    picked: frozenset[str] = frozenset(),
    reason: str = "",
    error: str = "",
) -> RepositionPage:
    """The form for a case named by number or id; without a name, the question which case.

    Raises:
        Refusal: `not_found` (404); `case_ended` (409).
    """
    if not any(grant.role in OPERATORS and grant.on_behalf_of is None for grant in actor.grants):
        raise not_found()
    back = links.incident(incident) if incident else links.incidents()
    action = links.reposition()
    if not case:
        return RepositionPage("", "", "", (), action, back, nonce)
    row = case_named(session, case)
    check_planner(actor, row)
    opened = read_case(session, around, row, now=now)
    check_running(opened)
    found = open_keys(opened.published.definition, opened.state or b"")
    places = tuple(_place(opened, found, scope, picked) for scope in sorted(found.scopes))
    number = row.number or f"未编号 {row.id[:8]}"
    shown = tuple(place for place in places if place.open)
    return RepositionPage(row.id, number, row.title, shown, action, back, nonce, incident, reason, error)


def case_named(session: Session, named: str) -> Instance:
    """By number or id. Raises Refusal `not_found` (404)."""
    text = named.strip()
    row = session.scalar(select(Instance).where(or_(Instance.id == text, Instance.number == text.upper())))
    if row is None:
        raise not_found()
    return row


def _place(case: Case, found: Open, scope: str, picked: frozenset[str]) -> Place:
    drawn = case.published.definition
    inside = f"{scope}/" if scope else ""
    title = name_of(case, _node(scope)) if scope else case.row.title
    nodes = [node for node in drawn.nodes.values() if node.scope == found.scopes[scope]]
    handlers = net_of(drawn, found.scopes[scope]).handlers
    nodes = [node for node in nodes if node.id not in handlers]
    openable = [
        node for node in nodes if node.kind not in CANNOT_START and (node.name or node.kind != "exclusiveGateway")
    ]
    return Place(
        scope=scope,
        title=title,
        open=tuple(
            Choice(key, name_of(case, _node(key)), key, key in picked) for key in _closable(drawn, found, scope, inside)
        ),
        nodes=tuple(Choice(node.id, node.name or node.id, "", node.id in picked) for node in openable),
    )


def _closable(drawn: Definition, found: Open, scope: str, inside: str) -> list[str]:
    """Keys directly in the scope; a sub-process counts as one of the scope around it."""
    keys = {one.key.partition("[")[0] for one in found.tasks} | {one.key for one in found.timers}
    keys |= {one.key for one in found.waits} | {one.key for one in found.calls} | found.scopes.keys() - {""}
    mine = [key for key in keys if key.startswith(inside) and "/" not in key.removeprefix(inside) and key != scope]
    here = net_of(drawn, found.scopes[scope])
    return sorted(
        key
        for key in mine
        if (node := here.nodes.get(_node(key))) and not node.attached_to and node.id not in here.handlers
    )


def _node(key: str) -> str:
    return key.rpartition("/")[2].split("#", 1)[0]
