"""The built-in functions, family by family (DMN 1.5 §10.3.4)."""

import pytest

from app.dmn.feel import functions
from tests.dmn.asking import ask, said, why


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('substring("儿童福利", 3)', "福利"),
        ('substring("😀儿童", -2, 1)', "儿"),
        ('string length("😀儿童")', "3"),
        ('substring before("450123-2026", "-")', "450123"),
        ('substring after("450123-2026", "/")', ""),
        ('contains("隆安县民政局", "民政")', "true"),
        ('starts with("450123", "4501")', "true"),
        ('ends with("450123", "4501")', "false"),
        ('upper case("abc")', "ABC"),
        ('matches("450123", "^[0-9]{6}$")', "true"),
        ('matches("ABC", "b", "i")', "true"),
        ('matches("a", "(")', "null"),
        ('replace("2026-11-24", "([0-9]+)-([0-9]+)-([0-9]+)", "$1年$2月$3日")', "2026年11月24日"),
        ('replace("abc", "", "x")', "null"),
        ('split("甲;乙;;丙", ";")', '["甲", "乙", "", "丙"]'),
        ('string join(["甲", null, "乙"], "、")', "甲、乙"),
        ("string(1.50)", "1.50"),
        ("string(null)", "null"),
        ('number("1 234,5", " ", ",")', "1234.5"),
        ('number("1.2.3")', "null"),
        ('number("１２")', "null"),
    ],
)
def test_texts(text: str, expected: str) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("decimal(2.5, 0)", "2"),
        ("round half up(2.5, 0)", "3"),
        ("round half down(2.5, 0)", "2"),
        ("round up(-1.01, 1)", "-1.1"),
        ("round down(-1.09, 1)", "-1.0"),
        ("floor(-1.5)", "-2"),
        ("ceiling(1.234, 2)", "1.24"),
        ("modulo(-12, 5)", "3"),
        ("modulo(12, 0)", "null"),
        ("sqrt(-1)", "null"),
        ("odd(3)", "true"),
        ("even(2.5)", "false"),
        ("sum([])", "null"),
        ("count([])", "0"),
        ("min(3, 1, 2)", "1"),
        ('max(["甲", "乙"])', "甲"),
        ('max([1, "a"])', "null"),
        ("mean([1, 2, 3, 4])", "2.5"),
        ("median(8, 2, 5, 3, 4)", "4"),
        ("mode([6, 1, 9, 6, 1])", "[1, 6]"),
        ("product([2, 3, 4])", "24"),
        ("stddev([2, 4])", "1.414213562373095048801688724209698"),
    ],
)
def test_numbers(text: str, expected: str) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("append([1], 2, 3)", "[1, 2, 3]"),
        ("concatenate([1], [2, 3])", "[1, 2, 3]"),
        ("insert before([1, 3], 2, 2)", "[1, 2, 3]"),
        ("insert before([1], 3, 2)", "null"),
        ("remove([1, 2, 3], -1)", "[1, 2]"),
        ("reverse([1, 2])", "[2, 1]"),
        ("index of([1, 2, null, 2], 2)", "[2, 4]"),
        ("index of([1, null], null)", "[2]"),
        ("union([1, 2], [2, 3])", "[1, 2, 3]"),
        ('distinct values([1, 1.0, "1", null, null])', '[1, "1", null]'),
        ("flatten([[1, [2]], [[[3]]]])", "[1, 2, 3]"),
        ("sort([3, 1, 2])", "[1, 2, 3]"),
        ("sort([3, 1, 2], function(x, y) x > y)", "[3, 2, 1]"),
        ('sort([1, "a"])', "null"),
        ("sublist([1, 2, 3], 2, 2)", "[2, 3]"),
        ("sublist([1, 2, 3], 2, 9)", "null"),
        ("list replace([1, 2, 3], function(x, y) x > 1, 0)", "[1, 0, 0]"),
        ("list contains([1, null], null)", "true"),
        ("all([true, null])", "null"),
        ("any([false, true, null])", "true"),
        ("count(5)", "1"),
        ("count(list: [1, 2])", "2"),
        ("count(items: [1, 2])", "null"),
    ],
)
def test_lists(text: str, expected: str) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('get value({a: 1}, "a")', "1"),
        ('get value({a: 1}, "b")', "null"),
        ("get entries({a: 1})", '[{key: "a", value: 1}]'),
        ('context put({a: {b: 1}}, ["a", "b"], 2)', "{a: {b: 2}}"),
        ("context merge([{a: 1}, {a: 2, b: 3}])", "{a: 2, b: 3}"),
        ('context([{key: "a", value: 1}])', "{a: 1}"),
        ('context([{key: "a", value: 1}, {key: "a", value: 2}])', "null"),
        ("not(null)", "null"),
        ("is(1, 1.0)", "true"),
    ],
)
def test_contexts(text: str, expected: str) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("before([1..5], 6)", "true"),
        ("before([1..5), 5)", "true"),
        ("before([1..5], 5)", "false"),
        ("after(7, (1..7))", "true"),
        ("meets([1..5], [5..9])", "true"),
        ("meets([1..5), [5..9])", "false"),
        ("met by([5..9], [1..5])", "true"),
        ("overlaps([1..5], [5..9])", "true"),
        ("overlaps before([1..5], [3..9])", "true"),
        ("overlaps after([3..9], [1..5])", "true"),
        ("during(3, [1..5])", "true"),
        ("includes([1..9], [2..3])", "true"),
        ("starts([1..3], [1..9])", "true"),
        ("started by([1..9], 1)", "true"),
        ("finishes(9, [1..9])", "true"),
        ("finished by([1..9], [4..9])", "true"),
        ("coincides([1..5], [1..5])", "true"),
        ('before(1, "a")', "null"),
    ],
)
def test_how_ranges_lie(text: str, expected: str) -> None:
    assert said(text) == expected


def test_a_wrong_argument_is_null_and_says_so() -> None:
    assert ask("upper case(5)") is None
    assert "upper case(…) 的参数个数或类型不对" in why("upper case(5)")


def test_there_are_more_than_sixty_functions() -> None:
    assert len(functions.TABLE) > 80
