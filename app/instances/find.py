"""Finding cases by number, name, initials or the end of a telephone number: by blind index, inside the own scope only.

Names are never stored in clear; what is compared are keyed digests of the whole word (abuse cases 23, 24).
"""

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.catalogue.models import Definition
from app.dossiers.index_subject import cases_named
from app.identity.actor import Actor
from app.identity.divisions import widest
from app.identity.roles import CASEWORKER
from app.identity.see import Sight, visible_prefixes, work_divisions, work_prefixes
from app.instances.models import Instance, Task
from app.instances.see_case import roles_of, sight
from app.vault import Vault

SHORTEST = 2


def matching_cases(
    session: Session, vault: Vault, actor: Actor, text: str, versions: Collection[str] | None = None
) -> ColumnElement[bool]:
    """The SQL condition: visible to this person, and the number, a name, initials or telephone end match."""
    wanted = text.strip()
    if len(wanted) < SHORTEST:
        return false()
    here = inside(Instance.division, widest(grant.division for grant in actor.grants))
    numbered = select(Instance.id).where(here, number_ends(session, wanted.upper()))
    # First the few that match, then who may see them: an OR of both would have the database read every case there is.
    return and_(
        Instance.id.in_(cases_named(wanted, index=vault.blind_index).union(numbered)), visible(session, actor, versions)
    )


def number_ends(session: Session, end: str) -> ColumnElement[bool]:
    """Case numbers that end so. PostgreSQL has an index over the numbers read backwards; SQLite reads its index of
    numbers through."""
    if session.get_bind().dialect.name == "postgresql":
        return func.reverse(Instance.number).startswith(end[::-1], autoescape=True)
    return Instance.number.endswith(end, autoescape=True)


def overseen_case(session: Session, actor: Actor, number: str) -> str | None:
    """The id of the case with exactly this number that the actor may open with a stated purpose: an auditor has no list
    of cases, and finds none by a name."""
    row = session.scalar(select(Instance).where(Instance.number == number.strip().upper()))
    return row.id if row is not None and sight(session, row, actor) is Sight.PURPOSE else None


def visible(session: Session, actor: Actor, versions: Collection[str] | None = None) -> ColumnElement[bool]:
    """Cases the person answers for, began or works on, and those of the procedures their post works in, where it does.

    The same answer as `see_case.sight` gives for one case, without its tasks that wait for a role.

    Args:
        versions: digests of all that was ever published, where they are known already (`in_force.known`).
    """
    near = work_divisions(actor)
    held = select(Task.instance_id).where(Task.assignee_id.in_(actor.ids), Task.status == "open", of_the_post(actor))
    own = or_(Instance.owner_id.in_(actor.ids), Instance.started_by == actor.id)
    choices: list[ColumnElement[bool]] = [and_(own, inside(Instance.division, near)), Instance.id.in_(held)]
    for prefixes, digests in _procedures(session, actor, versions).items():
        choices.append(and_(Instance.definition.in_(digests), inside(Instance.division, prefixes)))
    return or_(*choices)


def of_the_post(actor: Actor) -> ColumnElement[bool]:
    """Tasks that ask for a post of the actor's: `identity.see.works_as` in SQL."""
    posts = work_prefixes(actor).items()
    return or_(
        false(), *(and_(Task.role.in_([role, CASEWORKER]), inside(Task.division, prefixes)) for role, prefixes in posts)
    )


def inside(column: InstrumentedAttribute[str], prefixes: Iterable[str]) -> ColumnElement[bool]:
    """Codes under one of the prefixes, as ranges: an index serves them on both databases."""
    return or_(false(), *(and_(column >= prefix, column < prefix + ":") for prefix in prefixes))


def _procedures(session: Session, actor: Actor, versions: Collection[str] | None) -> dict[tuple[str, ...], list[str]]:
    """Versions by the prefixes in which the actor's post sees their cases."""
    found: dict[tuple[str, ...], list[str]] = {}
    if versions is None:
        versions = session.scalars(select(Definition.digest).order_by(Definition.digest)).all()
    for digest in versions:
        prefixes = visible_prefixes(actor, roles_of(session, digest))
        if prefixes:
            found.setdefault(prefixes, []).append(digest)
    return found
