"""Numbers as people write them, exact: Decimal, never binary floating point."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from app.forms.wrong import Wrong

WHOLE_DIGITS = 15
_WRITTEN = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?\Z")
_TOO_LONG = re.compile(r"[+-]?[0-9]{41,}")
CENT = Decimal("0.01")


def read_decimal(raw: Any) -> Decimal | None:
    """A decimal number from JSON or from a text box; None when blank. Raises Wrong."""
    if isinstance(raw, bool):
        raise Wrong("not_number")
    if isinstance(raw, int):
        return _small(Decimal(raw)) if raw.bit_length() < 64 else _refuse_large()
    if isinstance(raw, float | Decimal):
        return _small(Decimal(str(raw)))
    if isinstance(raw, str):
        return _from_text(raw.strip())
    raise Wrong("not_number")


def _from_text(text: str) -> Decimal | None:
    if not text:
        return None
    if _TOO_LONG.match(text):
        _refuse_large()
    if not _WRITTEN.match(text):
        raise Wrong("not_number")
    return _small(Decimal(text))


def _small(number: Decimal) -> Decimal:
    if not number.is_finite():
        raise Wrong("not_number")
    if number and number.adjusted() >= WHOLE_DIGITS:
        _refuse_large()
    return number


def _refuse_large() -> Decimal:
    raise Wrong("number_too_large")


def read_number(raw: Any, places: int) -> int | str | None:
    """An integer, or the decimal as text without needless zeros. Raises Wrong."""
    number = read_decimal(raw)
    if number is None:
        return None
    return wire_number(_rounded(number, places))


def wire_number(number: Decimal) -> int | str:
    whole = number.to_integral_value()
    return int(whole) if whole == number else f"{number.normalize():f}"


def read_money(raw: Any) -> str | None:
    """Yuan with two places, not negative, as text. Raises Wrong."""
    try:
        number = read_decimal(raw)
        if number is None:
            return None
        number = _rounded(number, 2)
    except Wrong as problem:
        raise Wrong("money" if problem.code in {"not_number", "places"} else problem.code) from problem
    if number < 0:
        raise Wrong("money")
    return f"{abs(number).quantize(CENT):f}"


def _rounded(number: Decimal, places: int) -> Decimal:
    """`number` with at most `places` decimals; more than that is refused, never rounded away."""
    try:
        kept = number.quantize(Decimal(1).scaleb(-places))
    except InvalidOperation as problem:
        raise Wrong("places", limit=places) from problem
    if kept != number:
        raise Wrong("places", limit=places) if places else Wrong("whole")
    return kept
