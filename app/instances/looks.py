"""Who looked at which case, when, at what and why (未成年人网络保护条例 36). Rows are only ever added.

Batches of them go into the chain of the deployment later: one chain entry per look would make all readers wait for
each other.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Index, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.columns import BY, Id
from app.db import Base, new_id
from app.errors import Refusal
from app.fixed import Fixed
from app.identity.actor import Actor
from app.identity.plain_text import plain

VALID = timedelta(hours=12)
"""How long a stated purpose lasts: one day's work."""
SHORTEST, LONGEST = 4, 200
"""Characters of a purpose."""

CASE, TASK, DIAGRAM, PHONE, MESSAGE, PURPOSE = "case", "task", "diagram", "phone", "message", "purpose"
"""Field groups: what the page shows of a case. `purpose` shows nothing; it says why the next looks happen."""
EXPORT, PRINT = "export", "print"
"""Taken away as a file or on paper: a row in a list, or a case, of which the extent stands behind the group:
`export:whole`, `export:redacted`."""
CALL, FILE, LETTER, PAPER, INTERFACE, REPLAY = "call", "file", "letter", "paper", "interface", "replay"
"""A request to another department, a file, a letter and a filled form are named behind the group: `file:<id>`. `interface`: the API."""
NUMBER = "number"
"""A whole number of a filled form, shown for the purpose in the same row: `number:<id of the form>:<its field>:<label>`."""
FIND, LISTS = "find", "sys/find"
"""A list of cases by what was asked, which names nobody: what was asked stands as the purpose, `sys/find` for the case."""
AGAIN = timedelta(minutes=30)
"""A form that is drawn anew while it is filled in, and a program that asks again, are one look in so long a time."""


class AccessLook(Base):
    """One look. `fields` is the group of fields shown, `network` the address as lock-out counts it."""

    __tablename__ = "access_look"
    __table_args__ = (
        Index("ix_access_look_case_at", "case", "at"),
        Index("ix_access_look_person_at", "person_id", "at"),
        Index("ix_access_look_at_range", "at", postgresql_using="brin").ddl_if("postgresql"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(BY)
    case: Mapped[str] = mapped_column(Id)
    task: Mapped[str | None] = mapped_column(Id)
    at: Mapped[datetime]
    fields: Mapped[str]
    purpose: Mapped[str]
    network: Mapped[str]


LATELY = Fixed(
    select(AccessLook.id)
    .where(
        AccessLook.person_id == bindparam("person"),
        AccessLook.at > bindparam("since"),
        AccessLook.case == bindparam("case"),
        AccessLook.fields == bindparam("fields"),
        AccessLook.purpose == bindparam("purpose"),
    )
    .limit(1)
)


@dataclass(frozen=True)
class Look:
    """What a door noticed of one look."""

    person_id: str
    case: str
    at: datetime
    fields: str
    network: str
    task: str | None = None
    purpose: str = ""


def record_look(session: Session, look: Look) -> None:
    session.add(
        AccessLook(
            person_id=look.person_id,
            case=look.case,
            task=look.task,
            at=look.at,
            fields=look.fields,
            purpose=look.purpose,
            network=look.network,
        )
    )


def looked_lately(session: Session, look: Look) -> bool:
    """Whether this person saw the same of the case within `AGAIN`, for the same purpose."""
    session.flush()
    same = {"person": look.person_id, "case": look.case, "fields": look.fields, "purpose": look.purpose}
    return bool(LATELY.rows(session, same | {"since": look.at - AGAIN}))


def state_purpose(session: Session, case: str, *, by: Actor, purpose: str, network: str, now: datetime) -> str:
    """Write down why a person opens a case that is not theirs; gives the text as kept.

    Raises:
        Refusal: `purpose_short` (422).
    """
    why = plain(purpose, LONGEST)
    if len(why) < SHORTEST:
        raise Refusal("purpose_short", params={"shortest": SHORTEST})
    record_look(session, Look(by.id, case, now, PURPOSE, network, purpose=why))
    return why


def stated_purpose(session: Session, case: str, *, by: Actor, now: datetime) -> str | None:
    """The purpose this person stated for this case within `VALID`."""
    return session.scalar(
        select(AccessLook.purpose)
        .where(
            AccessLook.case == case,
            AccessLook.person_id == by.id,
            AccessLook.fields == PURPOSE,
            AccessLook.at > now - VALID,
        )
        .order_by(AccessLook.at.desc())
        .limit(1)
    )
