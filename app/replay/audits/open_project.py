"""Open an audit project: what it is about, and on what ground."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.errors import Refusal
from app.identity.actor import Actor
from app.identity.divisions import covers
from app.identity.plain_text import plain
from app.instances.surroundings import Surroundings
from app.replay.audits.models import OPEN, AuditProject
from app.replay.audits.population import Population
from app.replay.audits.reach import mandate
from app.replay.audits.record import write_down

TITLE, WORDS = 60, 2000
"""Characters of a title, and of whatever is written at length."""
SHORTEST = 4
EARLIEST, LATEST = 1900, 2999
"""Years a day of the population may lie in."""


def open_project(
    session: Session,
    around: Surroundings,
    population: Population,
    *,
    by: Actor,
    title: str,
    ground: str,
    now: datetime,
) -> AuditProject:
    """Open it; whoever opens it leads it.

    Args:
        ground: 依据, as the number of the notice or the plan of the year.

    Raises:
        Refusal: `not_found` (404) for who is no auditor; `audit_outside` (422): the population lies outside the mandate;
            `audit_words_short`, `audit_days_range`, `audit_days_reversed` (422).
    """
    places = mandate(by)
    if not any(covers(place, population.division) for place in places):
        raise Refusal("audit_outside", 422)
    if any(day and not EARLIEST <= day.year <= LATEST for day in (population.since, population.until)):
        raise Refusal("audit_days_range", 422, {"earliest": EARLIEST, "latest": LATEST})
    if population.since and population.until and population.until < population.since:
        raise Refusal("audit_days_reversed", 422)
    named = needed(title, "项目名称", TITLE)
    why = needed(ground, "依据", WORDS)
    project = AuditProject(
        title=named, division=population.division, leader=by.id, population=population.said(), state=OPEN, opened_at=now
    )
    session.add(project)
    session.flush()
    write_down(
        session,
        around,
        project.id,
        "audit_opened",
        by=by,
        now=now,
        title=named,
        ground=why,
        population=project.population,
    )
    return project


def needed(text: str, field: str, longest: int) -> str:
    """Words that have to be there. Raises Refusal: `audit_words_short` (422)."""
    found = plain(text, longest)
    if len(found) < SHORTEST:
        raise Refusal("audit_words_short", 422, {"field": field, "shortest": SHORTEST})
    return found
