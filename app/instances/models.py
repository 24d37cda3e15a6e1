"""Rows of running cases. The state is the truth; task, timer, wait and call rows are derived from it (engine rule 19)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from app.columns import PERSON, Id, Who
from app.db import Base, new_id

OPEN = text("ended_at IS NULL")


class Instance(Base):
    """One procedure about (usually) one dossier. `state` is sealed; a closed case keeps none (rule 22)."""

    __tablename__ = "instance"
    __table_args__ = (
        Index("ix_instance_owner_open", "owner_id", postgresql_where=text("ended_at IS NULL")),
        Index("ix_instance_due", "next_due", postgresql_where=text("next_due IS NOT NULL")),
        Index("ix_instance_division", "division"),
        Index("ix_instance_started", "started_at"),
        Index("ix_instance_process_started", "process", "started_at"),
        Index("ix_instance_open_started", "started_at", postgresql_where=OPEN, sqlite_where=OPEN),
        Index("ix_instance_number_end", text("reverse(number) text_pattern_ops")).ddl_if("postgresql"),
        Index("ix_instance_avoiding", "id", postgresql_where=text("avoiding IS NOT NULL")),
        Index("ix_instance_ended_at_range", "ended_at", postgresql_using="brin").ddl_if("postgresql"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    number: Mapped[str | None] = mapped_column(unique=True)
    process: Mapped[str]
    definition: Mapped[str] = mapped_column(ForeignKey("definition.digest"))
    title: Mapped[str]
    division: Mapped[str]
    secrecy: Mapped[str]
    owner_id: Mapped[str] = mapped_column(Who)
    """The person who answers for the case; at first its starter."""
    started_by: Mapped[str] = mapped_column(Who)
    starter_natural: Mapped[str] = mapped_column(Who)
    starter_behalf: Mapped[str | None] = mapped_column(Who)
    """Natural person in whose name it was started: separation is judged on both (abuse case 16)."""
    starter_role: Mapped[str | None]
    dossier_id: Mapped[str | None]
    revision: Mapped[int] = mapped_column()
    state: Mapped[bytes | None] = mapped_column(LargeBinary)
    subject: Mapped[bytes | None] = mapped_column(LargeBinary)
    head_seq: Mapped[int]
    head_hash: Mapped[str]
    started_at: Mapped[datetime]
    last_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    """Id of the end event, or of the interruption."""
    next_due: Mapped[datetime | None]
    """Earliest due timer: lets a command skip the timer table when nothing is due."""
    follow_up_on: Mapped[date | None]
    avoiding: Mapped[str | None]
    """Natural persons who declared an interest, as `,a,b,`: kept away from every task (回避)."""
    due_on: Mapped[date | None]
    """Earliest open date of a task or a running clock, for the list of cases I answer for."""
    clock: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """How the nearest clock stood when the case was last written: lists never decode a state (architecture §6)."""

    __mapper_args__ = {"version_id_col": revision}


class Task(Base):
    """A human task. Conflicts of people are judged on this row, not on the instance's revision."""

    __tablename__ = "task"
    __table_args__ = (
        Index("ix_task_open", "role", "division", postgresql_where=text("status = 'open'")),
        Index("ix_task_assignee", "assignee_id", postgresql_where=text("status = 'open'")),
        Index("ix_task_closed_by", "closed_by", postgresql_where=text("closed_by IS NOT NULL")),
        Index("ix_task_closed_at_range", "closed_at", postgresql_using="brin").ddl_if("postgresql"),
        Index("ix_task_on_behalf_of", "on_behalf_of", postgresql_where=text("on_behalf_of IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    instance_id: Mapped[str] = mapped_column(Id, ForeignKey("instance.id"), index=True)
    key: Mapped[str]
    """Once in its case: the engine numbers the activations of a node, and an event that opens happens once (rule 15)."""
    node: Mapped[str]
    name: Mapped[str]
    status: Mapped[str]
    """open | done | cancelled | taken_back"""
    role: Mapped[str]
    division: Mapped[str]
    process: Mapped[str]
    """Id of the BPMN process the node is drawn in, whose forms are meant; empty where it is the case's own."""
    form: Mapped[str | None]
    clock: Mapped[str | None]
    limit: Mapped[str | None]
    item: Mapped[str | None]
    separation: Mapped[str | None]
    candidates: Mapped[str | None]
    """Logins the diagram named, as `,a,b,`; None leaves it to the role."""
    distinct: Mapped[str | None]
    """Group in which each person may act once (two assessors; 收养评估办法 6)."""
    assignee_id: Mapped[str | None] = mapped_column(PERSON)
    claimed_at: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    opened_seq: Mapped[int]
    seen_at: Mapped[datetime | None]
    """First look by another than who completed the step before: from then on 取回 is over (rule 12)."""
    drafted: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Somebody has, or had, a draft of it: what completes the task need not look for one."""
    urged_at: Mapped[datetime | None]
    urged_by: Mapped[str | None] = mapped_column(PERSON)
    due_on: Mapped[date | None]
    due_mark: Mapped[str | None]
    """certain | check | design, with `provisional` behind a comma where the holiday table is missing."""
    closed_at: Mapped[datetime | None]
    closed_seq: Mapped[int | None]
    closed_by: Mapped[str | None] = mapped_column(PERSON)
    on_behalf_of: Mapped[str | None] = mapped_column(PERSON)
    natural_person: Mapped[str | None] = mapped_column(PERSON)
    behalf_natural: Mapped[str | None] = mapped_column(PERSON)
    acted_role: Mapped[str | None]
    """Who holds or did it, as separation of duties judges it: set at claim, kept at completion."""


class Timer(Base):
    """A running timer of a case. `revision` moves with `due_at`, so that a stale firing is a no-op (rule 5)."""

    __tablename__ = "timer"
    __table_args__ = (
        UniqueConstraint("instance_id", "key"),
        Index("ix_timer_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
        Index("ix_timer_failing", "instance_id", postgresql_where=text("attempts > 0")),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[str] = mapped_column(Id, ForeignKey("instance.id"))
    key: Mapped[str]
    node: Mapped[str]
    rule: Mapped[str]
    cycle: Mapped[bool]
    opened_at: Mapped[datetime]
    fired: Mapped[int] = mapped_column(default=0)
    """Firings of a cycle so far, coalesced ones counted."""
    due_at: Mapped[datetime | None]
    """None while it cannot be known (a stopped clock)."""
    discarded: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Given up by two people after it failed: it never comes due again (rule 18)."""
    revision: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]


class ClockWarning(Base):
    """One warning of one clock of a case: told once and for all, whatever moves the clock afterwards."""

    __tablename__ = "clock_warning"
    __table_args__ = (
        UniqueConstraint("instance_id", "clock", "level"),
        Index("ix_clock_warning_due", "due_at", postgresql_where=text("due_at IS NOT NULL AND told_at IS NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[str] = mapped_column(Id, ForeignKey("instance.id"))
    clock: Mapped[str]
    level: Mapped[int]
    """From 1; 0: the limit is over (`app.calendar.warnings.OVER`)."""
    count: Mapped[int]
    """Net days, or hours, of the clock that are used when it falls."""
    due_at: Mapped[datetime | None]
    """None while it cannot be known, and once the clock has ended before it came."""
    told_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]


class Wait(Base):
    """A place in a case that waits for a message."""

    __tablename__ = "wait"
    __table_args__ = (
        UniqueConstraint("instance_id", "key"),
        Index("ix_wait_message", "message", "correlation"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[str] = mapped_column(Id, ForeignKey("instance.id"))
    key: Mapped[str]
    node: Mapped[str]
    message: Mapped[str]
    correlation: Mapped[str]


class Call(Base):
    """A request to another department. The id goes to the neighbour and stays the same over all tries (rule 16)."""

    __tablename__ = "call"
    __table_args__ = (
        UniqueConstraint("instance_id", "key"),
        Index("ix_call_waiting", "next_try_at", postgresql_where=text("status = 'waiting'")),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[str] = mapped_column(Id, ForeignKey("instance.id"))
    key: Mapped[str]
    node: Mapped[str]
    name: Mapped[str]
    operation: Mapped[str]
    input: Mapped[dict[str, Any]] = mapped_column(JSON)
    status: Mapped[str]
    """waiting | answered | unknown (结果不明) | failed (发不出或不收) | closed"""
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    due_on: Mapped[date | None]
    next_try_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    """Tries begun; counted before anybody is asked, so that a try which killed its worker counts."""
    reported: Mapped[int] = mapped_column(default=0)
    """Tries whose end is known. Fewer than begun: a worker died while asking."""
    last_error: Mapped[str | None]
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    """An answer that came but could not be applied yet, sealed; it is applied again, not asked for again."""
    answered_by: Mapped[str | None]
    """`connector`, or the login of the person who answered by hand."""
    natural_person: Mapped[str | None] = mapped_column(PERSON)
    behalf_natural: Mapped[str | None] = mapped_column(PERSON)
    """Who answered by hand, and for whom: an act of theirs in the case, for separation of duties."""


class Outbox(Base):
    """A message or a start for another instance, delivered by a later command on the receiver (rule 10)."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_open", "sender_id", "seq", postgresql_where=text("done_at IS NULL")),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    sender_id: Mapped[str]
    seq: Mapped[int]
    kind: Mapped[str]
    """message | start"""
    name: Mapped[str]
    correlation: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    """Failed deliveries."""
    last_error: Mapped[str | None]
    done_at: Mapped[datetime | None]


class Incident(Base):
    """What stands still and waits for a person: automatic work that failed five times, a message nobody took, a
    person's act that the diagram could not carry out (rules 9, 18). No personal data in it."""

    __tablename__ = "incident"
    __table_args__ = (Index("ix_incident_open", "instance_id", postgresql_where=text("closed_at IS NULL")),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[str] = mapped_column(Id, ForeignKey("instance.id"))
    what: Mapped[str]
    """timer | warning | call | outbox | message | command"""
    key: Mapped[str] = mapped_column(Id)
    """Id of the row that failed."""
    node: Mapped[str]
    """Element it stands at, or the name of the message."""
    error: Mapped[str]
    """Refusal code or class of the exception."""
    detail: Mapped[str | None]
    """Element of the diagram and expression as drawn, where one is to blame (rule 8)."""
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    """Person who had it tried again; None when it went well by itself."""


class Message(Base):
    """A message that came before its wait opened; consumed by the receiver's own command (rule 9)."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("instance_id", "dedupe"),
        Index("ix_message_open", "instance_id", postgresql_where=text("consumed_at IS NULL")),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    instance_id: Mapped[str] = mapped_column(Id, ForeignKey("instance.id"))
    name: Mapped[str]
    correlation: Mapped[str]
    dedupe: Mapped[str]
    seq: Mapped[int]
    """Number of the entry of the chain that took it in: kept ones are handed out in this order."""
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    evidence: Mapped[list[str]] = mapped_column(JSON)
    sender: Mapped[str]
    natural_person: Mapped[str | None] = mapped_column(PERSON)
    behalf_natural: Mapped[str | None] = mapped_column(PERSON)
    acted_role: Mapped[str | None]
    """Of a message entered by hand: who did it, as separation of duties judges it."""
    received_at: Mapped[datetime]
    valid_until: Mapped[datetime]
    consumed_at: Mapped[datetime | None]


class Draft(Base):
    """Half-filled answers of one person, sealed. Read by nobody else (abuse case 31)."""

    __tablename__ = "draft"

    task_id: Mapped[str] = mapped_column(Id, ForeignKey("task.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    field: Mapped[str | None]
    """Where the person was interrupted."""
    count: Mapped[int]
    saved_at: Mapped[datetime]


class Done(Base):
    """A command that was carried out, under the client's key or the form's nonce: the same key gets the same answer."""

    __tablename__ = "done_command"

    person_id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request: Mapped[str]
    """Digest of the request; another request under the same key is refused."""
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime]
