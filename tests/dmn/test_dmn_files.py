"""DMN files: several decisions, knowledge, services, types, and what is refused."""

from decimal import Decimal
from typing import Any

import pytest

from app.dmn.tables import Decision, DmnRefused, parse_decisions
from tests.dmn.asking import AT
from tests.dmn.drawing import NAMESPACE, decision, file, given, literal, table

ADVICE = 'string(可收养人数) + (if 本人同意 then "，须征得同意" else "")'
ADOPTION = file(
    given("in_age", "被收养人 年龄", "number"),
    given("in_children", "子女数", "number"),
    decision(
        "consent", table(["被收养人 年龄"], ["要"], [[">= 8", "true"], ["< 8", "false"]]), ("in_age",), name="本人同意"
    ),
    decision("limit", literal("if 子女数 = 0 then 2 else 1"), ("in_children",), name="可收养人数"),
    decision("advice", literal(ADVICE), ("consent", "limit"), name="意见"),
)


def answer(decisions: dict[str, Decision], key: str, **scope: Any) -> Any:
    """The output of one of them."""
    return decisions[key].decide(scope, at=AT).output


def test_what_a_decision_requires_is_computed_first() -> None:
    decisions = parse_decisions(ADOPTION)
    assert answer(decisions, "advice", **{"被收养人 年龄": 8, "子女数": 0}) == "2，须征得同意"
    assert decisions["advice"].inputs == ("子女数", "被收养人 年龄")
    decided = decisions["consent"].decide({"被收养人 年龄": 7}, at=AT)
    assert (decided.rows, decided.output) == ((2,), False)


def test_a_fact_with_the_name_of_a_decision_does_not_replace_it() -> None:
    decisions = parse_decisions(ADOPTION)
    scope = {"被收养人 年龄": 3, "子女数": 1, "可收养人数": 99, "本人同意": True}
    assert answer(decisions, "advice", **scope) == "1"


def test_a_value_of_another_type_than_declared_is_null() -> None:
    decisions = parse_decisions(file(given("in_a", "a", "number"), decision("d", literal("a = null"), ("in_a",))))
    assert answer(decisions, "d", a="seven") is True
    assert answer(decisions, "d", a=[7]) is False


def test_knowledge_models_and_services_are_functions() -> None:
    knowledge = (
        '<businessKnowledgeModel id="bkm" name="折算"><variable name="折算"/><encapsulatedLogic>'
        '<formalParameter name="n" typeRef="number"/>'
        f"{literal('n * 12')}</encapsulatedLogic></businessKnowledgeModel>"
    )
    service = '<decisionService id="service" name="问"><variable name="问"/><outputDecision href="#inner"/>' \
              '<inputData href="#in_m"/></decisionService>'  # fmt: skip
    decisions = parse_decisions(
        file(
            given("in_m", "m", "number"),
            knowledge,
            service,
            decision("inner", literal("折算(m) + 1"), ("in_m", "bkm")),
            decision("outer", literal('[问(2), 问(m: 3), 折算("x")]'), ("service", "bkm")),
        )
    )
    assert answer(decisions, "outer") == [Decimal(25), Decimal(37), None]
    assert decisions["outer"].inputs == ()


def test_boxed_expressions() -> None:
    context = '<context><contextEntry><variable name="a"/>%s</contextEntry><contextEntry>%s</contextEntry></context>'
    relation = f'<relation><column name="月"/><row>{literal("1")}</row><row>{literal("2")}</row></relation>'
    loop = f'<for iteratorVariable="i"><in>{literal("[1, 2]")}</in><return>{literal("i * k")}</return></for>'
    choice = f"<conditional><if>{literal('k > 1')}</if><then>{loop}</then><else>{literal('null')}</else></conditional>"
    decisions = parse_decisions(
        file(
            decision("c", context % (literal("k + 1"), literal("a * 2"))),
            decision("r", relation),
            decision("f", choice),
            decision("l", f"<list>{literal('k')}{literal('2')}</list>"),
        )
    )
    assert answer(decisions, "c", k=2) == 6
    assert answer(decisions, "r") == [{"月": 1}, {"月": 2}]
    assert answer(decisions, "f", k=2) == [2, 4]
    assert answer(decisions, "l", k=7) == [7, 2]


def test_declared_types_know_their_values() -> None:
    item = '<itemDefinition name="t档"><typeRef>string</typeRef><allowedValues><text>"A","B"</text></allowedValues>' \
           "</itemDefinition>"  # fmt: skip
    decisions = parse_decisions(file(item, decision("d", literal("x"), kind="t档")))
    assert answer(decisions, "d", x="A") == "A"
    assert answer(decisions, "d", x="C") is None


def test_every_version_of_the_standard_in_use_is_read() -> None:
    for namespace in ("http://www.omg.org/spec/DMN/20180521/MODEL/", "https://www.omg.org/spec/DMN/20230324/MODEL/"):
        assert answer(parse_decisions(file(decision("d", literal("1")), namespace=namespace)), "d") == 1


def test_a_bad_cell_is_found_by_table_rule_and_text() -> None:
    logic = table(["年龄", "x =="], ["y"], [["> 3", "-", "1"], ["== 5", "-", "1"], ["-", "-", "a +"]])
    with pytest.raises(DmnRefused) as refusal:
        parse_decisions(file(decision("t", logic, name="分档")))
    said = [str(finding) for finding in refusal.value.findings]
    assert len(said) == 3
    assert said[0].startswith("决策“分档”（t）“x ==”：第 1 行第 3 列")
    assert "第 2 条规则“== 5”" in said[1] and "只写一个等号" in said[1]
    assert "第 3 条规则“a +”" in said[2] and "没有写完" in said[2]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"<definitions", "不是完整的 XML"),
        (b'<!DOCTYPE d [<!ENTITY a "b">]>' + file(decision("d", literal("1"))).split(b"?>")[1], "DOCTYPE"),
        (b"<definitions xmlns='urn:other'/>", "不是 DMN 1.2 到 1.5"),
        (b" " * (2 * 1024 * 1024 + 1), "超过 2 MB"),
        (b"<a>" * 5000 + b"</a>" * 5000, "不是完整的 XML"),
        (file(), "没有决策"),
        (file(decision("d", "")), "缺少表达式"),
        (file(decision("d", literal(""))), "是空的"),
        (file(decision("d", literal("1"), ("other",))), "“other”不在文件里"),
        (file(decision("d", literal("1")), decision("d", literal("2"))), "用了两次"),
        (file(decision("a", literal("b"), ("b",)), decision("b", literal("a"), ("a",))), "需要自己"),
        (file(decision("d", table(["x"], ["y"], [["1"]]))), "1 个条件格和 1 个结果格"),
        (file(decision("d", table(["x"], ["y"], [["1", "1"]], "PRIORITY"))), "取值的先后"),
        (file(decision("d", table(["x"], ["y"], [["1", "1"]], "BEST"))), "没有“BEST ”这种命中策略"),
        (file(decision("d", table(["x"], ["y", "z"], [["1"] * 3], "COLLECT", 'aggregation="SUM"'))), "一个输出列"),
        (file(decision("d", literal("1"), kind="tMissing")), "没有“tMissing”这种类型"),
        (file(decision("d", '<functionDefinition kind="Java"><context/></functionDefinition>')), "不支持 Java 函数"),
        (file(decision("d", literal("1").replace("<literalExpression", '<literalExpression expressionLanguage="js"'))),
         "只能用 FEEL"),
    ],
    ids=range(18),
)  # fmt: skip
def test_a_file_that_cannot_be_run_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(DmnRefused, match=sentence):
        parse_decisions(data)


def test_an_outside_entity_is_not_fetched() -> None:
    bomb = f'<!DOCTYPE x SYSTEM "file:///etc/passwd"><definitions xmlns="{NAMESPACE}"/>'.encode()
    with pytest.raises(DmnRefused, match="DOCTYPE"):
        parse_decisions(bomb)
