"""Do the rows of projects, samples and findings say what the chains of the projects say? Lists show the rows alone."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.history.system import SYSTEM, system_heads
from app.instances.models import Instance
from app.instances.surroundings import Surroundings
from app.replay.audits.models import (
    ANSWERED,
    CLOSED,
    OPEN,
    RAISED,
    RECTIFIED,
    SETTLED,
    AuditFinding,
    AuditProject,
    AuditSample,
)
from app.replay.audits.record import Entry, chain_of, entries

Rows = dict[tuple[str, str], dict[str, Any]]
"""Columns by table, in Chinese, and id."""
PROJECT, SAMPLE, FINDING = "项目", "样本", "疑点"
COLUMNS: Mapping[str, Sequence[str]] = {
    PROJECT: ("title", "division", "leader", "population", "state", "opened_at", "drawn_at", "closed_at"),
    SAMPLE: ("stratum", "place", "examined_at"),
    FINDING: ("number", "case_id", "seq", "division", "kind", "state", "promised_on"),
}
"""What is compared of a row."""


def check_projects(session: Session, around: Surroundings) -> Iterator[str]:
    """Where they differ (Chinese); one project after the other."""
    start = SYSTEM + chain_of("")
    chained = {case.removeprefix(start) for case in system_heads(session) if case.startswith(start)}
    for project in sorted({*chained, *session.scalars(select(AuditProject.id))}):
        yield from (f"审计项目 {project} 的{what}" for what in _differences(session, around, project))


def _differences(session: Session, around: Surroundings, project: str) -> Iterator[str]:
    try:
        told = _told(session, project, entries(session, around, project))
    except (Refusal, KeyError, TypeError, ValueError):
        yield "记录链：读不出来，没有核对"
        return
    standing = _standing(session, project)
    for (table, id_), row in told.items():
        if (there := standing.get((table, id_))) is None:
            yield f"{table} {id_}：已上链的一行被删除"
            continue
        yield from (f"{table} {id_}：{name} 与链上所记不同" for name in row if row[name] != there[name])
    yield from (f"{table} {id_}：记录链没有记过" for table, id_ in sorted(standing.keys() - told.keys()))


def _standing(session: Session, project: str) -> Rows:
    """The rows as they stand."""
    found: Rows = {}
    for table, model, key, of in (
        (PROJECT, AuditProject, "id", AuditProject.id),
        (SAMPLE, AuditSample, "case_id", AuditSample.project_id),
        (FINDING, AuditFinding, "id", AuditFinding.project_id),
    ):
        columns = [getattr(model, name).label(name) for name in COLUMNS[table]]
        for id_, *values in session.execute(select(getattr(model, key), *columns).where(of == project)):
            found[table, id_] = dict(zip(COLUMNS[table], values, strict=True))
    return found


def _told(session: Session, project: str, chain: Sequence[Entry]) -> Rows:
    """The rows as the chain has them. Whose office answers a finding follows from its case, whose division never changes."""
    rows: Rows = {}
    for entry in chain:
        TELLING.get(entry.kind, _nothing)(rows, project, entry)
    for (table, _), row in rows.items():
        if table == FINDING:
            row["division"] = session.scalar(select(Instance.division).where(Instance.id == row.get("case_id")))
    return rows


def _opened(rows: Rows, project: str, entry: Entry) -> None:
    population = entry.said["population"]
    rows[PROJECT, project] = {
        "title": entry.text("title"), "division": population["division"], "leader": entry.actor, "population": population,
        "state": OPEN, "opened_at": entry.at, "drawn_at": None, "closed_at": None,
    }  # fmt: skip


def _drawn(rows: Rows, project: str, entry: Entry) -> None:
    rows[PROJECT, project]["drawn_at"] = entry.at
    for stratum, cases in entry.said["drawn"].items():
        for place, case in enumerate(cases, 1):
            rows.setdefault((SAMPLE, case), {"stratum": stratum, "place": place, "examined_at": None})


def _examined(rows: Rows, _project: str, entry: Entry) -> None:
    rows[SAMPLE, entry.text("case")]["examined_at"] = entry.at


def _raised(rows: Rows, _project: str, entry: Entry) -> None:
    said = entry.said
    rows[FINDING, entry.text("finding")] = {
        "number": said["number"], "case_id": said["case"], "seq": said["step"], "kind": said["sort"], "state": RAISED,
        "promised_on": None,
    }  # fmt: skip


def _answered(rows: Rows, _project: str, entry: Entry) -> None:
    promised = entry.text("promised_on")
    row = rows[FINDING, entry.text("finding")]
    row |= {"state": ANSWERED, "promised_on": date.fromisoformat(promised) if promised else None}


def _moved(rows: Rows, _project: str, entry: Entry) -> None:
    row = rows[FINDING, entry.text("finding")]
    row["state"] = MOVED.get(entry.kind) or (ANSWERED if row["state"] == RECTIFIED else RAISED)


def _closed(rows: Rows, project: str, entry: Entry) -> None:
    rows[PROJECT, project] |= {"state": CLOSED, "closed_at": entry.at}


def _nothing(_rows: Rows, _project: str, _entry: Entry) -> None:
    """Of the rows nothing changed."""


MOVED = {"finding_rectified": RECTIFIED, "finding_settled": SETTLED}
TELLING: Mapping[str, Callable[[Rows, str, Entry], None]] = {
    "audit_opened": _opened, "sample_drawn": _drawn, "case_examined": _examined, "finding_raised": _raised,
    "finding_answered": _answered, "finding_rectified": _moved, "finding_settled": _moved, "finding_sent_back": _moved,
    "audit_closed": _closed,
}  # fmt: skip
"""What an entry makes of the rows, by its kind."""
