"""Runs of the analysis that are kept, and what each found. Rows are only ever added; `sys/analysis` commits to them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.columns import BY, Id
from app.db import Base, new_id

PAGE, INTERFACE, COMMAND = "page", "interface", "command"
"""By which door a run came."""


class AnalysisRun(Base):
    """What was compared, over which period and population, by which rules, and how much was found.

    `scope`: division prefixes that were compared, those of the mandate of `by` on that day inside `division`; `rules` as
    `rules.rules`; `figures`: steps, cases and entries compared, cases left, unread and erased, and findings by kind; `again_of`: the
    run that this one repeats.
    """

    __tablename__ = "analysis_run"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    at: Mapped[datetime] = mapped_column(index=True)
    by: Mapped[str] = mapped_column(BY)
    door: Mapped[str]
    since: Mapped[date]
    until: Mapped[date]
    process: Mapped[str]
    division: Mapped[str]
    scope: Mapped[list[str]] = mapped_column(JSON)
    bounded: Mapped[bool]
    rules: Mapped[dict[str, Any]] = mapped_column(JSON)
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    again_of: Mapped[str | None] = mapped_column(Id, ForeignKey("analysis_run.id"))


class AnalysisFinding(Base):
    """`number` in the order of the run, the heaviest of a kind first. `people` are ids of accounts, `places` as
    `findings.Place`, `cases` the ids of all cases it is about: by them it is shown or not."""

    __tablename__ = "analysis_finding"

    run_id: Mapped[str] = mapped_column(Id, ForeignKey("analysis_run.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    said: Mapped[str]
    at: Mapped[datetime]
    people: Mapped[list[str]] = mapped_column(JSON)
    places: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    cases: Mapped[list[str]] = mapped_column(JSON)
