"""The register of divisions in the database: seed it, name codes in full, find them for a picker."""

import csv
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import insert, or_, select
from sqlalchemy.orm import Session

from app.identity.divisions import ancestors, prefix, written
from app.identity.models import Division
from app.identity.plain_text import plain

DATA = Path(__file__).parent / "data"
SEEDS = ("provinces.csv", "guangxi.csv", "nanning_townships.csv", "longan_villages.csv", "other_provinces.csv")
MOST = 20


@dataclass(frozen=True)
class DivisionLine:
    """A row of the picker: the prefix, as written (450100), its name and its path of names."""

    code: str
    written: str
    name: str
    path: str


def seed_divisions(session: Session) -> int:
    """Put the shipped codes into an empty register; returns how many rows were new. Present rows stay untouched."""
    present = set(session.scalars(select(Division.code)))
    known = present | {row["code"] for row in seed_rows()}
    rows = [division_values(row, known) for row in seed_rows() if row["code"] not in present]
    if rows:
        session.execute(insert(Division), rows)
    return len(rows)


def seed_rows() -> list[dict[str, str]]:
    rows: list[dict[str, str]] = []
    for name in SEEDS:
        with (DATA / name).open(encoding="utf-8", newline="") as file:
            rows += csv.DictReader(file)
    return rows


def division_values(row: Mapping[str, str], known: Collection[str]) -> dict[str, Any]:
    """Column values of one CSV row whose fields are already checked. The parent is the nearest code in `known`:
    the districts of Beijing lie directly under the province."""
    code = prefix(row["code"])
    above = [owner for owner in ancestors(code)[:-1] if owner in known]
    return {
        "code": code,
        "level": len(code),
        "name": row["name"],
        "parent": above[-1] if above else None,
        "valid_from": _day(row.get("valid_from")),
        "valid_to": _day(row.get("valid_to")),
        "replaced_by": row.get("replaced_by") or None,
        "is_functional": row.get("is_functional") == "1",
    }


def path_names(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """Full names, 广西壮族自治区南宁市隆安县, by the code as given; one statement. Unknown codes name themselves."""
    asked = {code: ancestors(code) for code in codes}
    wanted = {owner for chain in asked.values() for owner in chain}
    rows = session.execute(select(Division.code, Division.name).where(Division.code.in_(wanted))).all()
    names = {row.code: row.name for row in rows}
    return {
        code: "".join(names.get(owner, "") for owner in chain) if chain[-1] in names else written(code)
        for code, chain in asked.items()
    }


def search_divisions(
    session: Session, text: str, today: date, *, within: str | None = None, levels: Collection[int] = ()
) -> list[DivisionLine]:
    """Divisions in force whose name contains the text, or whose code begins with it; 20 at most."""
    wanted = plain(text, 40)
    query = select(Division.code, Division.name).where(
        or_(Division.name.contains(wanted, autoescape=True), Division.code.startswith(_code(wanted), autoescape=True)),
        or_(Division.valid_from.is_(None), Division.valid_from <= today),
        or_(Division.valid_to.is_(None), Division.valid_to >= today),
    )
    if within:
        query = query.where(Division.code.startswith(prefix(within), autoescape=True))
    if levels:
        query = query.where(Division.level.in_(levels))
    rows = session.execute(query.order_by(Division.level, Division.code).limit(MOST)).all()
    paths = path_names(session, [row.code for row in rows])
    return [DivisionLine(row.code, written(row.code), row.name, paths[row.code]) for row in rows]


def _code(text: str) -> str:
    """A complete written code is searched by its prefix (450100 finds 4501); a beginning as typed."""
    complete = len(text) in {6, 9, 12} and text.isascii() and text.isdigit() and not text.startswith("00")
    return prefix(text) if complete else text


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
