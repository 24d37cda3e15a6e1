"""Lists (DMN 1.5 §10.3.4.4). No function changes its argument; each answers with a new list."""

from collections.abc import Callable
from decimal import Decimal
from functools import cmp_to_key

from app.dmn.feel import limits
from app.dmn.feel.compare import equal, order
from app.dmn.feel.errors import Exhausted
from app.dmn.feel.functions.signature import Act, row
from app.dmn.feel.limits import Meter
from app.dmn.feel.values import NUMBERS, DaysDuration, Function, MonthsDuration, Value

Items = list[Value]


def unspread(values: tuple[Value, ...]) -> Items:
    """The items of `f(list)` or of `f(a, b, …)`."""
    if len(values) == 1 and type(values[0]) is list:
        return values[0]
    return list(values)


def spread(act: Callable[[Meter, Items], Value]) -> Act:
    """A function over one list that may also be called with its items."""

    def called(meter: Meter, *values: Value) -> Value:
        items = unspread(values)
        meter.items(len(items))
        return act(meter, items)

    return called


def found_in(items: Items, element: Value, meter: Meter) -> bool:
    """Whether an item equals the element."""
    meter.spend(1 + len(items) // 4)
    return any(equal(item, element) is True for item in items)


def extreme(wanted: int) -> Callable[[Meter, Items], Value]:
    """The least or greatest; null for an empty list or items without an order."""

    def act(meter: Meter, items: Items) -> Value:
        if not items:
            return None
        best = items[0]
        if order(best, best) is None:
            return meter.note("列表里有不能比较大小的项")
        for item in items[1:]:
            placed = order(item, best)
            if placed is None:
                return meter.note("列表里有不能比较大小的项")
            best = item if placed == wanted else best
        return best

    return act


def numbers_of(items: Items) -> list[Decimal] | None:
    """The items, if there are any and all are numbers."""
    return items if items and all(type(item) is Decimal for item in items) else None


def total(meter: Meter, items: Items) -> Value:
    """The sum of numbers, or of durations of one kind; null for an empty list."""
    if numbers_of(items) is not None:
        result = Decimal(0)
        for item in items:
            result = NUMBERS.add(result, item)
        return result
    if items and all(type(item) is DaysDuration for item in items):
        return DaysDuration(sum(item.nanos for item in items))
    if items and all(type(item) is MonthsDuration for item in items):
        return MonthsDuration(sum(item.months for item in items))
    return meter.note("sum 的列表是空的，或有不是数字的项")


def mean(meter: Meter, items: Items) -> Value:
    """The arithmetic mean."""
    whole = total(meter, items)
    if type(whole) is Decimal:
        return NUMBERS.divide(whole, Decimal(len(items)))
    if type(whole) is DaysDuration:
        return DaysDuration(whole.nanos // len(items))
    return MonthsDuration(whole.months // len(items)) if type(whole) is MonthsDuration else None


def product(meter: Meter, items: Items) -> Value:
    """The product of numbers."""
    if numbers_of(items) is None:
        return meter.note("product 的列表是空的，或有不是数字的项")
    result = Decimal(1)
    for item in items:
        result = NUMBERS.multiply(result, item)
    return result


def median(meter: Meter, items: Items) -> Value:
    """The middle of the numbers in order, or the mean of the two middle ones."""
    if numbers_of(items) is None:
        return None
    ranked, half = sorted(items), len(items) // 2
    return ranked[half] if len(items) % 2 else NUMBERS.divide(NUMBERS.add(ranked[half - 1], ranked[half]), Decimal(2))


def stddev(meter: Meter, items: Items) -> Value:
    """The sample standard deviation; null for fewer than two numbers."""
    if numbers_of(items) is None or len(items) < 2:
        return None
    middle = mean(meter, items)
    meter.spend(len(items) // 4)
    gaps = [NUMBERS.subtract(item, middle) for item in items]
    squares = [NUMBERS.multiply(gap, gap) for gap in gaps]
    return NUMBERS.sqrt(NUMBERS.divide(total(meter, squares), Decimal(len(items) - 1)))


def mode(meter: Meter, items: Items) -> Value:
    """The commonest numbers, in order."""
    if not items:
        return []
    if numbers_of(items) is None:
        return None
    counts: dict[Decimal, int] = {}
    for item in items:
        counts[item] = counts.get(item, 0) + 1
    most = max(counts.values())
    return sorted(number for number, count in counts.items() if count == most)


def every(meter: Meter, items: Items) -> Value:
    """`all`: false beats null beats true."""
    return settled(items, False)


def some(meter: Meter, items: Items) -> Value:
    """`any`: true beats null beats false."""
    return settled(items, True)


def settled(items: Items, settling: bool) -> bool | None:
    """Three-valued `and` (settling: false) or `or` (true) over a list."""
    if any(item is settling for item in items):
        return settling
    return (not settling) if all(item is (not settling) for item in items) else None


def position_in(items: Items, position: Decimal, longer: int = 0) -> int | None:
    """Index of a 1-based place, or one counted from the end; None outside."""
    place = int(position)
    if place != position or not 1 <= abs(place) <= len(items) + longer:
        return None
    return place - 1 if place > 0 else len(items) + place


def sublist(meter: Meter, list: Items, start_position: Decimal, length: Decimal | None = None) -> Value:
    """From a place, so many items."""
    first = position_in(list, start_position)
    if first is None:
        return meter.note("sublist 的起点不在列表里")
    meter.items(len(list))
    if length is None:
        return list[first:]
    last = first + int(min(length, Decimal(limits.ITEMS)))
    return list[first:last] if length >= 1 and last <= len(list) else None


def concatenate(meter: Meter, *list: Items) -> Value:
    """One list after another."""
    meter.items(sum(len(part) for part in list))
    return [item for part in list for item in part]


def append(meter: Meter, list: Items, *item: Value) -> Value:
    """The list and more items."""
    meter.items(len(list) + len(item))
    return [*list, *item]


def insert_before(meter: Meter, list: Items, position: Decimal, newItem: Value) -> Value:
    """The list with an item put before a place."""
    place = position_in(list, position)
    if place is None:
        return meter.note("insert before 的位置不在列表里")
    meter.items(len(list) + 1)
    return [*list[:place], newItem, *list[place:]]


def remove(meter: Meter, list: Items, position: Decimal) -> Value:
    """The list without the item at a place."""
    place = position_in(list, position)
    if place is None:
        return meter.note("remove 的位置不在列表里")
    meter.items(len(list))
    return [*list[:place], *list[place + 1 :]]


def list_replace(meter: Meter, list: Items, position: Value, newItem: Value) -> Value:
    """The list with the item at a place replaced, or every item the function says true of."""
    meter.items(len(list))
    if type(position) is Decimal:
        place = position_in(list, position)
        return None if place is None else [*list[:place], newItem, *list[place + 1 :]]
    if type(position) is not Function:
        return meter.note("list replace 要位置或函数")
    answers = [position.run([item, newItem], meter) for item in list]
    if not all(type(answer) is bool for answer in answers):
        return meter.note("list replace 的函数应当得出真或假")
    return [newItem if answer else item for item, answer in zip(list, answers, strict=True)]


def index_of(meter: Meter, list: Items, match: Value) -> Value:
    """The places of the items that equal."""
    meter.spend(1 + len(list) // 4)
    return [Decimal(place) for place, item in enumerate(list, 1) if equal(item, match) is True]


def distinct(meter: Meter, list: Items) -> Value:
    """Each value once, at its first place."""
    kept: Items = []
    for item in list:
        if not found_in(kept, item, meter):
            kept.append(item)
    return kept


def union(meter: Meter, *list: Items) -> Value:
    """Lists joined, each value once."""
    return distinct(meter, concatenate(meter, *list))


def flatten(meter: Meter, list: Items) -> Value:
    """All items of nested lists, in order."""
    flat: Items = []
    stack = [iter(list)]
    while stack:
        item = next(stack[-1], flat)
        meter.spend()
        if item is flat:
            stack.pop()
        elif type(item) is type(flat):
            stack.append(iter(item))
        else:
            flat.append(item)
    if len(flat) > limits.ITEMS:
        raise Exhausted(f"列表超过 {limits.ITEMS} 项，已停止计算")
    return flat


class Unordered(Exception):
    """Two items that cannot be put in order."""


def sort(meter: Meter, list: Items, precedes: Function | None = None) -> Value:
    """In rising order, or as the function says which of two comes first."""

    def compared(left: Value, right: Value) -> int:
        meter.spend(2)
        if precedes is None:
            placed = order(left, right)
            if placed is None:
                raise Unordered
            return placed
        if precedes.run([left, right], meter) is True:
            return -1
        return 1 if precedes.run([right, left], meter) is True else 0

    try:
        return sorted(list, key=cmp_to_key(compared))
    except Unordered:
        return meter.note("sort 的列表里有不能比较大小的项")


ROWS = (
    row("list contains", "list: list, element: any", lambda meter, list, element: found_in(list, element, meter)),
    row("count", "list: list", lambda meter, list: Decimal(len(list))),
    row("min", "list: any...", spread(extreme(-1))),
    row("max", "list: any...", spread(extreme(1))),
    row("sum", "list: any...", spread(total)),
    row("mean", "list: any...", spread(mean)),
    row("product", "list: any...", spread(product)),
    row("median", "list: any...", spread(median)),
    row("stddev", "list: any...", spread(stddev)),
    row("mode", "list: any...", spread(mode)),
    row("all", "list: any...", spread(every)),
    row("any", "list: any...", spread(some)),
    row("sublist", "list: list, start position: number, length?: number", sublist),
    row("append", "list: list, item?: any...", append),
    row("concatenate", "list: list...", concatenate),
    row("insert before", "list: list, position: number, newItem: any", insert_before),
    row("remove", "list: list, position: number", remove),
    row("list replace", "list: list, position: any, newItem: any", list_replace),
    row("reverse", "list: list", lambda meter, list: list[::-1]),
    row("index of", "list: list, match: any", index_of),
    row("union", "list: list...", union),
    row("distinct values", "list: list", distinct),
    row("flatten", "list: list", flatten),
    row("sort", "list: list, precedes?: function", sort),
)
