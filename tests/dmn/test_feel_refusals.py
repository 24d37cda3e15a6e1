"""What an author is told: where the mistake is and what FEEL writes instead."""

import pytest

from app.dmn.feel import FeelError, compile_expression, compile_unary_tests
from tests.dmn.asking import AT, ask


@pytest.mark.parametrize(
    ("text", "column", "sentence"),
    [
        ("a == 1", 3, "只写一个等号"),
        ("a != 1 && b", 8, "写作 and"),
        ("a || b", 3, "写作 or"),
        ("!a", 1, r"not\(…\)"),
        ("a <> b", 4, "写作 !="),
        ("import os", 1, "不能引入别的程序"),
        ("lambda x: x", 1, r"function\(x\)"),
        ("__class__", 1, "两条下划线"),
        ("a.__class__", 3, "两条下划线"),
        ("None", 1, "写作 null"),
        ("a = True", 5, "写作 true"),
        ("not a", 5, "“非”写作 not"),
        ("5 not in [1]", 3, "“不在其中”写作 not"),
        ("a % 2", 3, r"modulo\("),
        ("'同意'", 1, "英文双引号"),
        ("“同意”", 1, "全角符号"),
        ("a，b", 2, "全角符号"),
        ("（a）", 1, "全角符号"),
        ('"同意', 1, "缺少右边的英文双引号"),
        ("/* 说明", 1, "注释没有结束"),
        ("a +", 4, "没有写完"),
        ("(a", 3, r"应当是 \)，写的却是结尾"),
        ("[1..", 5, "没有写完"),
        ("a b 1", 5, "不应当出现“1”"),
        ("if a then b", 12, "应当是 else"),
        ("{a: 1, a: 2}", 8, "写了两次"),
        ("? > 3", 1, "决策表的条件格"),
        ('@"明天"', 1, "不是日期、时间或时长"),
        ("a instance of 整数", 15, "没有“整数”这种类型"),
        ("function(a) external {}", 13, "外部函数"),
        ("f(a: 1, 2)", 1, "要么全部写名称"),
        (r'"\u12"', 2, "4 位十六进制数"),
        ("", 1, "是空的"),
    ],
)
def test_a_mistake_is_refused_where_it_stands(text: str, column: int, sentence: str) -> None:
    with pytest.raises(FeelError, match=sentence) as refusal:
        compile_expression(text)
    assert (refusal.value.line, refusal.value.column) == (1, column)
    assert str(refusal.value).startswith(f"第 1 行第 {column} 列")


def test_the_line_is_counted_too() -> None:
    with pytest.raises(FeelError) as refusal:
        compile_expression("收入 > 3\n  and 支出 == 2")
    assert (refusal.value.line, refusal.value.column) == (2, 10)
    assert "支出 ==" in refusal.value.snippet


def test_a_name_nobody_declared_is_refused_with_the_likely_one() -> None:
    with pytest.raises(FeelError, match="没有名为“own_childen”的数据，是不是“own_children”？"):
        compile_expression("own_childen < 2", ["own_children", "child_source"])
    with pytest.raises(FeelError, match="没有名为“list contain”的数据，是不是“list contains”？"):
        compile_expression("list contain(codes, 1)", ["codes"])
    with pytest.raises(FeelError, match="先在流程里声明"):
        compile_expression("zzz", [])


def test_without_names_every_name_is_taken() -> None:
    assert compile_expression("收养人 > 1 and 子女").names == {"收养人", "子女"}


def test_names_bound_inside_are_not_asked_of_the_scope() -> None:
    names = compile_expression("{a: x, b: for i in xs return i + a, c: function(n) n + y}").names
    assert names == {"x", "xs", "y"}


def test_in_a_filter_a_name_may_belong_to_the_items() -> None:
    expression = compile_expression("children[birth year > limit]", ["children", "limit"])
    assert expression.names == {"children", "limit"}
    kept = expression.evaluate({"children": [{"birth year": 2020}, {"birth year": 2010}], "limit": 2015}, at=AT)
    assert kept == [{"birth year": 2020}]


def test_a_cell_is_refused_like_an_expression() -> None:
    with pytest.raises(FeelError, match="只写一个等号"):
        compile_unary_tests("== 5")
    with pytest.raises(FeelError, match="没有名为“y”的数据"):
        compile_unary_tests("> y", ["x"])


def test_python_is_not_reachable_from_values() -> None:
    for text in ("a.real", 'a["real"]', "a.denominator", "s.upper", "c.keys", "f.run"):
        expression = compile_expression(text)
        value = expression.evaluate({"a": 1, "s": "x", "c": {"k": 1}, "f": None}, at=AT)
        assert value in (None, [])
    assert ask("[1].append") == [None]
