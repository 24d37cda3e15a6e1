"""Numbers of children on the platform: `GX` + division of the opening authority (6) + year (2) + serial (6) + check.

The check digit is ISO 7064 MOD 11,10 over the fourteen digits: it finds every wrong digit and nearly every swap.
"""

import re

from app.errors import Refusal

_NUMBER = re.compile(r"GX[0-9]{15}\Z")


def child_number(division: str, year: int, serial: int) -> str:
    """The number for the `serial`-th dossier that a county opens in a year."""
    digits = f"{division[:6]:0<6}{year % 100:02d}{serial:06d}"
    return f"GX{digits}{_check_digit(digits)}"


def read_child_number(text: str) -> str:
    """Without blanks, in capitals. Raises Refusal `dossier_number` (422)."""
    number = text.replace(" ", "").upper()
    if not _NUMBER.match(number) or _check_digit(number[2:-1]) != number[-1]:
        raise Refusal("dossier_number", 422, {"number": text[:20]})
    return number


def _check_digit(digits: str) -> str:
    product = 10
    for digit in digits:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)
