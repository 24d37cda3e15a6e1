"""审计查案: the cases inside an auditor's mandate, by what can be asked without looking into one.

A line names no child and no party: whoever wants to know opens the case and says why.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from app.catalogue.models import Definition
from app.catalogue.published import published
from app.clock import SHANGHAI
from app.errors import Refusal, not_found
from app.identity.actor import Actor
from app.identity.divisions import widest
from app.identity.models import Person
from app.identity.roles import AUDITOR
from app.instances.find import inside, number_ends
from app.instances.marks import AGAINST, END, FAULT, INTEREST, LATE, MOVED, PLACED, RETURNED, CaseMark, is_end
from app.instances.models import Instance, Task
from app.instances.refused import RefusedAttempt

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


@dataclass(frozen=True)
class Found:
    lines: tuple[Line, ...]
    more: bool
    deepest: bool = False
    """There is more, but not by paging."""


def find_cases(session: Session, wanted: Wanted, *, by: Actor, today: date) -> Found:
    """A page of cases, newest first; inside the mandate alone, so what lies outside is neither shown nor counted.

    Raises:
        Refusal: `not_found` (404) for who is no auditor; `find_person` (422) when no official is called so.
    """
    mandate = widest(grant.division for grant in by.grants if grant.role == AUDITOR)
    if not mandate:
        raise not_found()
    asked = [inside(Instance.division, mandate), *_conditions(session, wanted, today)]
    page = min(wanted.page, DEEPEST)
    rows = session.scalars(
        select(Instance)
        .where(*asked)
        .order_by(Instance.started_at.desc(), Instance.id.desc())
        .offset((page - 1) * SIZE)
        .limit(SIZE + 1)
    ).all()
    more = len(rows) > SIZE
    lines = tuple(_line(row, today) for row in rows[:SIZE])
    return Found(lines, more and page < DEEPEST, more and page == DEEPEST)


def _conditions(session: Session, wanted: Wanted, today: date) -> Iterator[ColumnElement[bool]]:
    if wanted.number:
        yield number_ends(session, wanted.number.strip().upper())
    if wanted.division:
        yield inside(Instance.division, [wanted.division])
    if wanted.process:
        yield Instance.process == wanted.process
    if wanted.since:
        yield Instance.started_at >= _midnight(wanted.since)
    if wanted.until:
        yield Instance.started_at < _midnight(wanted.until + timedelta(days=1))
    if wanted.state:
        yield Instance.ended_at.is_(None) if wanted.state == OPEN else Instance.ended_at.is_not(None)
    if wanted.person:
        yield _done_by(session, wanted.person.strip())
    if wanted.outcome:
        yield _marked([END + one for one in _ends(session).get(wanted.outcome, ())])
    if wanted.odd in ODD:
        yield _marked([wanted.odd])
    if wanted.odd == REFUSED:
        yield Instance.id.in_(select(RefusedAttempt.case))
    if wanted.overdue:
        yield and_(Instance.ended_at.is_(None), Instance.due_on < today)


def _marked(kinds: Sequence[str]) -> ColumnElement[bool]:
    """The whole key of the marks is named, so that they can be read by mark or by case, whichever are fewer."""
    return exists().where(
        CaseMark.kind.in_(kinds), CaseMark.started_at == Instance.started_at, CaseMark.instance_id == Instance.id
    )


def outcomes(session: Session) -> tuple[tuple[str, str, str], ...]:
    """What cases have come to: value for `Wanted.outcome`, title of the process, name of the end."""
    titles = dict(session.execute(select(Definition.key, Definition.title).order_by(Definition.version)).all())
    named = [(code, *code.split(":", 1)) for code in _ends(session)]
    return tuple((code, titles.get(process, process), end) for code, process, end in sorted(named))


def _ends(session: Session) -> dict[str, tuple[str, ...]]:
    """Ids of the ends of that name, in any version of the process."""
    found: dict[str, dict[str, None]] = {}
    for digest in session.scalars(select(Definition.digest)):
        version = published(session, digest)
        for node in version.definition.nodes.values():
            if is_end(node.kind, node.name, node.process, version):
                found.setdefault(f"{version.settings.key}:{node.name}", {})[node.id] = None
    return {code: tuple(ids) for code, ids in found.items()}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def _done_by(session: Session, name: str) -> ColumnElement[bool]:
    """Cases in which one of the officials of that name completed a step, for himself or for somebody else."""
    people = [
        str(one) for one in session.scalars(select(Person.id).where(or_(Person.login == name, Person.name == name)))
    ]
    if not people:
        raise Refusal("find_person", 422, {"name": name[:30]})
    done = or_(Task.closed_by.in_(people), Task.on_behalf_of.in_(people))
    return Instance.id.in_(select(Task.instance_id).where(done))


def _line(row: Instance, today: date) -> Line:
    late = row.ended_at is None and row.due_on is not None and row.due_on < today
    return Line(
        row.id, row.number or "未编号", row.title, row.division, row.started_at, row.ended_at, row.head_seq, late
    )
