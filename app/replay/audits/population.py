"""总体: which cases a project is about, by what never changes once it is so: place, procedure, day of beginning, ended."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.clock import SHANGHAI
from app.errors import Refusal
from app.instances.find import inside
from app.instances.models import Instance

COUNTY, PROCEDURE, ENDING = "county", "process", "ended_by"
STRATA = {COUNTY: "按区县", PROCEDURE: "按事项", ENDING: "按结果"}
LARGEST = 200_000
"""Cases of one population: what a request reads in a second or two."""


@dataclass(frozen=True)
class Population:
    """`process` empty: all; `ended`: only what had ended when it was drawn. Days are those of the beginning."""

    division: str
    process: str = ""
    since: date | None = None
    until: date | None = None
    ended: bool = True

    def said(self) -> dict[str, Any]:
        """As JSON."""
        days = {name: day.isoformat() if day else None for name, day in (("since", self.since), ("until", self.until))}
        return asdict(self) | days

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> "Population":
        days = {name: date.fromisoformat(said[name]) if said[name] else None for name in ("since", "until")}
        return cls(**{**said, **days})


def strata_of(session: Session, population: Population, by: str, *, at: datetime) -> dict[str, list[str]]:
    """Ids by stratum, as the population stood at `at`: asked again later it is the same.

    Args:
        by: one of `STRATA`, or empty for a single stratum.

    Raises:
        Refusal: `audit_population_large` (422).
    """
    rows = session.execute(
        select(Instance.id, Instance.division, Instance.process, Instance.ended_by, Instance.ended_at)
        .where(*_conditions(population, at))
        .order_by(Instance.id)
        .limit(LARGEST + 1)
    ).all()
    if len(rows) > LARGEST:
        raise Refusal("audit_population_large", 422, {"largest": f"{LARGEST:,}"})
    strata: dict[str, list[str]] = {}
    for row in rows:
        ending = row.ended_by if row.ended_at and row.ended_at <= at else "在办"
        name = {COUNTY: row.division[:6], PROCEDURE: row.process, ENDING: f"{row.process}·{ending}"}.get(by, "全部")
        strata.setdefault(name, []).append(row.id)
    return strata


def _conditions(population: Population, at: datetime) -> list[ColumnElement[bool]]:
    found = [inside(Instance.division, [population.division]), Instance.started_at <= at]
    if population.process:
        found.append(Instance.process == population.process)
    if population.since:
        found.append(Instance.started_at >= datetime.combine(population.since, time(), SHANGHAI))
    if population.until:
        found.append(Instance.started_at < datetime.combine(population.until + timedelta(days=1), time(), SHANGHAI))
    if population.ended:
        found.append(Instance.ended_at <= at)
    return found
