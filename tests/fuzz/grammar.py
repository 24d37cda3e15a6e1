"""FEEL by its grammar, FEEL by edits of texts, and values to evaluate it over."""

import re
from collections.abc import Callable
from decimal import Decimal

from hypothesis import strategies as st

from app.dmn.feel.functions import NAMES
from app.dmn.feel.values import DaysDuration, FeelDate, FeelDateTime, FeelTime, MonthsDuration, Range
from tests.fuzz.odd import SMALL
from tests.fuzz.seeds import expressions

TOKEN = re.compile(r"[^\W\d]\w*|\d+(?:\.\d+)?|\"[^\"]*\"|\s+|\*\*|\.\.|[<>!=]=|.", re.DOTALL)
ATOMS = (
    "null", "true", "1", "0", "-1", "0.1", "1e6", "9" * 34, "0.000000000000000001", '"文"', '""', '"2026-01-31"', '"x+"',
    "a", "b", "c", "list", "day", "item", "?", "partial", "[]", "[1,2,null]", "{}", "{a: 1, b: null}", "[1..5]", "(1..2)",
    "]1..2[", '@"2026-02-28"', '@"2026-01-31T10:00:00@Asia/Shanghai"', '@"12:00:00Z"', '@"P1Y2M"', '@"-P3DT1H"',
    '@"999999999-12-31"', '@"-999999999-01-01"', "function(x) x", "1..3", "today()", "now()", "date", "string",
)  # fmt: skip
OPERATORS = ("+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in", ",")


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    name = st.sampled_from(NAMES)
    return st.one_of(
        st.builds("{}({})".format, name, st.lists(inner, max_size=4).map(", ".join)),
        st.builds("{}({})".format, name, st.lists(inner, max_size=4).map(", ".join)),
        st.builds("({} {} {})".format, inner, st.sampled_from(OPERATORS[:-1]), inner),
        st.builds("if {} then {} else {}".format, inner, inner, inner),
        st.builds("for x in {} return {}".format, inner, inner),
        st.builds("{} x in {} satisfies {}".format, st.sampled_from(("some", "every")), inner, inner),
        st.builds("({})[{}]".format, inner, inner),
        st.builds("{{a: {}, b: {}}}.{}".format, inner, inner, st.sampled_from("abz")),
        st.builds("({}).{}".format, inner, st.sampled_from(("a", "year", "months", "time offset", "start", "weekday"))),
        st.builds("({}) between {} and {}".format, inner, inner, inner),
        st.builds("({}) instance of {}".format, inner, st.sampled_from(("number", "list<string>", "date", "Any"))),
        st.builds("(function(x, y) {})({})".format, inner, inner),
        st.lists(inner, max_size=4).map(lambda some: f"[{', '.join(some)}]"),
    )


WRITTEN = st.recursive(st.sampled_from(ATOMS), _grown, max_leaves=8)


def _cut(text: list[str], a: int, b: int, odd: str) -> list[str]:
    return text[:a] + text[a + 1 + b % 3 :]


def _double(text: list[str], a: int, b: int, odd: str) -> list[str]:
    return text[:a] + text[a : a + 1 + b % 9] * (1 + b % 40) + text[a:]


def _swap(text: list[str], a: int, b: int, odd: str) -> list[str]:
    b %= len(text)
    text[a], text[b] = text[b], text[a]
    return text


def _put(text: list[str], a: int, b: int, odd: str) -> list[str]:
    return [*text[:a], (*ATOMS, *OPERATORS, *NAMES)[b % (len(ATOMS) + len(OPERATORS) + len(NAMES))], *text[a:]]


def _odd(text: list[str], a: int, b: int, odd: str) -> list[str]:
    return [*text[:a], odd, *text[a + b % 2 :]]


def _around(text: list[str], a: int, b: int, odd: str) -> list[str]:
    opening, closing = ("()", "[]", "{}", '""', "-1")[b % 5]
    return [opening * (b % 70), *text, closing * (b % 70)]


KINDS: dict[str, Callable[[list[str], int, int, str], list[str]]] = {
    "cut": _cut, "double": _double, "swap": _swap, "put": _put, "odd": _odd, "around": _around,
}  # fmt: skip
EDITS = st.lists(
    st.tuples(st.sampled_from(sorted(KINDS)), st.integers(0, 2**10), st.integers(0, 2**10), SMALL), max_size=5
)


def edited(text: str, edits: list[tuple[str, int, int, str]]) -> str:
    tokens = TOKEN.findall(text)
    for kind, a, b, odd in edits:
        if tokens:
            tokens = KINDS[kind](tokens, a % len(tokens), b, odd)
    return "".join(tokens)


EXPRESSIONS = st.builds(edited, st.sampled_from(expressions()) | WRITTEN, EDITS) | WRITTEN | SMALL

_DAYS = st.builds(
    FeelDate, st.sampled_from((-999_999_999, -1, 0, 1970, 2026, 9999, 999_999_999)), st.integers(1, 12), st.integers(1, 28)
)  # fmt: skip
_TIMES = st.builds(
    FeelTime, st.integers(0, 23), st.integers(0, 59), st.integers(0, 59), st.sampled_from((0, 1, 999_999_999)),
    st.sampled_from((None, 0, 28_800, -50_400, "Asia/Shanghai", "Etc/UTC")),
)  # fmt: skip
_SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**20), 10**20), SMALL, _DAYS, _TIMES, st.builds(FeelDateTime, _DAYS, _TIMES),
    st.decimals(allow_nan=False, allow_infinity=False), st.sampled_from([Decimal(f"1E{n}") for n in (-6143, -400, 33, 6144)]),
    st.builds(DaysDuration, st.integers(-(2**70), 2**70)), st.builds(MonthsDuration, st.integers(-(10**12), 10**12)),
)  # fmt: skip
VALUES = st.recursive(
    _SCALARS,
    lambda one: st.lists(one, max_size=4) | st.dictionaries(st.sampled_from("abcx"), one, max_size=3)
    | st.builds(Range, one, one, st.booleans(), st.booleans()),
    max_leaves=6,
)  # fmt: skip
SCOPES = st.dictionaries(st.sampled_from(("a", "b", "c", "list", "day", "x")), VALUES, max_size=4)
