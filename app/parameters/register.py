"""The parameters in force on a day: a frozen value with a digest, found by code and division."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from threading import Lock
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.parameters.models import ParameterVersion

TIME_UNITS = ("CD", "WD", "M", "H")
MARKS = ("certain", "check", "design")
KEPT = 64


class RegisterAltered(Exception):
    """The stored rows do not give their chain of digests: somebody changed them behind the program's back."""


@dataclass(frozen=True)
class Parameter:
    """`value` is text as entered; `unit` is CD, WD, M or H for limits, `text` for words, else what it measures."""

    code: str
    value: str
    unit: str
    title: str
    source: str
    mark: str
    valid_from: date
    division: str
    version: int

    @property
    def number(self) -> Decimal:
        return Decimal(self.value)


@dataclass(frozen=True)
class TimeLimit:
    """A limit in the shape that clocks reckon with."""

    code: str
    value: int
    unit: str
    source: str
    mark: str
    title: str


@dataclass(frozen=True)
class Register:
    """The rows in force on `day`; a value for a smaller division goes before one for a larger."""

    day: date
    rows: tuple[Parameter, ...]

    @cached_property
    def digest(self) -> str:
        """SM3, hex, of the rows in force."""
        return _sm3([_content(row) for row in self.rows])

    def find(self, code: str, division: str = "") -> Parameter | None:
        """The value of the smallest division that holds `division`, None if there is none."""
        return self._in(division).get(code)

    def get(self, code: str, division: str = "") -> Parameter:
        """Raises Refusal `parameter_unknown`."""
        found = self.find(code, division)
        if found is None:
            raise Refusal("parameter_unknown", params={"code": code})
        return found

    def limits(self, division: str = "") -> Mapping[str, TimeLimit]:
        """Every limit by code, as it applies in `division`; read-only, gathered once."""
        if division not in self._limits:
            self._limits[division] = MappingProxyType(
                {
                    row.code: TimeLimit(row.code, int(row.value), row.unit, row.source, row.mark, row.title)
                    for row in self._in(division).values()
                    if row.unit in TIME_UNITS
                }
            )
        return self._limits[division]

    @cached_property
    def _limits(self) -> dict[str, Mapping[str, TimeLimit]]:
        return {}

    def _in(self, division: str) -> dict[str, Parameter]:
        inside = prefix(division)
        holding = (row for row in self.rows if inside.startswith(prefix(row.division)))
        return {row.code: row for row in sorted(holding, key=lambda row: len(prefix(row.division)))}


def prefix(division: str) -> str:
    """The part of a code that all codes below it share; zeros are cut by level only (GB/T 2260).

    450000 → 45, 450100 → 4501, 450123 and longer as they are.
    """
    if len(division) == 6 and division.endswith("00"):
        return division[:2] if division.endswith("0000") else division[:4]
    return division


NEWEST = (
    select(ParameterVersion.version, ParameterVersion.head)
    .where(ParameterVersion.version.is_not(None))
    .order_by(ParameterVersion.version.desc())
    .limit(1)
)
"""A statement, so that a command may ask it together with what else it needs."""


def current(session: Session, day: date, *, known_at: datetime | None = None) -> Register:
    """The register on the legal day `day`; with `known_at` as it had been approved at that instant (for replay).

    One small query; the registers themselves are kept by the head of the chain.

    Raises:
        RegisterAltered: the rows are not what their chain says.
    """
    approved = NEWEST.where(ParameterVersion.approved_at <= known_at) if known_at else NEWEST
    newest = session.execute(approved).first()
    return as_of(session, day, *newest) if newest else Register(day, ())


def as_of(session: Session, day: date, version: int | None, head: str | None) -> Register:
    """The register on `day` up to the approved `version`, which `NEWEST` names with the head of its chain.

    Raises:
        RegisterAltered: the rows are not what their chain says.
    """
    key = ("" if version is None else str(head), day)
    register = _kept.get(key)
    if register is None:
        register = Register(day, () if version is None else tuple(_in_force(_checked(session, version), day)))
    _keep(key, register)
    return register


_kept: OrderedDict[tuple[str, date], Register] = OrderedDict()
"""Registers by (head, day): the head names the content, so the cache can never be stale."""
_keeping = Lock()


def _keep(key: tuple[str, date], register: Register) -> None:
    with _keeping:
        _kept[key] = register
        while len(_kept) > KEPT:
            _kept.popitem(last=False)


def _checked(session: Session, version: int) -> list[ParameterVersion]:
    rows = select(ParameterVersion).where(ParameterVersion.version <= version).order_by(ParameterVersion.version)
    found, head = list(session.scalars(rows)), ""
    for row in found:
        head = link(head, row)
        if head != row.head:
            raise RegisterAltered(row.code)
    return found


def link(head: str, row: ParameterVersion) -> str:
    """The head of the chain after `row`."""
    people = [row.entered_by, row.approved_by or "", row.reason]
    return _sm3([head, row.version or 0, *_content(row), *people])


def _in_force(rows: Iterable[ParameterVersion], day: date) -> list[Parameter]:
    begun = [row for row in rows if row.valid_from <= day]
    latest = {
        (row.code, row.division): row for row in sorted(begun, key=lambda row: (row.valid_from, row.version or 0))
    }
    return [_parameter(row) for _, row in sorted(latest.items())]


def _parameter(row: ParameterVersion) -> Parameter:
    fields = (row.code, row.value, row.unit, row.title, row.source, row.mark, row.valid_from, row.division)
    return Parameter(*fields, version=row.version or 0)


def _content(row: ParameterVersion | Parameter) -> list[str]:
    fields = [row.code, row.division, row.value, row.unit, row.title, row.source, row.mark]
    return [*fields, row.valid_from.isoformat()]


def _sm3(content: object) -> str:
    canonical = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.new("sm3", canonical.encode()).hexdigest()
