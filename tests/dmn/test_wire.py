"""Facts between JSON and FEEL."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from app.dmn.feel import FeelError, compile_expression
from app.dmn.feel.values import DaysDuration, FeelDate, MonthsDuration
from app.dmn.feel.wire import from_wire, to_wire
from tests.dmn.asking import AT, ask, said


def test_numbers_become_integers_or_texts() -> None:
    assert to_wire(Decimal("3.00")) == 3 and isinstance(to_wire(Decimal("3.00")), int)
    assert to_wire(Decimal("3.50")) == "3.5"
    assert to_wire(Decimal(2**53)) == "9007199254740992"
    assert to_wire(Decimal("1E-7")) == "0.0000001"
    assert to_wire(Decimal("1.234567890123456789012345678901234")) == "1.234567890123456789012345678901234"
    assert from_wire("3.5", "number") == Decimal("3.5")
    assert from_wire(3, "number") == Decimal(3)


def test_days_and_durations_become_iso_texts() -> None:
    assert to_wire([FeelDate(2026, 11, 24), MonthsDuration(14), DaysDuration(0)]) == ["2026-11-24", "P1Y2M", "PT0S"]
    assert from_wire("2026-11-24", "date") == FeelDate(2026, 11, 24)


@pytest.mark.parametrize(
    ("value", "kind"),
    [("kin", "text"), ("kin", "code"), (True, "boolean"), (["a", "b"], "codes"), (["2026-01-01/"], "periods"),
     ({"police": "agree", "health": None}, "map"), (None, "date"), (7, "number")],
)  # fmt: skip
def test_a_fact_comes_back_as_it_went(value: object, kind: str) -> None:
    assert to_wire(from_wire(value, kind)) == value


@pytest.mark.parametrize(
    ("value", "kind", "sentence"),
    [
        ("2026-02-30", "date", "应当是日期"),
        ("abc", "number", "应当是数字"),
        (True, "number", "应当是数字"),
        ("NaN", "number", "应当是数字"),
        ("yes", "boolean", "“是”或“否”"),
        (["a", 1], "codes", "代码的列表"),
        ("a", "map", "按代码排列"),
        ("a", "colour", "没有“colour”"),
    ],
)
def test_a_fact_of_another_kind_is_refused(value: object, kind: str, sentence: str) -> None:
    with pytest.raises(FeelError, match=sentence):
        from_wire(value, kind)


def test_what_is_no_data_does_not_go_out() -> None:
    for text in ("[1..5]", "function(a) a"):
        with pytest.raises(FeelError, match="不能作为数据保存"):
            to_wire(ask(text))
    with pytest.raises(FeelError, match="结果太大"):
        to_wire(ask("{a: for i in 1..999 return i, b: for i in 1..999 return a}.b"))


def test_python_values_are_taken_in_at_the_door() -> None:
    china = timezone(timedelta(hours=8))
    scope = {"n": 0.1, "day": date(2026, 11, 24), "at": datetime(2026, 11, 24, 8, tzinfo=china), "rows": [{"n": 2}]}
    assert compile_expression("n + 0.2 = 0.3").decide(scope, at=AT) is True
    assert said("day", **scope) == "2026-11-24"
    assert said("at", **scope) == "2026-11-24T08:00:00+08:00"
    assert said("rows[n = 2]", **scope) == "[{n: 2}]"
