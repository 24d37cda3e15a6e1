"""From one kind to another: `number`, `string` (DMN 1.5 §10.3.4.1)."""

from decimal import Decimal, InvalidOperation, Overflow

from app.dmn.feel.functions.signature import row
from app.dmn.feel.limits import Meter
from app.dmn.feel.values import Function, Range, Value, number
from app.dmn.feel.wire import number_text

DIGITS = frozenset("0123456789")


def plain(value: Decimal) -> str:
    """A number as text, without exponent."""
    return number_text(value)


def string(meter: Meter, from_: Value) -> Value:
    """A value as text; null stays null."""
    return None if from_ is None else shown(from_, meter, outer=True)


def shown(value: Value, meter: Meter, outer: bool = False) -> str:
    """The text of a value; texts inside lists and contexts keep their quotes."""
    meter.spend()
    if isinstance(value, str):
        meter.text(len(value))
        return value if outer else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, list):
        return joined([shown(item, meter) for item in value], "[", "]", meter)
    if isinstance(value, dict):
        return joined([f"{key_text(key)}: {shown(item, meter)}" for key, item in value.items()], "{", "}", meter)
    if isinstance(value, Range):
        return range_text(value, meter)
    return "function" if isinstance(value, Function) else str(value)


def joined(parts: list[str], left: str, right: str, meter: Meter) -> str:
    """Parts between brackets, charged by length."""
    meter.text(sum(map(len, parts)) + 2 * len(parts))
    return left + ", ".join(parts) + right


def key_text(key: str) -> str:
    """A key as it would be written."""
    return key if key and not set(key) & set('":{}[](),') else '"' + key.replace('"', '\\"') + '"'


def range_text(value: Range, meter: Meter) -> str:
    """`[1..5)`, `(<5)`-like ranges as their mark."""
    low = "" if value.low is None else shown(value.low, meter)
    high = "" if value.high is None else shown(value.high, meter)
    if value.low is None:
        return f"<{'=' if value.high_closed else ''} {high}"
    if value.high is None:
        return f">{'=' if value.low_closed else ''} {low}"
    return f"{'[' if value.low_closed else '('}{low}..{high}{']' if value.high_closed else ')'}"


def to_number(meter: Meter, from_: str, grouping: str | None = None, point: str | None = None) -> Value:
    """A numeral as a number; separators are one of blank, comma, point, and differ."""
    if grouping not in (None, " ", ",", ".") or point not in (None, ",", "."):
        return meter.note("number 的分隔符只能是空格、逗号或点")
    if grouping is not None and grouping == point:
        return meter.note("number 的两个分隔符不能相同")
    text = from_.replace(grouping, "") if grouping else from_
    text = text.replace(point, ".") if point else text
    body = text[1:] if text[:1] in ("+", "-") else text
    mantissa, mark, exponent = body.replace("E", "e").partition("e")
    whole, _, fraction = mantissa.partition(".")
    tail = exponent[1:] if exponent[:1] in ("+", "-") else exponent
    good = (whole or fraction) and DIGITS.issuperset(whole + fraction + tail) and bool(mark) == bool(tail)
    if not good or len(text) > 400:
        return meter.note(f"“{from_[:40]}”不是数字")
    try:
        return number(text)
    except (InvalidOperation, Overflow):
        return meter.note("数字太大")


ROWS = (
    row("string", "from: any", string),
    row("number", "from: number", lambda meter, from_: from_),
    row("number", "from: string, grouping separator?: string|null, decimal separator?: string|null", to_number),
)
