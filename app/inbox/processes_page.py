"""The published processes in their newest version, and which of them the reader may start."""

from collections.abc import Callable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.catalogue.latest import latest_digest
from app.catalogue.models import Definition
from app.catalogue.published import Published, published
from app.clock import legal_day
from app.identity.actor import Actor
from app.identity.may import may_start
from app.identity.roles import named_roles
from app.inbox.page_views import ProcessRow
from app.inbox.views import DiagramView
from app.instances.find import visible
from app.instances.models import Instance


def processes_page(
    session: Session, actor: Actor, *, start_href: Callable[[str], str], diagram_href: Callable[[str], str]
) -> tuple[ProcessRow, ...]:
    """Those the person may start, by title."""
    newest = select(Definition.key, func.max(Definition.version).label("version")).group_by(Definition.key).subquery()
    rows = session.execute(
        select(Definition.digest, Definition.key, Definition.version, Definition.published_at)
        .join(newest, (newest.c.key == Definition.key) & (newest.c.version == Definition.version))
        .order_by(Definition.title)
    ).all()
    running = _running(session, actor)
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
                    basis=one.settings.basis,
                    running=running.get(key, 0),
                    start_href=start_href(key),
                    diagram_href=diagram_href(key),
                )
            )
    return tuple(found)


def _running(session: Session, actor: Actor) -> dict[str, int]:
    """Open cases by process, of those this person may see."""
    rows = session.execute(
        select(Instance.process, func.count())
        .where(Instance.ended_at.is_(None), visible(session, actor))
        .group_by(Instance.process)
    ).all()
    return {row[0]: row[1] for row in rows}


def _may(version: Published, actor: Actor) -> bool:
    roles = named_roles(version.settings.start.roles)
    return bool(roles) and may_start(actor, sorted(roles), actor.division).allowed


def process_diagram(session: Session, key: str) -> DiagramView:
    """The diagram of the newest version, without marks.

    Raises:
        Refusal: `definition_unknown` (404).
    """
    version = published(session, latest_digest(session, key))
    return DiagramView(bpmn=version.bundle.drawing(key), title=version.settings.title)
