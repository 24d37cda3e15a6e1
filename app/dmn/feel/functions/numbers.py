"""Numbers (DMN 1.5 §10.3.4.5)."""

import decimal
from decimal import Decimal

from app.dmn.feel import limits
from app.dmn.feel.errors import Exhausted
from app.dmn.feel.functions.signature import Act, row
from app.dmn.feel.limits import Meter
from app.dmn.feel.values import NUMBERS, DaysDuration, MonthsDuration, Value

ZERO, ONE = Decimal(0), Decimal(1)
SCALE = 6111
"""Places after the point a number may be rounded to, as the standard limits `decimal`."""


def rounded(n: Decimal, scale: Decimal, mode: str) -> Value:
    """The number with so many places after the point (before it when negative)."""
    places = int(scale)
    if not -SCALE <= places <= 6176:
        return None
    if n.adjusted() + places > 33:
        return n if n.adjusted() + 1 - len(n.as_tuple().digits) >= -places else None
    return n.quantize(Decimal((0, (1,), -places)), rounding=mode, context=NUMBERS)


def rounding(mode: str) -> Act:
    """A function that rounds this way; without a scale to a whole number."""

    def act(meter: Meter, n: Decimal, scale: Decimal = ZERO) -> Value:
        return rounded(n, scale, mode)

    return act


def modulo(meter: Meter, dividend: Decimal, divisor: Decimal) -> Value:
    """`dividend - divisor * floor(dividend / divisor)`: the sign of the divisor."""
    if not divisor:
        return meter.note("除数是零")
    if dividend.adjusted() - divisor.adjusted() > 33:
        return meter.note("两个数相差太大，不能求余数")
    rest = NUMBERS.remainder(dividend, divisor)
    return NUMBERS.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest


def absolute(meter: Meter, n: Value) -> Value:
    """Of a number or a duration."""
    if type(n) is DaysDuration:
        return DaysDuration(abs(n.nanos))
    return MonthsDuration(abs(n.months)) if type(n) is MonthsDuration else n.copy_abs()


def exponential(meter: Meter, number: Decimal) -> Value:
    """e to the number."""
    if abs(number) > limits.EXPONENT * 2:
        raise Exhausted("exp 的结果超出范围")
    meter.spend(limits.HEAVY)
    return NUMBERS.exp(number)


def root(meter: Meter, number: Decimal) -> Value:
    """The square root; null for a negative number."""
    meter.spend(limits.HEAVY)
    return NUMBERS.sqrt(number) if number >= 0 else None


def logarithm(meter: Meter, number: Decimal) -> Value:
    """The natural logarithm of a positive number."""
    meter.spend(limits.HEAVY)
    return NUMBERS.ln(number) if number > 0 else None


def parity(rest: int) -> Act:
    """`odd` or `even`; false for a number that is not whole."""

    def act(meter: Meter, number: Decimal) -> Value:
        if number != number.to_integral_value():
            return False
        return abs(NUMBERS.remainder(number, Decimal(2))) == rest if number.adjusted() < 33 else rest == 0

    return act


ROWS = (
    row("decimal", "n: number, scale: number", rounding(decimal.ROUND_HALF_EVEN)),
    row("floor", "n: number, scale?: number", rounding(decimal.ROUND_FLOOR)),
    row("ceiling", "n: number, scale?: number", rounding(decimal.ROUND_CEILING)),
    row("round up", "n: number, scale: number", rounding(decimal.ROUND_UP)),
    row("round down", "n: number, scale: number", rounding(decimal.ROUND_DOWN)),
    row("round half up", "n: number, scale: number", rounding(decimal.ROUND_HALF_UP)),
    row("round half down", "n: number, scale: number", rounding(decimal.ROUND_HALF_DOWN)),
    row("abs", "n: number or duration", absolute),
    row("modulo", "dividend: number, divisor: number", modulo),
    row("sqrt", "number: number", root),
    row("log", "number: number", logarithm),
    row("exp", "number: number", exponential),
    row("odd", "number: number", parity(1)),
    row("even", "number: number", parity(0)),
)
