"""Invented people with numbers that pass every check: the division, the birth, and a right check digit (GB 11643-1999)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from stdnum.cn import ric

from app.cli.demo_cases.stories import families

DAYS_A_YEAR = 365.25
SEX = {"男": "1", "女": "2"}


def about(family: str, today: date) -> dict[str, Any]:
    """Every name that answers may use: `adopter_name`, `child_dob`, … Ages are of today, so that they never grow old."""
    told = families()["family"][family]
    known: dict[str, Any] = {key: value for key, value in told.items() if not isinstance(value, list)}
    serial = 100 + 7 * list(families()["family"]).index(family)
    for place, role in enumerate(role for role, value in told.items() if isinstance(value, list)):
        known |= _person(role, told[role], known["division"], serial + 2 * place, today)
    known |= {"county": known["division"][:6], "archive_no": f"民档{today.year}-{serial:04d}"}
    if "situation" in known:
        own = {"own_children": 0, "relation_kind": situation(known["situation"])["relation"]}
        known = own | known | {"new_name": known["adopter_name"][0] + known["child_name"][1:]}
    return known


def situation(name: str) -> Mapping[str, Any]:
    """What an application says in this situation (登记办法 5, 6)."""
    found: Mapping[str, Any] = families()["situation"][name]
    return found


def _person(role: str, told: list[Any], division: str, serial: int, today: date) -> dict[str, Any]:
    name, age, sex = told
    born = today - timedelta(days=round(age * DAYS_A_YEAR) + serial % 29)
    return {
        f"{role}_name": name,
        f"{role}_sex": SEX[sex],
        f"{role}_dob": born.isoformat(),
        f"{role}_id_no": id_number(division, born, serial, SEX[sex]),
    }


def id_number(division: str, born: date, serial: int, sex: str) -> str:
    """An identity number of nobody: odd serials are men's, even ones women's."""
    odd = serial | 1 if sex == "1" else serial & ~1
    head = f"{division[:6]}{born:%Y%m%d}{odd:03d}"
    return head + str(ric.calc_check_digit(head + "0"))
