"""Keep what an analysis compared and found, and commit to it on `sys/analysis`; make a kept one again.

The comparing itself reads for seconds, so it is done before the transaction that keeps it begins.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import Select, func, insert, select
from sqlalchemy.orm import Session

from app.calendar import versions
from app.errors import Refusal, not_found
from app.history import Json, append_to_system, canon
from app.history.canonical import instant_text
from app.history.commitments import tree_root
from app.history.digests import SM3, digest
from app.identity.actor import Actor
from app.instances.surroundings import Surroundings
from app.replay.analysis.analyse import Analysis, analyse
from app.replay.analysis.findings import TITLES, Finding
from app.replay.analysis.models import AnalysisFinding, AnalysisRun
from app.replay.analysis.steps import Period
from app.replay.mandate import mandate_of

CHAIN = "analysis"
MOST_KEPT = 1000
"""Findings of one kind that are kept, the heaviest; how many there were is kept beside them."""
A_DAY = 100
"""Runs of one person in a day and night."""


def keep_run(
    session: Session,
    around: Surroundings,
    found: Analysis,
    *,
    by: Actor,
    door: str,
    now: datetime,
    again_of: str | None = None,
) -> AnalysisRun:
    """Write it down; the head of `sys/analysis` stays locked until the transaction ends.

    Raises:
        Refusal: `not_found` (404) for who is no auditor any more; `analysis_too_often` (429).
    """
    mandate_of(by)
    lately = AnalysisRun.by == by.id, AnalysisRun.at > now - timedelta(days=1)
    if (session.scalar(select(func.count()).select_from(AnalysisRun).where(*lately)) or 0) >= A_DAY:
        raise Refusal("analysis_too_often", 429, {"most": A_DAY})
    period, closed = found.period, found.closed
    run = AnalysisRun(
        at=now, by=by.id, door=door, since=period.since, until=period.until, process=period.process,
        division=period.division, scope=list(found.scope), bounded=found.bounded, rules=found.rules, again_of=again_of,
        figures={
            "steps": found.steps, "cases": len(closed.cases), "entries": closed.entries, "left": closed.left,
            "unread": closed.unread, "erased": closed.erased,
            "found": {kind: len(found.findings.get(kind, ())) for kind in TITLES},
        },
    )  # fmt: skip
    session.add(run)
    session.flush()
    rows = [_row(run.id, number, one) for number, one in enumerate(_kept(found), 1)]
    if rows:
        session.execute(insert(AnalysisFinding), rows)
    said: dict[str, Json] = {"run": run.id, "count": len(rows), "root": root_of(session, run)}
    append_to_system(
        session, vault=around.vault, log=around.log, name=CHAIN, at=now, kind="analysis_kept",
        fields={"actor": by.id, "effects": said},
    )  # fmt: skip
    return run


def analyse_again(session: Session, around: Surroundings, run: AnalysisRun, *, by: Actor, bounded: bool) -> Analysis:
    """Compare the same period and places anew, by the working days of then; rules may have a later version since.

    Raises:
        Refusal: `analysis_scope` (403): the places are not wholly inside the mandate; `analysis_too_many` (422), also where
            the bound of a request leaves cases unopened that the kept run had opened. As `analyse` else.
    """
    try:
        days = versions.of_digest(session, str(run.rules["calendar"]))
    except KeyError:
        days = None
    period = Period(run.since, run.until, run.process, run.division)
    found = analyse(session, around, period, by=by, bounded=bounded or run.bounded, within=run.scope, days=days)
    if found.closed.left and not run.bounded:
        raise Refusal("analysis_by_command", 422)
    return found


def run_of(session: Session, run_id: str, *, by: Actor) -> AnalysisRun:
    """A run that this auditor may open: one of places that overlap with the mandate. Raises Refusal `not_found` (404)."""
    mandate = mandate_of(by)
    run = session.get(AnalysisRun, run_id)
    if run is None or not may_open(run, mandate):
        raise not_found()
    return run


def may_open(run: AnalysisRun, mandate: Sequence[str]) -> bool:
    """Whether the places of a run overlap with a mandate: a county's auditor opens the city's run, and sees her part."""
    return any(one.startswith(place) or place.startswith(one) for one in run.scope for place in mandate)


def root_of(session: Session, run: AnalysisRun) -> str:
    """Over the row of the run and those of its findings, hex, as they stand."""
    return tree_root([digest(SM3, b"\x00N1" + canon(one)) for one in _leaves(session, run)]).hex()


def _leaves(session: Session, run: AnalysisRun) -> Iterator[Json]:
    yield {
        "id": run.id, "at": instant_text(run.at), "by": run.by, "door": run.door, "since": run.since.isoformat(),
        "until": run.until.isoformat(), "process": run.process, "division": run.division, "scope": list(run.scope),
        "bounded": run.bounded, "rules": run.rules, "figures": run.figures, "again_of": run.again_of,
    }  # fmt: skip
    for one in session.scalars(findings_of(run)):
        yield {
            "number": one.number, "kind": one.kind, "said": one.said, "at": instant_text(one.at),
            "people": list(one.people), "places": [dict(place) for place in one.places], "cases": list(one.cases),
        }  # fmt: skip


def findings_of(run: AnalysisRun) -> Select[AnalysisFinding]:
    return select(AnalysisFinding).where(AnalysisFinding.run_id == run.id).order_by(AnalysisFinding.number)


def _kept(found: Analysis) -> Iterator[Finding]:
    for kind in TITLES:
        yield from found.findings.get(kind, ())[:MOST_KEPT]


def _row(run_id: str, number: int, one: Finding) -> dict[str, object]:
    return {
        "run_id": run_id, "number": number, "kind": one.kind, "said": one.said, "at": one.at,
        "people": list(one.people), "places": [asdict(place) for place in one.places], "cases": one.cases,
    }  # fmt: skip
