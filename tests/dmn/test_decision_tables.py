"""Decision tables: cells and hit policies (DMN 1.5 chapters 7.3.3 and 8)."""

from decimal import Decimal
from typing import Any

import pytest

from app.dmn.feel import FeelError
from app.dmn.tables import Decided, parse_decisions
from tests.dmn.asking import AT, passes
from tests.dmn.drawing import decision, file, table


def decide(logic: str, **scope: Any) -> Decided:
    """What one table answers."""
    return parse_decisions(file(decision("t", logic)))["t"].decide(scope, at=AT)


AID = table(
    ["情形", "人均 收入"],
    ["档", "金额"],
    [
        ['"孤儿"', "-", '"A"', "1450"],
        ['"事实无人抚养"', "<= 1200", '"A"', "1450"],
        ['"事实无人抚养"', "(1200..2400]", '"B"', "人均 收入 / 2"],
        ['not("孤儿", "事实无人抚养")', "-", '"无"', "0"],
    ],
)


@pytest.mark.parametrize(
    ("kind", "income", "row", "level", "sum_"),
    [("孤儿", None, 1, "A", 1450), ("事实无人抚养", 1200, 2, "A", 1450), ("事实无人抚养", 1201, 3, "B", "600.5"),
     ("困境", 5, 4, "无", 0)],
)  # fmt: skip
def test_the_rule_that_fits_answers(kind: str, income: int | None, row: int, level: str, sum_: object) -> None:
    decided = decide(AID, **{"情形": kind, "人均 收入": income})
    assert decided.rows == (row,)
    assert decided.inputs == {"情形": kind, "人均 收入": income}
    assert decided.output == {"档": level, "金额": Decimal(sum_)}


def test_no_rule_is_null_or_the_default() -> None:
    assert decide(table(["x"], ["y"], [["1", "2"]]), x=9) == Decided((), {"x": 9}, None)
    assert decide(table(["x"], ['y = "人工"'], [["1", '"自动"']]), x=9).output == "人工"


def test_a_decision_says_what_it_needs_and_gives() -> None:
    found = parse_decisions(file(decision("t", AID, name="保障档次")))["t"]
    assert (found.id, found.name) == ("t", "保障档次")
    assert found.inputs == ("人均 收入", "情形")
    assert found.outputs == ("档", "金额")
    again = parse_decisions(file(decision("t", AID, name="保障档次")))["t"]
    other = parse_decisions(file(decision("t", AID, name="保障 档次")))["t"]
    assert found.digest == again.digest != other.digest


TWO = [["> 1", '"低"', "1"], ["> 2", '"高"', "5"], ["> 3", '"低"', "1"], ["> 9", '"中"', "7"]]
ORDERED = ['级: "高", "中", "低"', "分"]


@pytest.mark.parametrize(
    ("policy", "more", "rows", "output"),
    [
        ("FIRST", "", (1,), ["低", 1]),
        ("PRIORITY", "", (2,), ["高", 5]),
        ("RULE ORDER", "", (1, 2, 3), [["低", 1], ["高", 5], ["低", 1]]),
        ("OUTPUT ORDER", "", (2, 1, 3), [["高", 5], ["低", 1], ["低", 1]]),
        ("COLLECT", "", (1, 2, 3), [["低", 1], ["高", 5], ["低", 1]]),
        ("COLLECT", 'aggregation="COUNT"', (1, 2, 3), 3),
    ],
)
def test_hit_policies_over_two_outputs(policy: str, more: str, rows: tuple[int, ...], output: Any) -> None:
    def named(value: Any) -> Any:
        if isinstance(value, list) and isinstance(value[0], str):
            return dict(zip(("级", "分"), value, strict=True))
        return [named(item) for item in value] if isinstance(value, list) else value

    decided = decide(table(["x"], ORDERED, TWO, policy, more), x=4)
    assert (decided.rows, decided.output) == (rows, named(output))


@pytest.mark.parametrize(("aggregation", "output"), [("SUM", 7), ("MIN", 1), ("MAX", 5), ("COUNT", 3)])
def test_collect_with_an_aggregation(aggregation: str, output: int) -> None:
    rows = [[row[0], row[2]] for row in TWO]
    assert decide(table(["x"], ["分"], rows, "COLLECT", f'aggregation="{aggregation}"'), x=4).output == output


def test_collect_of_nothing() -> None:
    rows = [["> 9", "1"]]
    assert decide(table(["x"], ["分"], rows, "COLLECT", 'aggregation="SUM"'), x=4).output is None
    assert decide(table(["x"], ["分"], rows, "COLLECT", 'aggregation="COUNT"'), x=4).output == 0


def test_a_unique_table_that_is_hit_twice_is_an_error_and_not_a_choice() -> None:
    logic = table(["x"], ["y"], [["> 1", "1"], ["> 2", "1"]])
    assert decide(logic, x=2).output == 1
    with pytest.raises(FeelError, match="“t”不能得出结果：UNIQUE 决策表同时命中第 1、2 条规则"):
        decide(logic, x=3)


def test_an_any_table_must_not_contradict_itself() -> None:
    logic = table(["x"], ["y"], [["> 1", "1"], ["> 2", "1.0"], ["> 3", "2"]], "ANY")
    assert decide(logic, x=3).output == 1
    with pytest.raises(FeelError, match="ANY 决策表命中的第 1、2、3 条规则结果不一致"):
        decide(logic, x=4)


def test_a_value_outside_the_allowed_ones_is_an_error() -> None:
    logic = table(["x"], ["y"], [["-", "1"]]).replace("</inputExpression>", "</inputExpression>"
        "<inputValues><text>\"是\", \"否\"</text></inputValues>")  # fmt: skip
    assert decide(logic, x="是").output == 1
    with pytest.raises(FeelError, match="“x”的值不在允许的范围内"):
        decide(logic, x="也许")


@pytest.mark.parametrize(
    ("cell", "value", "expected"),
    [
        ("-", None, True),
        ("null", None, True),
        ("> 3", None, None),
        ("> 3, null", None, True),
        ('"a", "b"', "b", True),
        ('not("a", "b")', "b", False),
        ("not(> 3, < 1)", 2, True),
        ("not(null)", None, False),
        ("[1..3], 9", 9, True),
        ("]1..3[", 3, False),
        ("? > 3 and ? < 5", 4, True),
        ('contains(?, "县")', "隆安县", True),
        ('not(contains(?, "县"))', "隆安县", False),
        ("limit", 5, True),
        ("< limit * 2", 9, True),
        ("[1, 5]", 5, True),
        ("list contains(codes, ?)", "b", True),
        ("codes", "b", True),
        ("limit > 3", "anything", True),
        ("!= 5", 5, False),
        ("= 5", 5, True),
        ("true", True, True),
        ("-5", -5, True),
        ('duration("P1D")', 5, None),
    ],
)
def test_what_a_cell_may_say(cell: str, value: Any, expected: bool | None) -> None:
    given = Decimal(value) if type(value) is int else value
    assert passes(cell, given, limit=5, codes=["a", "b"]) is expected
