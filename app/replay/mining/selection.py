"""Which cases go into an event log: what was asked, inside the mandate. One case after the other, never all at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Row, false, func, select
from sqlalchemy.orm import Session

from app.catalogue.models import Definition
from app.clock import SHANGHAI
from app.errors import Refusal
from app.instances.find import inside
from app.instances.models import Instance

OPEN, ENDED = "open", "ended"
PAGE = 200

CaseRow = Row[str, str, str, str, str | None, datetime | None]
COLUMNS = (
    Instance.id, Instance.process, Instance.title, Instance.division, Instance.dossier_id, Instance.ended_at,
)  # fmt: skip


@dataclass(frozen=True)
class Selection:
    """Empty: any. `since` and `until` are days of the start, both counted; `version` is the number of a published one."""

    process: str = ""
    version: int | None = None
    division: str = ""
    since: date | None = None
    until: date | None = None
    state: str = ""

    def words(self) -> str:
        """As the access record keeps it; nothing of it is personal."""
        said = {
            "事项": self.process, "版本": str(self.version or ""), "区划": self.division, "状态": self.state,
            "收件自": self.since.isoformat() if self.since else "", "至": self.until.isoformat() if self.until else "",
        }  # fmt: skip
        return "，".join(f"{name} {value}" for name, value in said.items() if value) or "不限"


def size_of(session: Session, wanted: Selection, mandate: Sequence[str], *, most: int | None = None) -> tuple[int, int]:
    """Cases, and entries of their chains; of more than `most` cases, which have an entry each at least, no more is counted."""
    asked = select(Instance.head_seq).where(*conditions(session, wanted, mandate))
    found = (asked if most is None else asked.limit(most + 1)).subquery()
    cases, entries = session.execute(select(func.count(), func.coalesce(func.sum(found.c.head_seq), 0))).one()
    return cases, entries


def selected(session: Session, wanted: Selection, mandate: Sequence[str]) -> Iterator[CaseRow]:
    """The cases in the order of their ids. Between two of them nothing of the database is held on to, so that a slow
    reader keeps no transaction open (PostgreSQL ends an idle one after 10 s); so never inside a transaction that writes."""
    asked, after = conditions(session, wanted, mandate), ""
    while page := session.execute(
        select(*COLUMNS).where(*asked, Instance.id > after).order_by(Instance.id).limit(PAGE)
    ).all():
        for row in page:
            yield row
            session.rollback()
        after = page[-1].id


def conditions(session: Session, wanted: Selection, mandate: Sequence[str]) -> list[ColumnElement[bool]]:
    """Raises Refusal: `mining_version` (422): a version without its process, or one that was never published."""
    return [inside(Instance.division, mandate), *_asked(session, wanted)]


def _asked(session: Session, wanted: Selection) -> Iterator[ColumnElement[bool]]:
    if wanted.version is not None:
        yield _version(session, wanted)
    if wanted.process:
        yield Instance.process == wanted.process
    if wanted.division:
        yield inside(Instance.division, [wanted.division])
    if wanted.since:
        yield Instance.started_at >= midnight(wanted.since)
    if wanted.until:
        yield Instance.started_at < midnight(wanted.until + timedelta(days=1))
    if wanted.state in (OPEN, ENDED):
        yield Instance.ended_at.is_(None) if wanted.state == OPEN else Instance.ended_at.is_not(None)
    elif wanted.state:
        yield false()


def _version(session: Session, wanted: Selection) -> ColumnElement[bool]:
    digest = session.scalar(
        select(Definition.digest).where(Definition.key == wanted.process, Definition.version == wanted.version)
    )
    if digest is None:
        raise Refusal("mining_version", 422, {"version": wanted.version or 0})
    return Instance.definition == digest


def midnight(day: date) -> datetime:
    """The instant at which a legal day begins."""
    return datetime.combine(day, time(), SHANGHAI)
