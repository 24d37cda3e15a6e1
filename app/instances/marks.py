"""What a case is found by although only its history knows it: sent back, moved by hand, late, against advice, its ends.

One short row for each case and mark, written by the transaction that stores the entry which says so; all of it can be
made again from the record, and `check_marks` compares.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.catalogue.published import Published
from app.columns import Id
from app.db import Base
from app.dmn.feel.wire import from_wire
from app.instances.wording import SECOND

RETURNED, AGAINST, LATE, PLACED, MOVED, INTEREST, FAULT = (
    "returned", "against", "late", "placed", "moved", "interest", "fault",
)  # fmt: skip
END = "end:"
"""Before the name of an end event of the main process that the case came to; several ends of one name are one result."""
BY_KIND: Mapping[str, str] = {
    "escalated": LATE,
    "corrected": PLACED, "migrated": PLACED,
    "transferred": MOVED, "case_handed_over": MOVED,
    "interest_declared": INTEREST,
    "call_failed": FAULT, "call_unknown": FAULT, "discarded": FAULT, "incident_retried": FAULT,
}  # fmt: skip
INSERT: Mapping[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


class CaseMark(Base):
    """The key is the order of the list: newest cases of a mark first, without reading others."""

    __tablename__ = "case_mark"

    kind: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime] = mapped_column(primary_key=True)
    instance_id: Mapped[str] = mapped_column(Id, primary_key=True)


def marks_of(
    version: Published, kind: str, fields: Mapping[str, Any], facts: Mapping[str, Any], at: datetime
) -> set[str]:
    """What one entry says. Pure.

    Args:
        facts: those of the case after it, on the wire; read only where the entry is a decision.
    """
    found = {BY_KIND[kind]} if kind in BY_KIND else set()
    if kind == "repositioned" and fields.get(SECOND):  # one person alone only takes the own step back (取回)
        found.add(PLACED)
    effects: Any = fields.get("effects")
    if isinstance(effects, Mapping):
        entered = effects.get("in") or ()
        if not version.audited.returned.isdisjoint((*entered, *(effects.get("flows") or ()))):
            found.add(RETURNED)
        found |= {END + end for name in entered if (end := end_name(version, name))}
    if any(f"facts/{name}" in fields for name in version.audited.against) and _against(version, fields, facts, at):
        found.add(AGAINST)
    return found


def end_name(version: Published, node: str) -> str:
    """What coming to this node means for the case: the name of an end drawn in its own process, else nothing."""
    drawn = version.definition.nodes.get(node)
    mine = drawn is not None and drawn.kind == "endEvent" and drawn.process == version.settings.process
    return drawn.name if drawn is not None and mine else ""


def _against(version: Published, fields: Mapping[str, Any], facts: Mapping[str, Any], at: datetime) -> bool:
    scope = {name: from_wire(facts.get(name), kind.kind) for name, kind in version.fact_types.items()}
    scope["case_division"] = facts.get("case_division")
    return any(
        f"facts/{name}" in fields and expression.evaluate(scope, at=at) is True
        for name, expression in version.audited.against.items()
    )


def keep_marks(session: Session, instance_id: str, started_at: datetime, marks: set[str]) -> None:
    """Each once; nothing is read, and nothing written where there is none."""
    if not marks:
        return
    insert = INSERT[session.get_bind().dialect.name]
    rows = [{"kind": one, "started_at": started_at, "instance_id": instance_id} for one in sorted(marks)]
    session.connection().execute(insert(CaseMark).values(rows).on_conflict_do_nothing())


def kept_marks(session: Session, instance_id: str, started_at: datetime, known: set[str]) -> set[str]:
    """Those of the case, of all marks that its versions know: the key of the table begins with the mark."""
    rows = select(CaseMark.kind).where(
        CaseMark.kind.in_(known), CaseMark.started_at == started_at, CaseMark.instance_id == instance_id
    )
    return set(session.scalars(rows))


def forget_marks(session: Session, instance_id: str, started_at: datetime, marks: set[str]) -> None:
    if marks:
        session.execute(
            delete(CaseMark).where(
                CaseMark.kind.in_(marks), CaseMark.started_at == started_at, CaseMark.instance_id == instance_id
            )
        )


def known_marks(versions: Iterable[Published]) -> set[str]:
    """Every mark that a case of these versions can have."""
    found = {RETURNED, AGAINST, LATE, PLACED, MOVED, INTEREST, FAULT}
    return found | {
        END + end for version in versions for node in version.definition.nodes if (end := end_name(version, node))
    }
