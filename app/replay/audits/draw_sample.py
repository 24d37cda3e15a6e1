"""Draw the sample of a project. A second draw adds to the first, has to say why, and stands beside it on the chain."""

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.identity.actor import Actor
from app.instances.surroundings import Surroundings
from app.replay.audits.draw import digest_of, draw
from app.replay.audits.models import AuditSample
from app.replay.audits.open_project import WORDS, needed
from app.replay.audits.population import STRATA, Population, strata_of
from app.replay.audits.reach import project_of
from app.replay.audits.record import write_down

LARGEST_SAMPLE = 1000


def draw_sample(
    session: Session,
    around: Surroundings,
    project_id: str,
    *,
    by: Actor,
    size: int,
    strata: str,
    reason: str,
    now: datetime,
) -> int:
    """Draw `size` cases of the population as it is now, by strata; return how many came to the sample.

    The seed is made here: whoever draws cannot choose it.

    Raises:
        Refusal: as `project_of`; `sample_size` (422); `sample_again` (422): drawn before, and no reason given;
            `sample_empty` (409): nothing is in the population; `audit_population_large` (422).
    """
    project = project_of(session, project_id, by, to_change=True)
    if not 1 <= size <= LARGEST_SAMPLE:
        raise Refusal("sample_size", 422, {"largest": LARGEST_SAMPLE})
    if strata and strata not in STRATA:
        raise Refusal("sample_strata", 422)
    why = needed(reason, "再次抽样的理由", WORDS) if project.drawn_at else ""
    found = strata_of(session, Population.of(project.population), strata, at=now)
    if not found:
        raise Refusal("sample_empty", 409)
    seed = secrets.token_hex(16)
    drawn = draw(seed, found, size)
    known = set(session.scalars(select(AuditSample.case_id).filter_by(project_id=project.id)))
    new = [
        AuditSample(project_id=project.id, case_id=case, stratum=name, place=place)
        for name, cases in sorted(drawn.items())
        for place, case in enumerate(cases, 1)
        if case not in known
    ]
    session.add_all(new)
    project.drawn_at = now
    session.flush()
    write_down(
        session, around, project.id, "sample_drawn", by=by, now=now, reason=why, seed=seed, size=size, strata=strata,
        population=project.population, drawn=drawn, sizes={name: len(cases) for name, cases in sorted(found.items())},
        digest=digest_of([case for cases in found.values() for case in cases]),
    )  # fmt: skip
    return len(new)
