"""Looks by child, by person, by period; inside the mandate alone, and without a name of a child."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from app.identity.models import Organisation, Person
from app.identity.names import LEFT_OFFICE
from app.instances.find import inside
from app.instances.looks import FIND, LISTS, NUMBER, AccessLook
from app.instances.models import Instance
from app.replay.access.children import PLACE as NOWHERE
from app.replay.access.children import SEARCHED
from app.replay.mining.export_log import MINED
from app.replay.mining.export_log import PLACE as LOGS
from app.replay.mining.selection import midnight
from app.replay.officials_called import officials_called

SIZE = 50
LATELY = timedelta(days=7)
"""Listed where nothing is asked for: nobody reads the looks of years at once."""
PLACES = (LOGS, NOWHERE, LISTS)
"""What stands for the case where a look is at no one case."""
WORDS = {
    "case": "办件页", "task": "任务", "diagram": "流程图", "phone": "电话答复", "message": "录入消息", "purpose": "说明目的",
    "export": "导出", "print": "打印", "call": "部门核验", "file": "材料", "letter": "文书", "paper": "填报的表",
    "number": "全号", "interface": "接口", "replay": "回放", FIND: "查案", MINED: "事件日志", SEARCHED: "按姓名查登记",
}  # fmt: skip
"""What was shown, by the group of fields of the record."""
EXTENTS = {"whole": "（含个人信息）", "redacted": "（隐去个人信息）"}


@dataclass(frozen=True)
class Wanted:
    """Empty: any. `cases` are ids: of a number, or of a child (`children.py`); None: any case."""

    cases: Collection[str] | None = None
    person: str = ""
    since: date | None = None
    until: date | None = None
    page: int = 1


@dataclass(frozen=True)
class Line:
    at: datetime
    who: str
    login: str
    case: str
    """Empty where the look was at no one case."""
    number: str
    title: str
    shown: str
    purpose: str


@dataclass(frozen=True)
class Found:
    lines: tuple[Line, ...]
    more: bool


def or_lately(wanted: Wanted, today: date) -> Wanted:
    """Where neither a case nor a person nor a beginning is asked for: since `LATELY` before the end of it."""
    if wanted.cases is not None or wanted.person or wanted.since is not None:
        return wanted
    return replace(wanted, since=(wanted.until or today) - LATELY)


def search_looks(session: Session, wanted: Wanted, mandate: Sequence[str]) -> Found:
    """A page of looks at cases inside the mandate, latest first. What is at no one case (an event log, a list of cases,
    a search that found nothing) is listed where its person is asked for and has an office inside the mandate.

    Raises:
        Refusal: `find_person` (422) when no official of the mandate, and none who looked there, is called so.
    """
    people = people_called(session, wanted.person, mandate) if wanted.person else []
    here = or_(
        inside(Instance.division, mandate),
        and_(AccessLook.case.in_(PLACES), AccessLook.person_id.in_(_overseen(session, people, mandate))),
    )
    rows = session.execute(
        select(AccessLook, Instance.id, Instance.number, Instance.title)
        .outerjoin(Instance, Instance.id == AccessLook.case)
        .where(here, *_conditions(wanted, people))
        .order_by(AccessLook.at.desc(), AccessLook.id.desc())
        .offset((wanted.page - 1) * SIZE)
        .limit(SIZE + 1)
    ).all()
    known = officials(session, {row.AccessLook.person_id for row in rows})
    return Found(tuple(_line(row, known) for row in rows[:SIZE]), len(rows) > SIZE)


def case_numbered(session: Session, number: str, mandate: Sequence[str]) -> tuple[str, ...]:
    """The case with exactly this number; none outside the mandate."""
    asked = select(Instance.id).where(Instance.number == number.strip().upper(), inside(Instance.division, mandate))
    return tuple(session.scalars(asked))


def people_called(session: Session, name: str, mandate: Sequence[str]) -> list[str]:
    """As `officials_called`: those of the mandate, and who has looked at a case of it. Raises Refusal `find_person` (422)."""

    def has_looked(person: str) -> bool:
        look = select(AccessLook.id).join(Instance, Instance.id == AccessLook.case)
        look = look.where(AccessLook.person_id == person, inside(Instance.division, mandate))
        return session.scalar(look.limit(1)) is not None

    return officials_called(session, name, mandate, has_looked)


def officials(session: Session, people: Collection[str]) -> dict[str, tuple[str, str]]:
    """Name and login by id, of those who have an account; one statement."""
    if not people:
        return {}
    asked = select(Person.id, Person.name, Person.login).where(Person.id.in_([UUID(one) for one in people]))
    return {str(row.id): (row.name, row.login) for row in session.execute(asked)}


def _overseen(session: Session, people: Sequence[str], mandate: Sequence[str]) -> list[str]:
    """Those of them whose office is inside the mandate."""
    if not people:
        return []
    asked = select(Person.id).join(Organisation, Organisation.id == Person.organisation_id)
    asked = asked.where(Person.id.in_([UUID(one) for one in people]), inside(Organisation.division, mandate))
    return [str(one) for one in session.scalars(asked)]


def period(since: date | None, until: date | None) -> Iterator[ColumnElement[bool]]:
    """Legal days, both counted."""
    if since:
        yield AccessLook.at >= midnight(since)
    if until:
        yield AccessLook.at < midnight(until + timedelta(days=1))


def _conditions(wanted: Wanted, people: Sequence[str]) -> Iterator[ColumnElement[bool]]:
    if wanted.cases is not None:
        yield AccessLook.case.in_(sorted(wanted.cases))
    if people:
        yield AccessLook.person_id.in_(people)
    yield from period(wanted.since, wanted.until)


def _line(row: Any, known: Mapping[str, tuple[str, str]]) -> Line:
    look: AccessLook = row.AccessLook
    name, login = known.get(look.person_id, (LEFT_OFFICE, ""))
    return Line(
        at=look.at,
        who=name,
        login=login,
        case=row.id or "",
        number=(row.number or "未编号") if row.id else "—",
        title=row.title or "",
        shown=shown(look.fields),
        purpose=look.purpose,
    )


def shown(fields: str) -> str:
    """`export:whole` → 导出（含个人信息）, `number:…:…:手机号码` → 全号（手机号码）; an unknown group as it stands."""
    group, _, detail = fields.partition(":")
    extent = f"（{detail.split(':', 2)[-1]}）" if group == NUMBER else EXTENTS.get(detail, "")
    return WORDS.get(group, group) + extent
