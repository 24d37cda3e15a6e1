"""代理: the delegations a person gave and received, and whom they may ask."""

from collections.abc import Callable, Mapping
from datetime import date

from sqlalchemy.orm import Session

from app.identity.actor import Actor
from app.identity.candidates import colleagues
from app.identity.models import Delegation
from app.identity.names import LEFT_OFFICE, names_of
from app.identity.own_delegations import own_delegations, state_of
from app.identity.roles import CASE_ROLES
from app.inbox.page_views import DelegationRow, DelegationsPage, Person

WORDS = {"ahead": "未开始", "running": "代理中", "over": "已结束"}


def delegations_page(
    session: Session,
    actor: Actor,
    *,
    today: date,
    action: str,
    end_href: Callable[[str], str],
    nonce: str,
    typed: Mapping[str, str],
    error: str = "",
) -> DelegationsPage:
    """The newest first. `typed` is what was posted, when it was refused."""
    rows = own_delegations(session, actor)
    names = names_of(session, {str(one) for row in rows for one in (row.from_person, row.to_person, row.recorded_by)})
    given = [row for row in rows if str(row.from_person) == actor.id]
    received = [row for row in rows if str(row.to_person) == actor.id]
    own_roles = {grant.role for grant in actor.grants if grant.on_behalf_of is None}
    return DelegationsPage(
        given=tuple(_row(row, str(row.to_person), names, today, end_href) for row in given),
        received=tuple(_row(row, str(row.from_person), names, today, end_href) for row in received),
        people=tuple(Person(one.login, one.name) for one in colleagues(session, actor, today)),
        action=action,
        nonce=nonce,
        today=today,
        may_give=bool(own_roles & CASE_ROLES),
        chosen=typed.get("person", ""),
        from_day=typed.get("from_day", today.isoformat())[:10],
        to_day=typed.get("to_day", "")[:10],
        reason=typed.get("reason", "")[:500],
        error=error,
    )


def _row(
    row: Delegation, other: str, names: dict[str, str], today: date, end_href: Callable[[str], str]
) -> DelegationRow:
    state = state_of(row, today)
    return DelegationRow(
        person=names.get(other, LEFT_OFFICE),
        from_day=row.from_day,
        to_day=row.to_day,
        reason=row.reason,
        state=WORDS[state],
        recorded_by="" if row.recorded_by == row.from_person else names.get(str(row.recorded_by), ""),
        end_href="" if state == "over" else end_href(str(row.id)),
    )
