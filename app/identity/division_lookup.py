"""One division by its code: is it in force, what is it called; and those to pick from."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import literal, or_, select
from sqlalchemy.orm import Session

from app.identity.divisions import level, parent, prefix, written
from app.identity.models import Division


def known_division(session: Session, code: str, today: date) -> bool:
    """Whether the code stands in the register and is in force today (GB/T 2260)."""
    found = session.scalar(
        select(Division.code).where(
            Division.code == prefix(code),
            or_(Division.valid_from.is_(None), Division.valid_from <= today),
            or_(Division.valid_to.is_(None), Division.valid_to >= today),
        )
    )
    return found is not None


def division_name(session: Session, code: str) -> str:
    """隆安县; an unknown code names itself."""
    return session.scalar(select(Division.name).where(Division.code == prefix(code))) or written(code)


def full_name(session: Session, code: str) -> str:
    """As an office writes itself: 隆安县, but 南宁市青秀区, because several cities have a 城中区 or 城北区 of that name."""
    name, above = division_name(session, code), parent(code)
    return division_name(session, above) + name if above and level(code) == 6 and name.endswith("区") else name


def codes_named(session: Session, name: str) -> list[str]:
    """Whole codes of the divisions of that name, written short (隆安县) or with the place above (南宁市青秀区)."""
    ends = literal(name).endswith(Division.name, autoescape=False)
    rows = session.execute(select(Division.code, Division.name).where(ends).order_by(Division.code)).all()
    return [row.code for row in rows if name in {row.name, full_name(session, row.code)}]


def divisions_to_pick(session: Session, near: str, today: date) -> list[tuple[str, str]]:
    """Written code and name (隆安县，南宁市) of the cities and counties in force of the province of `near`, the counties of
    its own city first. One statement; any other code of the register can still be typed."""
    province, city = prefix(near)[:2], prefix(near)[:4]
    rows = session.execute(
        select(Division.code, Division.name).where(
            Division.code.startswith(province, autoescape=True),
            Division.level.in_((4, 6)),
            or_(Division.valid_from.is_(None), Division.valid_from <= today),
            or_(Division.valid_to.is_(None), Division.valid_to >= today),
        )
    ).all()
    names = {row[0]: row[1] for row in rows}
    ordered = sorted(names, key=lambda code: (not code.startswith(city), code))
    return [(written(code), _placed(code, names)) for code in ordered]


def _placed(code: str, names: Mapping[str, str]) -> str:
    above = names.get(parent(code) or "")
    return f"{names[code]}，{above}" if above else names[code]
