"""Expressions: every one compiles, and uses only names that are declared."""

from collections.abc import Iterator

import re2

from app.dmn.feel import FeelError
from app.engine.compiling import Written, written
from app.engine.definition import Sources
from app.engine.diagram import Diagram
from app.engine.expressions import compile_formula, constant
from app.engine.facts import CASE_DIVISION
from app.engine.lint.effects import context_names
from app.engine.model import FACT_TYPES, Finding
from app.engine.timers import timer_of, well_formed

TEXT_LIMIT = 4000
"""Characters of one expression."""
SETS_FACTS = frozenset({"script", "output"})
CONTEXTS = frozenset({"script", "output", "input"})
PYTHON = re2.compile(r"__\w+__|\bimport\b|\blambda\b|==|&&|\|\||\bTrue\b|\bFalse\b|\bNone\b|\bdef\b|\bis not\b")


def formulas(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    declared = {fact.name for fact in sources.facts} | {CASE_DIVISION.name}
    for fact in sources.facts:
        if fact.kind not in FACT_TYPES or fact.name.startswith("__") or not fact.name:
            yield Finding(
                "", fact.name, "fact_kind", f"事实 {fact.name} 的类型 {fact.kind} 不存在。", "请改正 [facts]。"
            )
    for each in written(diagram):
        yield from _formula(diagram, each, declared)


def _formula(diagram: Diagram, each: Written, declared: set[str]) -> Iterator[Finding]:
    name = _name(diagram, each.element)
    if len(each.text) > TEXT_LIMIT:
        yield Finding(each.element, name, "expression_too_long", "表达式过长。", "请改用决策表。")
        return
    try:
        formula = compile_formula(each.element, each.text, (*declared, *each.more))
    except FeelError as error:
        yield Finding(each.element, name, "expression_refused", f"{ROLES[each.role]}：{error}", _remedy(each.text))
        return
    if each.role == "timer" and not formula.expression.names:
        rule = constant(formula)
        drawn = diagram.find(each.element)
        if drawn is not None and not well_formed(rule, timer_of(drawn.element).cycle):
            yield Finding(
                each.element, name, "timer_rule", f"{each.text} 不是定时规则。",
                '请写 "P30D"、"limit:<代码>"、"clock:<代码>"、"clock:<代码>@<天数>"，循环写 "R/P7D" 或 "R3/P7D"。',
            )  # fmt: skip
    if each.role in CONTEXTS:
        names = context_names(each.text)
        if names is None:
            yield Finding(
                each.element, name, "not_a_context", f"{ROLES[each.role]}不是 FEEL 上下文。", "请写成 {名称: 表达式}。"
            )
        elif each.role in SETS_FACTS:
            for fact in sorted(names - declared):
                yield Finding(
                    each.element, name, "fact_undeclared", f"{ROLES[each.role]}设置的 {fact} 没有声明为事实。",
                    "请在 process.toml 的 [facts] 里声明。",
                )  # fmt: skip


ROLES = {
    "condition": "条件", "completion": "完成条件", "timer": "定时规则", "script": "脚本", "division": "办理地",
    "assignee": "办理人", "input": "调用的输入", "output": "调用的输出", "correlation": "消息的关联",
}  # fmt: skip


def _remedy(text: str) -> str:
    if PYTHON.search(text):
        return "这像是 Python 或 JavaScript。表达式一律用 FEEL：相等写 =，并且写 and，真假写 true、false，空写 null。"
    return "请按 FEEL 改正；名称须是 process.toml 里声明的事实。"


def _name(diagram: Diagram, element: str) -> str:
    drawn = diagram.find(element)
    if drawn is not None:
        return drawn.node.name
    return next((s.flows[element].name for s in diagram.scopes.values() if element in s.flows), "")
