"""The published processes in their newest version, and which of them the reader may start."""

from collections.abc import Callable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.catalogue.models import Definition
from app.catalogue.published import Published, published
from app.clock import legal_day
from app.identity.actor import Actor
from app.identity.may import may_start
from app.identity.roles import CASE_ROLES
from app.inbox.page_views import ProcessRow


def processes_page(session: Session, actor: Actor, *, start_href: Callable[[str], str]) -> tuple[ProcessRow, ...]:
    """Those the person may start, by title."""
    newest = select(Definition.key, func.max(Definition.version).label("version")).group_by(Definition.key).subquery()
    rows = session.execute(
        select(Definition.digest, Definition.key, Definition.version, Definition.published_at)
        .join(newest, (newest.c.key == Definition.key) & (newest.c.version == Definition.version))
        .order_by(Definition.title)
    ).all()
    found = []
    for digest, key, version, at in rows:
        one = published(session, digest)
        if _may(one, actor):
            found.append(
                ProcessRow(
                    title=one.settings.title,
                    code=one.settings.code,
                    version=f"第 {version} 版",
                    valid_from=legal_day(at),
                    start_href=start_href(key),
                )
            )
    return tuple(found)


def _may(version: Published, actor: Actor) -> bool:
    roles = version.settings.start.roles or tuple(sorted(CASE_ROLES))
    return may_start(actor, roles, actor.division).allowed
