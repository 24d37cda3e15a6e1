"""A system administrator imports further division codes from a CSV file; every bad line is named, or nothing is read.

Columns: `code,name` and, if wanted, `valid_from,valid_to,replaced_by,is_functional` (days as YYYY-MM-DD, 1 for yes).
"""

import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.identity.actor import Actor
from app.identity.division_register import division_values
from app.identity.divisions import LEVEL_NAMES, ancestors, parent, prefix
from app.identity.models import Division
from app.identity.register import checked_name

LARGEST = 5 * 1024 * 1024
"""Bytes."""
SHOWN = 20
"""Bad lines listed in the refusal."""
OPTIONAL = ("valid_from", "valid_to", "replaced_by", "is_functional")


@dataclass(frozen=True)
class Imported:
    added: int
    changed: int
    unchanged: int


def import_divisions(session: Session, by: Actor, content: bytes) -> Imported:
    """Add new codes and bring present ones up to date.

    Raises:
        Refusal: `import_not_yours` (403), `divisions_too_large`, `divisions_not_utf8`, `divisions_no_header`,
            `divisions_bad_lines` with one sentence per line in `fields`.
    """
    if "sysadmin" not in by.roles:
        raise Refusal("import_not_yours", 403)
    rows = list(_read(content))
    present = {division.code: division for division in session.scalars(select(Division))}
    _check(rows, present.keys())
    known = present.keys() | {prefix(row["code"]) for _, row in rows}
    values = [division_values(row, known) for _, row in rows]
    new = [value for value in values if value["code"] not in present]
    old = [value for value in values if value["code"] in present and _differs(present[value["code"]], value)]
    if new:
        session.execute(insert(Division), new)
    if old:
        session.execute(update(Division), old)
    return Imported(len(new), len(old), len(values) - len(new) - len(old))


def _read(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    if len(content) > LARGEST:
        raise Refusal("divisions_too_large", 413, {"limit": LARGEST // 1024 // 1024})
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise Refusal("divisions_not_utf8") from problem
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if not {"code", "name"} <= set(reader.fieldnames or ()):
        raise Refusal("divisions_no_header")
    try:
        for row in reader:
            yield reader.line_num, {key: (row.get(key) or "").strip() for key in ("code", "name", *OPTIONAL)}
    except csv.Error as problem:
        raise _bad_lines({str(reader.line_num + 1): "这一行不是合格的 CSV，请检查引号是否成对"}) from problem


def _check(rows: list[tuple[int, dict[str, str]]], present: Collection[str]) -> None:
    known = set(present)
    for _, row in rows:
        if not _code_problem(row["code"]):
            known.add(prefix(row["code"]))
    seen: set[str] = set()
    problems: dict[str, str] = {}
    for line, row in rows:
        problem = _problem(row, known, seen)
        if problem:
            problems[str(line)] = problem
    if problems:
        raise _bad_lines(problems)


def _bad_lines(problems: dict[str, str]) -> Refusal:
    lines = "；".join(f"第 {line} 行：{text}" for line, text in list(problems.items())[:SHOWN])
    return Refusal("divisions_bad_lines", params={"count": len(problems), "lines": lines}, fields=problems)


def _problem(row: dict[str, str], known: Collection[str], seen: set[str]) -> str | None:
    problem = _code_problem(row["code"]) or _name_problem(row["name"]) or _days_problem(row)
    if problem:
        return problem
    code = prefix(row["code"])
    if code in seen:
        return f"代码 {row['code']} 在文件中出现两次，请只保留一行"
    seen.add(code)
    if row["is_functional"] not in {"", "0", "1"}:
        return "is_functional 只能填 1（功能区）、0 或留空"
    if row["replaced_by"] and (_code_problem(row["replaced_by"]) or prefix(row["replaced_by"]) not in known):
        return f"替代代码 {row['replaced_by'][:20]} 不在库中也不在本文件中，请先加入该代码"
    return _parent_problem(code, known)


def _parent_problem(code: str, known: Collection[str]) -> str | None:
    wanted = parent(code)
    if wanted is None or wanted in known or (len(code) == 6 and ancestors(code)[0] in known):
        return None
    return f"上级区划 {wanted}（{LEVEL_NAMES[len(wanted)]}）不在库中也不在本文件中，请先加入上级"


def _code_problem(code: str) -> str | None:
    try:
        prefix(code)
    except Refusal:
        return f"代码“{code[:20]}”不是 2、4、6、9 或 12 位数字，请按 GB/T 2260、GB/T 10114 核对"
    return None


def _name_problem(name: str) -> str | None:
    try:
        checked_name(name)
    except Refusal:
        return "名称应为 2 至 40 个字，且不含控制字符"
    return None


def _days_problem(row: dict[str, str]) -> str | None:
    for column in ("valid_from", "valid_to"):
        try:
            if row[column]:
                date.fromisoformat(row[column])
        except ValueError:
            return f"{column}“{row[column][:20]}”不是日期，请写成 2021-02-03 的样子"
    if (
        row["valid_from"]
        and row["valid_to"]
        and date.fromisoformat(row["valid_to"]) < date.fromisoformat(row["valid_from"])
    ):
        return "失效日期早于生效日期，请核对"
    return None


def _differs(division: Division, values: dict[str, Any]) -> bool:
    return any(getattr(division, column) != value for column, value in values.items())
