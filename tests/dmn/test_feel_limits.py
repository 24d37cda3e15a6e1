"""The attack list: every text here would eat time or memory, and ends in a refusal or in null with a reason."""

import pytest

from app.dmn.feel import FeelError, compile_expression
from tests.dmn.asking import AT, ask, why

TENS = "{a: [1,1,1,1,1,1,1,1,1,1], b: [a,a,a,a,a,a,a,a,a,a], c: [b,b,b,b,b,b,b,b,b,b], d: [c,c,c,c,c,c,c,c,c,c], " \
       "e: [d,d,d,d,d,d,d,d,d,d], f: [e,e,e,e,e,e,e,e,e,e], r: %s}.r"  # fmt: skip
GROWING = '{a: "xxxxxxxxxxxxxxxx", b: a+a+a+a+a+a+a+a, c: b+b+b+b+b+b+b+b, d: c+c+c+c+c+c+c+c, e: d+d+d+d+d+d+d+d}.e'
AT_WORK = [
    "10 ** 400",
    "9 ** 9 ** 9 ** 9",
    "10 ** -5000",
    "1.0000001 ** 1E300",
    "exp(100000)",
    "for i in 1..1000000000 return i",
    "for i in 1..9999, j in 1..9999 return 1",
    "some i in 1..9999, j in 1..9999 satisfies false",
    "count(for i in 1..999 return for j in 1..999 return 1)",
    'string join(for i in 1..9999 return "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "-")',
    GROWING,
    "{f: function(n) f(n + 1), r: f(0)}.r",
    "{f: function(n) if n < 2 then n else f(n - 1) + f(n - 2), r: f(40)}.r",
    TENS % "string(f)",
    TENS % "f = f",
    TENS % "flatten(f)",
    TENS % "2 in f",
    TENS % "f instance of list<list<list<list<list<list<number>>>>>>",
    "distinct values(for i in 1..9999 return i)",
    "for i in 1..9999 return partial",
    '@"P1D" * 1E6000',
    '@"2026-01-01" + @"P999999999999D"',
    'add years(@"2026-01-01", 1E30)',
    "modulo(1E6144, 3)",
    "1E6144 * 10",
    'matches("a", "((a{1,100}){1,100}){1,100}")',
    "insert before([1], 1E400, 2)",
]
AS_WRITTEN = [
    "(" * 200 + "1" + ")" * 200,
    "[" * 3000 + "]" * 3000,
    "-" * 3000 + "1",
    "if true then " * 300 + "1",
    "not(" * 100 + "true" + ")" * 100,
    "+".join(["1"] * 3000),
    "a" + ".a" * 2500,
    "x" + "[1]" * 1000,
    "f" + "()" * 1000,
    "9" * 5000,
    '"' + "a" * 30_000 + '"',
    "a b c d e f g h " * 800,
    "{a:" * 100 + "1" + "}" * 100,
    "function(a) " * 100 + "a",
    "1 instance of " + "list<" * 100 + "number" + ">" * 100,
    "1E99999",
]


@pytest.mark.parametrize("text", AT_WORK)
def test_too_much_work_is_null_with_a_reason(text: str) -> None:
    assert ask(text) is None
    assert why(text)


@pytest.mark.parametrize("text", AS_WRITTEN, ids=range(len(AS_WRITTEN)))
def test_too_much_text_is_refused(text: str) -> None:
    with pytest.raises(FeelError):
        compile_expression(text)


def test_the_strict_door_names_the_limit() -> None:
    with pytest.raises(FeelError, match="循环超过 10000 次"):
        compile_expression("count(for i in 1..1000000000 return i) > 3").decide({}, at=AT)


def test_a_pattern_that_ruins_backtracking_engines_runs_in_linear_time() -> None:
    assert ask('matches("' + "a" * 3000 + '!", "^(a+)+$")') is False


def test_the_limits_are_far_from_daily_use() -> None:
    assert ask("sum(for i in 1..5000 return i * 2)") == 25_005_000
    assert ask(" or ".join(f'x = "{place}"' for place in range(700)), x="699") is True
    assert ask("1.05 ** 30 > 4.3") is True


def test_a_zone_name_is_not_a_path() -> None:
    assert ask('date and time("2026-01-01T00:00:00@../../etc/passwd")') is None
