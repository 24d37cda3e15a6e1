"""What rows of the deployment say, on chains of their own: `sys/grants`, `sys/definitions`, `sys/parameters`,
`sys/calendar` row by row as they change (proof §2.4). What is only ever added goes in batches: `chain_batches.py`.

Written at each turn of the sealer, from the rows as they stand: so whatever changes them, an act or somebody past all
acts, is on the chain from then on, and the chain tells both what it was and when it was seen.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.calendar.models import WorkingDaysVersion
from app.catalogue.models import Definition
from app.errors import Refusal
from app.history import Json, append_to_system, canon, read_events
from app.history.digests import SM3, digest
from app.history.read import RecordedEvent, last_event
from app.identity.factor_models import FactorReset, SecondFactor
from app.identity.models import Delegation, RoleGrant, SeparationSetting
from app.instances.chain_batches import UNREAD, check_batches, plain_value
from app.instances.emergency.models import EmergencySight
from app.instances.surroundings import Surroundings
from app.parameters.models import ParameterVersion

REGISTERS: Mapping[str, tuple[Any, ...]] = {
    "grants": (RoleGrant, Delegation, SeparationSetting, SecondFactor, FactorReset),
    "definitions": (Definition,),
    "parameters": (ParameterVersion,),
    "calendar": (WorkingDaysVersion,),
    "emergency": (EmergencySight,),
}
LEFT_OUT = frozenset({"bundle", "content", "sealed", "last_step"})
"""Columns whose digest stands beside them in the row; of an authenticator its seed, and what every sign-in moves."""
MAY_CHANGE = frozenset({"valid_to"})
"""Columns an act may set anew; any other one is filled in once, or stays."""

Rows = dict[str, dict[str, Json]]


def chain_register(session: Session, around: Surroundings, name: str, *, now: datetime) -> int:
    """Append the rows of one register that are new or changed since the last entry; gives how many."""
    rows = standing(session, name)
    marked, last = _digest(rows), last_event(session, around.vault, f"sys/{name}")
    if last and last.effects.get("digest") == marked:
        return 0
    known = _known(read_events(session, around.vault, f"sys/{name}"))
    changed: dict[str, Json] = {one: row for one, row in rows.items() if known.get(one) != row}
    changed |= dict.fromkeys(known.keys() - rows.keys())
    if not changed:
        return 0
    fields: dict[str, Json] = {"effects": {"digest": marked, "rows": changed}}
    append_to_system(
        session, vault=around.vault, log=around.log, name=name, at=now, kind="rows_changed", fields=fields
    )  # fmt: skip
    return len(changed)


def check_registers(session: Session, around: Surroundings) -> Iterator[str]:
    """Where rows no longer are what their chain says, or a chain tells of a change no act makes (Chinese).

    What is not yet on a chain is no difference. A chain that cannot be read hides nothing of the others.
    """
    for name in REGISTERS:
        try:
            chain = read_events(session, around.vault, f"sys/{name}")
        except Refusal:
            yield UNREAD.format(name)
            continue
        known: Rows = {}
        for entry in chain:
            rows = entry.effects.get("rows", {})
            yield from (f"{what}（sys/{name} 第 {entry.seq} 步）" for what in _altered(known, rows))
            known = _applied(known, rows)
        now = standing(session, name)
        yield from _altered(known, {one: now.get(one) for one in known})
    yield from check_batches(session, around)


def standing(session: Session, name: str, *, only: str | None = None) -> Rows:
    """The rows of a register as they stand, by table and key; `only` the one of this id."""
    found: Rows = {}
    for model in REGISTERS[name]:
        table = model.__table__
        columns = [column for column in table.c if column.name not in LEFT_OUT]
        asked = select(*columns) if only is None else select(*columns).where(table.c.id == only)
        for row in session.execute(asked).mappings():
            key = "/".join(str(row[column.name]) for column in table.primary_key)
            found[f"{table.name}/{key}"] = {column.name: plain_value(row[column.name]) for column in columns}
    return found


def _altered(known: Rows, rows: Mapping[str, Any]) -> Iterator[str]:
    for one, row in rows.items():
        before = known.get(one)
        if before is None:
            continue
        if row is None:
            yield f"{one}：已上链的一行被删除"
            continue
        for name in before:
            if before[name] is not None and before[name] != row.get(name) and name not in MAY_CHANGE:
                yield f"{one}：{name} 与链上所记不同"


def _known(entries: list[RecordedEvent]) -> Rows:
    known: Rows = {}
    for entry in entries:
        known = _applied(known, entry.effects.get("rows", {}))
    return known


def _applied(known: Rows, rows: Mapping[str, Any]) -> Rows:
    return {one: row for one, row in (known | dict(rows)).items() if row is not None}


def _digest(rows: Rows) -> str:
    return digest(SM3, canon(rows)).hex()
