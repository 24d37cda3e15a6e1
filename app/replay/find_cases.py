"""审计查案: the cases inside an auditor's mandate, by what can be asked without looking into one.

A line names no child and no party: whoever wants to know opens the case and says why.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, and_, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from app.catalogue.models import Definition
from app.catalogue.published import published
from app.clock import SHANGHAI
from app.errors import not_found
from app.identity.actor import Actor
from app.identity.divisions import widest
from app.identity.roles import AUDITOR
from app.instances.find import inside, number_ends
from app.instances.marks import AGAINST, END, FAULT, INTEREST, LATE, MOVED, PLACED, RETURNED, CaseMark, end_name
from app.instances.models import Instance, Task
from app.instances.refused import RefusedAttempt
from app.replay.officials_called import officials_called

SIZE = 50
DEEPEST = 200
"""Pages: who wants to see further back narrows the days instead of paging through ten thousand cases."""
OPEN, ENDED = "open", "ended"
REFUSED = "refused"
ODD = frozenset({RETURNED, AGAINST, LATE, PLACED, MOVED, INTEREST, FAULT})


@dataclass(frozen=True)
class Wanted:
    """What was asked; empty: anything. `person` is a login or a whole name of an official; days are those of the start."""

    number: str = ""
    division: str = ""
    process: str = ""
    since: date | None = None
    until: date | None = None
    state: str = ""
    person: str = ""
    outcome: str = ""
    """`<process>:<name of an end>`, as `outcomes` lists them."""
    odd: str = ""
    overdue: bool = False
    page: int = 1


@dataclass(frozen=True)
class Line:
    id: str
    number: str
    title: str
    division: str
    started_at: datetime
    ended_at: datetime | None
    entries: int
    overdue: bool
    marks: tuple[str, ...]
    """Of `ODD`."""


@dataclass(frozen=True)
class Found:
    lines: tuple[Line, ...]
    more: bool
    deepest: bool = False
    """There is more, but not by paging."""


def find_cases(session: Session, wanted: Wanted, *, by: Actor, today: date) -> Found:
    """A page of cases, newest first; inside the mandate alone, so what lies outside is neither shown nor counted.

    Raises:
        Refusal: `not_found` (404) for who is no auditor; `find_person` (422) as `officials_called`.
    """
    mandate = widest(grant.division for grant in by.grants if grant.role == AUDITOR)
    if not mandate:
        raise not_found()
    asked = [inside(Instance.division, mandate), *_conditions(session, wanted, mandate, today)]
    page = min(wanted.page, DEEPEST)
    rows = session.scalars(_newest(_marks(wanted)).where(*asked).offset((page - 1) * SIZE).limit(SIZE + 1)).all()
    more = len(rows) > SIZE
    marks = _marks_of(session, rows[:SIZE])
    lines = tuple(_line(row, today, marks.get(row.id, [])) for row in rows[:SIZE])
    return Found(lines, more and page < DEEPEST, more and page == DEEPEST)


def _conditions(session: Session, wanted: Wanted, mandate: Sequence[str], today: date) -> Iterator[ColumnElement[bool]]:
    if wanted.number:
        yield number_ends(session, wanted.number.strip().upper())
    if wanted.division:
        yield inside(Instance.division, [wanted.division])
    for process in {wanted.process, wanted.outcome.partition(":")[0]} - {""}:
        yield Instance.process == process
    if wanted.since:
        yield Instance.started_at >= _midnight(wanted.since)
    if wanted.until:
        yield Instance.started_at < _midnight(wanted.until + timedelta(days=1))
    if wanted.state:
        yield Instance.ended_at.is_(None) if wanted.state == OPEN else Instance.ended_at.is_not(None)
    if wanted.person:
        yield _done_by(session, wanted.person.strip(), mandate)
    if wanted.odd == REFUSED:
        yield Instance.id.in_(select(RefusedAttempt.case))
    if wanted.overdue:
        yield and_(Instance.ended_at.is_(None), Instance.due_on < today)


def _marks(wanted: Wanted) -> list[str]:
    odd = [wanted.odd] if wanted.odd in ODD else []
    return ([END + wanted.outcome.partition(":")[2]] if wanted.outcome else []) + odd


def _newest(marks: Sequence[str]) -> Select[Instance]:
    """Newest first: in the order of the first mark where one is asked for, so that what follows is read no further than a
    page is long; of a second one each case is asked."""
    if not marks:
        return select(Instance).order_by(Instance.started_at.desc(), Instance.id.desc())
    # By id alone: with the day as well PostgreSQL expects next to nothing and sorts all of it.
    first = select(Instance).join(CaseMark, and_(CaseMark.kind == marks[0], CaseMark.instance_id == Instance.id))
    for kind in marks[1:]:
        other = aliased(CaseMark)
        first = first.join(other, _of_the_case(other, kind))
    return first.order_by(CaseMark.started_at.desc(), CaseMark.instance_id.desc())


def _of_the_case(mark: type[CaseMark], kind: str) -> ColumnElement[bool]:
    return and_(mark.kind == kind, mark.started_at == Instance.started_at, mark.instance_id == Instance.id)


def outcomes(session: Session) -> tuple[tuple[str, str, str], ...]:
    """What cases can have come to, in any version: value for `Wanted.outcome`, title of the process, name of the end."""
    versions = [published(session, digest) for digest in session.scalars(select(Definition.digest))]
    titles = {one.settings.key: one.settings.title for one in versions}
    found = {
        (one.settings.key, end) for one in versions for node in one.definition.nodes if (end := end_name(one, node))
    }
    return tuple((f"{key}:{end}", titles[key], end) for key, end in sorted(found))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def _done_by(session: Session, name: str, mandate: Sequence[str]) -> ColumnElement[bool]:
    """Cases in which one of the officials of that name completed a step, for himself or for somebody else."""

    def done(people: Sequence[str]) -> ColumnElement[bool]:
        return or_(Task.closed_by.in_(people), Task.on_behalf_of.in_(people))

    def has_done(person: str) -> bool:
        step = select(Task.id).join(Instance, Instance.id == Task.instance_id)
        return session.scalar(step.where(done([person]), inside(Instance.division, mandate)).limit(1)) is not None

    people = officials_called(session, name, mandate, has_done)
    return Instance.id.in_(select(Task.instance_id).where(done(people)))


def _marks_of(session: Session, rows: Sequence[Instance]) -> dict[str, list[str]]:
    """By case; the key of the table begins with the mark, so each is asked for by all of it."""
    keys = [(row.started_at, row.id) for row in rows]
    here = CaseMark.kind.in_(ODD), tuple_(CaseMark.started_at, CaseMark.instance_id).in_(keys)
    found: dict[str, list[str]] = {}
    for kind, case in session.execute(select(CaseMark.kind, CaseMark.instance_id).where(*here).order_by(CaseMark.kind)):
        found.setdefault(case, []).append(kind)
    return found


def _line(row: Instance, today: date, marks: Sequence[str]) -> Line:
    late = row.ended_at is None and row.due_on is not None and row.due_on < today
    return Line(
        row.id, row.number or "未编号", row.title, row.division, row.started_at, row.ended_at, row.head_seq, late,
        tuple(marks),
    )  # fmt: skip
