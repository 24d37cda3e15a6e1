"""A decision table in the words of its process: codes under their labels, facts by theirs, signs as one reads them."""

import re
from collections.abc import Callable
from dataclasses import replace

from app.catalogue.published import Published
from app.dmn.shown import ShownTable
from app.instances.labels import label_of

POLICIES = {
    "UNIQUE": "只命中一行", "ANY": "命中各行结果相同", "FIRST": "取命中的第一行", "PRIORITY": "取优先的一行",
    "COLLECT": "列出命中的全部行", "RULE ORDER": "按行序列出命中的全部行", "OUTPUT ORDER": "按优先列出命中的全部行",
}  # fmt: skip
"""Hit policies (DMN 1.3, 8.2.10)."""
ANY = "不限"
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|([^\W\d]\w*)|(>=|<=|!=|\.\.)')
_RANGE = re.compile(r"([\[(\]])(.+?)\.\.(.+)([])\[])")
_SIGNS = {">=": "≥ ", "<=": "≤ ", "!=": "≠ "}
_WORDS = {"true": "是", "false": "否", "null": "无", "not": "非", "and": "且", "or": "或"}
_MARK = re.compile(r"\s*\[check ?([^\]]*)\]")


def worded(version: Published, table: ShownTable) -> ShownTable:
    """The same table for a reader; `columns` say which fact each column is about."""
    rules = tuple(
        tuple(_cell(version, fact, text) for fact, text in zip(table.columns, row, strict=True)) for row in table.rules
    )
    notes = tuple(_MARK.sub(_unchecked, note).replace("[设计]", "（平台设计）") for note in table.notes)
    return replace(table, policy=POLICIES.get(table.policy, table.policy), rules=rules, notes=notes)


def _cell(version: Published, fact: str, text: str) -> str:
    if text == "-":
        return ANY
    between = _RANGE.fullmatch(text)
    if between:
        low, high = ("≥" if between[1] == "[" else ">"), ("≤" if between[4] == "]" else "<")
        text = f"{low} {between[2]} 且 {high} {between[3]}"
    said = _TOKEN.sub(_word(version, fact), text)
    return (
        re.sub(r"\s+", " ", said.replace('", "', "、").replace(", ", "、"))
        .replace("非(", "非（")
        .replace(")", "）")
        .strip()
    )


def _word(version: Published, fact: str) -> Callable[[re.Match[str]], str]:
    def of(found: re.Match[str]) -> str:
        if found[1] is not None:
            return label_of(version, fact, found[1]) or found[1]
        if found[3]:
            return _SIGNS.get(found[3], found[3])
        known = version.fact_types.get(found[2])
        return _WORDS.get(found[2]) or (known.label if known else "") or found[2]

    return of


def _unchecked(found: re.Match[str]) -> str:
    return f"（待核：{found[1]}）" if found[1] else "（待核）"
