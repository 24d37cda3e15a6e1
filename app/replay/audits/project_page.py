"""What the pages show of projects and findings: rows for the lists, words from the chain."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.catalogue.models import Definition
from app.catalogue.published import published
from app.identity.actor import Actor
from app.identity.models import Person
from app.instances.find import inside
from app.instances.models import Instance
from app.instances.surroundings import Surroundings
from app.replay.audits.models import RAISED, SETTLED, AuditFinding, AuditProject, AuditSample
from app.replay.audits.population import ENDING, PROCEDURE
from app.replay.audits.reach import answers_in, finding_of, mandate, project_of
from app.replay.audits.record import Entry, entries


@dataclass(frozen=True)
class ProjectLine:
    project: AuditProject
    leader: str
    sampled: int
    examined: int
    findings: int
    settled: int


@dataclass(frozen=True)
class SampleLine:
    case_id: str
    number: str
    title: str
    division: str
    stratum: str
    place: int
    examined: bool
    note: str
    findings: int


@dataclass(frozen=True)
class FindingLine:
    finding: AuditFinding
    case_number: str
    process: str
    words: str
    said: tuple[Entry, ...]
    """What was said of it, in order."""


@dataclass(frozen=True)
class ProjectPage:
    line: ProjectLine
    ground: str
    sample: tuple[SampleLine, ...]
    findings: tuple[FindingLine, ...]
    draws: tuple[Entry, ...]
    chain: tuple[Entry, ...]
    names: Mapping[str, str]
    """Of persons, by id."""
    strata: Mapping[str, str]
    """Words for the names of strata."""


def projects(session: Session, *, by: Actor) -> list[ProjectLine]:
    """Those inside the auditor's mandate, newest first. Raises Refusal: `not_found` (404)."""
    rows = session.scalars(
        select(AuditProject).where(inside(AuditProject.division, mandate(by))).order_by(AuditProject.opened_at.desc())
    ).all()
    return [_line(session, one) for one in rows]


def project_page(session: Session, around: Surroundings, project_id: str, *, by: Actor) -> ProjectPage:
    """Everything of one project. Raises Refusal: `not_found` (404); `record_broken` (500)."""
    project = project_of(session, project_id, by)
    chain = entries(session, around, project.id)
    sample = session.execute(
        select(AuditSample, Instance.number, Instance.title, Instance.division)
        .join(Instance, Instance.id == AuditSample.case_id)
        .where(AuditSample.project_id == project.id)
        .order_by(AuditSample.stratum, AuditSample.place)
    ).all()
    findings = _findings(session, chain, AuditFinding.project_id == project.id)
    notes = {entry.text("case"): entry.text("note") for entry in chain if entry.kind == "case_examined"}
    raised = [one.finding.case_id for one in findings]
    return ProjectPage(
        line=_line(session, project),
        ground=chain[0].text("ground"),
        sample=tuple(
            SampleLine(
                row.AuditSample.case_id, row.number or "未编号", row.title, row.division, row.AuditSample.stratum,
                row.AuditSample.place, row.AuditSample.examined_at is not None, notes.get(row.AuditSample.case_id, ""),
                raised.count(row.AuditSample.case_id),
            )
            for row in sample
        ),
        findings=findings,
        draws=tuple(entry for entry in chain if entry.kind == "sample_drawn"),
        chain=tuple(chain),
        names=_names(session, chain),
        strata=_strata(session, chain),
    )  # fmt: skip


def finding_page(
    session: Session, around: Surroundings, finding_id: str, *, by: Actor
) -> tuple[FindingLine, AuditProject, bool, Mapping[str, str]]:
    """One finding with its project, whether the reader audits, and names. Raises Refusal: `not_found` (404)."""
    finding, auditing = finding_of(session, finding_id, by)
    project = session.get_one(AuditProject, finding.project_id)
    chain = entries(session, around, project.id)
    (line,) = _findings(session, chain, AuditFinding.id == finding.id)
    return line, project, auditing, _names(session, line.said)


def findings_to_answer(session: Session, *, by: Actor) -> list[tuple[AuditFinding, str, str]]:
    """Findings of the offices this person answers for, those that wait first: finding, case number, project."""
    rows = session.execute(
        select(AuditFinding, Instance.number, AuditProject.title)
        .join(Instance, Instance.id == AuditFinding.case_id)
        .join(AuditProject, AuditProject.id == AuditFinding.project_id)
        .where(inside(AuditFinding.division, answers_in(by)))
        .order_by(
            AuditFinding.state == SETTLED, AuditFinding.state != RAISED, AuditFinding.promised_on, AuditFinding.id
        )
    ).all()
    return [(row.AuditFinding, row.number or "未编号", row.title) for row in rows]


def _findings(session: Session, chain: Sequence[Entry], which: ColumnElement[bool]) -> tuple[FindingLine, ...]:
    rows = session.execute(
        select(AuditFinding, Instance.number, Instance.title)
        .join(Instance, Instance.id == AuditFinding.case_id)
        .where(which)
        .order_by(AuditFinding.number)
    ).all()
    found = []
    for row in rows:
        said = tuple(entry for entry in chain if entry.text("finding") == row.AuditFinding.id)
        words = said[0].text("words") if said else ""
        found.append(FindingLine(row.AuditFinding, row.number or "未编号", row.title, words, said))
    return tuple(found)


def _line(session: Session, project: AuditProject) -> ProjectLine:
    examined = func.count(AuditSample.examined_at)
    sampled, seen = session.execute(select(func.count(), examined).where(AuditSample.project_id == project.id)).one()
    states = list(session.scalars(select(AuditFinding.state).where(AuditFinding.project_id == project.id)))
    leader = session.get(Person, UUID(project.leader))
    return ProjectLine(
        project, leader.name if leader else "", sampled, seen, len(states), sum(one == SETTLED for one in states)
    )


def _names(session: Session, chain: Iterable[Entry]) -> dict[str, str]:
    ids = {UUID(one) for entry in chain for one in (entry.actor, entry.behalf) if one}
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(ids))).all()
    return {str(row.id): row.name for row in rows}


def _strata(session: Session, chain: Sequence[Entry]) -> dict[str, str]:
    """Words for strata that are named by codes; a county's is looked up where it is shown."""
    known = session.execute(select(Definition.key, Definition.title, Definition.digest).order_by(Definition.version))
    newest = {row.key: (row.title, row.digest) for row in known}
    found: dict[str, str] = {}
    for entry in chain:
        for name in entry.said.get("sizes") or {}:
            process, _, ending = str(name).partition("·")
            if entry.text("strata") in (PROCEDURE, ENDING) and process in newest:
                title, digest = newest[process]
                node = published(session, digest).definition.nodes.get(ending)
                words = node.name or ending if node else ending
                found[str(name)] = f"{title}·{words}" if ending else title
    return found


def late(finding: AuditFinding, today: date) -> bool:
    """Whether what was promised is overdue."""
    return finding.state != SETTLED and finding.promised_on is not None and finding.promised_on < today
