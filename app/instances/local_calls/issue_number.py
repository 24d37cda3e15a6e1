"""Numbers of cases and certificates: gap-free per authority and year, taken last in the command (handbook 6.3)."""

from typing import Any

from app.engine.model import Call
from app.identity.actor import Actor
from app.instances.case import Case
from app.parameters.numbers import CERTIFICATE_WORD, case_number, certificate_number, certificate_word
from app.parameters.series import issue


def issue_case_number(case: Case, call: Call, by: Actor | None) -> dict[str, Any]:
    """The number of the case itself, as SY-450123-2026-000123. A case that has one keeps it."""
    if case.row.number is None:
        code, division, year = case.published.settings.code, case.row.division, case.today.year
        case.row.number = case_number(code, division, year, issue(case.session, division, code, year))
    return {"number": case.row.number}


def issue_number(case: Case, call: Call, by: Actor | None) -> dict[str, Any]:
    """The next number of the series that the diagram names."""
    series, division, year = str(call.input.get("series", "")), case.row.division, case.today.year
    count = issue(case.session, division, series, year)
    if series == "certificate":
        return {"number": certificate_number(year, _word(case), count)}
    return {"number": f"{series}-{division}-{year}-{count:06d}"}


def _word(case: Case) -> str:
    """The words before 收字: as the register says, else derived from the county's name (mark check)."""
    found = case.register.find(CERTIFICATE_WORD, case.row.division)
    return found.value if found else certificate_word(case.row.division, case.place)
