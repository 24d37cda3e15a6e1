"""Literals, names, operators, conditions, loops: the language itself (DMN 1.5 §10.3.1 and §10.3.2)."""

from decimal import Decimal

import pytest

from app.dmn.feel import FeelError, compile_expression
from tests.dmn.asking import AT, ask, said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.1 + 0.2 = 0.3", "true"),
        ("1 / 3 * 3", "0.9999999999999999999999999999999999"),
        ("2 + 3 * 4", "14"),
        ("(2 + 3) * 4", "20"),
        ("-3 ** 2", "9"),
        ("2 ** 3 ** 2", "64"),
        ("10 - 4 - 3", "3"),
        ("1 / 0", "null"),
        (".5 + 1.5e2", "150.5"),
        ("-1.234567890123456789012345678901234", "-1.234567890123456789012345678901234"),
        ("abs(-1.234567890123456789012345678901234)", "1.234567890123456789012345678901234"),
        ("12345678901234567890123456789012345", "12345678901234567890123456789012340"),
        ('"收养" + "登记"', "收养登记"),
        (r'"\u4E2D" + "\U01F600"', "中😀"),
        (r'"换\n行" = "换' + "\n" + '行"', "true"),
        ('1 + "1"', "null"),
        ('"5" > 3', "null"),
        ("null = null", "true"),
        ('null = "a"', "false"),
        ("null < 1", "null"),
        ("5 between 1 and 5", "true"),
        ("if null then 1 else 2", "2"),
        ("/* 注释 */ 1 // 到行尾", "1"),
    ],
)
def test_an_expression_is_worth(text: str, expected: str) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    ("left", "both", "either"),
    [("true", "null", "true"), ("false", "false", "null"), ("null", "null", "null"), ('"x"', "null", "null")],
)
def test_logic_with_an_unknown_has_three_values(left: str, both: str, either: str) -> None:
    assert said(f"{left} and null") == both
    assert said(f"null or {left}") == either


def test_names_may_be_chinese_and_of_several_words() -> None:
    scope = {"被收养人 年龄": Decimal(7), "first name": "桂芳", "date of birth": "x"}
    expression = compile_expression('被收养人  年龄 < 8 and first name = "桂芳" and date of birth = "x"', scope)
    assert expression.names == set(scope)
    assert expression.decide(scope, at=AT) is True


def test_the_longest_declared_name_is_meant() -> None:
    scope = {"a": Decimal(5), "b": Decimal(2), "a-b": Decimal(100), "a b": Decimal(7)}
    assert compile_expression("a-b", scope).evaluate(scope, at=AT) == 100
    assert compile_expression("a - b", scope).evaluate(scope, at=AT) == 3
    assert compile_expression("a b", scope).evaluate(scope, at=AT) == 7
    assert compile_expression("a-b", ["a", "b"]).evaluate(scope, at=AT) == 3


def test_a_declared_name_hides_a_built_in_function() -> None:
    assert compile_expression("count + 1", ["count"]).evaluate({"count": Decimal(2)}, at=AT) == 3


def test_a_name_may_hold_a_word_of_the_language() -> None:
    scope = {"time in care": Decimal(3), "days or weeks": Decimal(4)}
    assert compile_expression("time in care + days or weeks", scope).evaluate(scope, at=AT) == 7


def test_a_later_entry_of_a_context_sees_the_earlier_ones() -> None:
    assert said("{单价: 3, 数量: 4, 合计: 单价 * 数量}.合计") == "12"
    assert said('{"任意 键!": 1}') == "{任意 键!: 1}"
    assert said("{a: b, b: 1}") == "{a: null, b: 1}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[10, 20, 30][2]", "20"),
        ("[10, 20, 30][-1]", "30"),
        ("[10, 20, 30][4]", "null"),
        ("[10, 20, 30][item >= 20]", "[20, 30]"),
        ('[{n: 1, 名: "甲"}, {n: 2, 名: "乙"}][n = 2].名', '["乙"]'),
        ("{门槛: 2, 合格: [1, 2, 3][item > 门槛]}.合格", "[3]"),
        ("5[1]", "5"),
        ("[{item: 1}, {item: 5}][item > 2]", "[{item: 5}]"),
    ],
)
def test_a_filter_keeps_items_or_picks_one(text: str, expected: str) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("for i in 3..1 return i * i", "[9, 4, 1]"),
        ("for x in [1, 2], y in [x, 10] return x * y", "[1, 10, 4, 20]"),
        ("for i in 1..5 return if i < 3 then 1 else partial[-1] + partial[-2]", "[1, 1, 2, 3, 5]"),
        ('for d in @"2026-02-27"..@"2026-03-01" return d.day', "[27, 28, 1]"),
        ("some x in [1, null] satisfies x > 5", "null"),
        ("some x in [null, 6] satisfies x > 5", "true"),
        ("every x in [] satisfies false", "true"),
        ("every x in [6, null] satisfies x > 5", "null"),
    ],
)
def test_loops_and_quantifiers(text: str, expected: str) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5 in [1..5]", "true"),
        ("5 in [1..5)", "false"),
        ("5 in ]1..5[", "false"),
        ("5 in (< 3, > 4)", "true"),
        ("5 in (1, 5)", "true"),
        ('"c" in ["a".."f"]', "true"),
        ("5 in [[1..2], [4..6]]", "true"),
        ("null in (1, null)", "true"),
        ("5 in [null..6]", "null"),
        ("5 in (> 3)", "true"),
        ("(< 5) = (< 5)", "true"),
        ("[1..5].end", "5"),
        ("[5..1]", "null"),
    ],
)
def test_membership_and_ranges(text: str, expected: str) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 instance of number", True),
        ("null instance of number", False),
        ('@"P1D" instance of days and time duration', True),
        ("[1, 2] instance of list<number>", True),
        ('[1, "a"] instance of list<number>', False),
        ("{a: 1, b: 2} instance of context<a: number>", True),
        ("[1..2] instance of range<number>", True),
        ("(function(a: number) a) instance of function<number> -> Any", True),
        ("1 + 1 instance of number", None),
    ],
)
def test_the_type_of_a_value(text: str, expected: bool | None) -> None:
    assert ask(text) is expected


def test_a_function_remembers_where_it_was_made_and_may_call_itself() -> None:
    assert said("{n: 10, f: function(x) x + n, g: {n: 99, r: f(1)}}.g.r") == "11"
    assert said("{fac: function(n) if n < 2 then 1 else n * fac(n - 1), r: fac(20)}.r") == "2432902008176640000"
    assert said('{f: function(a: number, b) a, r: [f(b: 1, a: 2), f("x", 1), f(1)]}.r') == "[2, null, null]"


def test_decide_wants_exactly_true_or_false() -> None:
    with pytest.raises(FeelError, match=r"得出的却是空值.*没有名为“收入”的数据"):
        compile_expression("收入 > 3").decide({}, at=AT)
    with pytest.raises(FeelError, match="“同意”"):
        compile_expression("结论").decide({"结论": "同意"}, at=AT)
    assert compile_expression("not(收入 > 3)").decide({"收入": 3}, at=AT) is True
