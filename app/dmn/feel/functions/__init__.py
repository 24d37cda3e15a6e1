"""The built-in functions by name, and how one is called: the first overload whose parameters fit answers, else null."""

from app.dmn.feel.functions import contexts, conversion, dates, law, lists, numbers, ranges, strings
from app.dmn.feel.functions.signature import MISSING, Overload
from app.dmn.feel.limits import Meter
from app.dmn.feel.values import Function, Value

FAMILIES = (
    conversion.ROWS,
    numbers.ROWS,
    strings.ROWS,
    lists.ROWS,
    contexts.ROWS,
    dates.ROWS,
    ranges.ROWS,
    law.ROWS,
)
TABLE: dict[str, tuple[Overload, ...]] = {}
for family in FAMILIES:
    for entry in family:
        TABLE[entry.name] = (*TABLE.get(entry.name, ()), entry.overload)
NAMES = tuple(TABLE)


def call(name: str, overloads: tuple[Overload, ...], values: list[Value], meter: Meter) -> Value:
    """Call by position. Null with a note when no overload fits."""
    meter.read(values)
    for overload in overloads:
        if not overload.takes(len(values)):
            continue
        fitted = fit(overload, values)
        if fitted is not None:
            return meter.made(overload.act(meter, *fitted))
    return meter.note(f"{name}(…) 的参数个数或类型不对")


def fit(overload: Overload, values: list[Value]) -> list[Value] | None:
    """The arguments as the overload wants them, or None."""
    params = overload.params
    if overload.variadic:
        params = params + (params[-1],) * (len(values) - len(params))
    fitted = []
    for param, value in zip(params, values, strict=False):
        good, value = param.fit(value)
        if not good:
            return None
        fitted.append(value)
    return fitted


def call_named(name: str, overloads: tuple[Overload, ...], values: dict[str, Value], meter: Meter) -> Value:
    """Call by parameter names: an overload fits when it knows all of them and lacks none it requires."""
    meter.read(values.values())
    for overload in overloads:
        known = [param.name for param in overload.params]
        required = {param.name for param in overload.params if not param.optional}
        if not required <= values.keys() <= set(known):
            continue
        given = [values.get(key, MISSING) for key in known]
        fitted = fit_named(overload, given)
        if fitted is not None:
            return meter.made(overload.act(meter, *fitted))
    return meter.note(f"{name}(…) 的参数名称或类型不对")


def fit_named(overload: Overload, given: list[Value]) -> list[Value] | None:
    """Fitted arguments by position: what is missing at the end is left out, in the middle it is null."""
    while given and given[-1] is MISSING:
        given = given[:-1]
    fitted = []
    for param, value in zip(overload.params, given, strict=False):
        good, value = (True, None) if value is MISSING else param.fit(value)
        if not good:
            return None
        fitted.append(value)
    return fitted


def as_value(name: str) -> Function:
    """The built-in as a value, to be handed to another function."""
    overloads = TABLE[name]
    params = tuple(param.name for param in overloads[0].params)
    return Function(
        name,
        params,
        lambda values, meter: call(name, overloads, values, meter),
        tuple(None for _ in params),
        named=lambda values, meter: call_named(name, overloads, values, meter),
    )
