"""flask calendar · flask parameter · flask separation · flask divisions: registers, changed by two people by command.

One person enters, another approves; nothing is in force before. The worker then reckons every open date again.
"""

import csv
import io
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from flask.cli import with_appcontext

from app import clock
from app.calendar.change_working_days import approve_working_days, draft_working_days
from app.calendar.limits import start_of
from app.calendar.models import WorkingDaysVersion
from app.calendar.working_days import DayKind, SpecialDay
from app.cli.affected import say_affected
from app.cli.carry_out import carry_out, person
from app.cli.long_work import RECKON_DATES
from app.db import db
from app.errors import Refusal, not_found
from app.identity.actor import Actor
from app.identity.import_divisions import import_divisions
from app.identity.office import holds_over
from app.identity.separation import approve_relaxation, ask_relaxation, restore_separation
from app.jobs.enqueue import enqueue
from app.parameters.models import ParameterVersion
from app.parameters.set_parameter import approve_parameter, enter_parameter

DAY = click.DateTime(["%Y-%m-%d"])
KINDS = (DayKind.HOLIDAY.value, DayKind.LIEU_REST.value, DayKind.LIEU_WORK.value)
KEEPERS = frozenset({"policy_officer"})
"""Who may enter a change of calendar or parameters."""
APPROVERS = KEEPERS | {"region_civil", "city_civil", "sysadmin"}
"""Who may be the second person."""
NOBODY = "（预演）"
"""Stands for the second person while it is tried out what an approval would do."""


@click.group("calendar")
def calendar() -> None:
    """工作日历：录入与批准放假安排"""


@calendar.command("draft")
@click.argument("year", type=int)
@click.argument("table", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", required=True, help="录入人用户名。")
@click.option("--reason", required=True)
@click.option("--source", required=True, help="通知文号，如 国办发明电〔2026〕…号。")
@with_appcontext
def draft(year: int, table: Path, by: str, reason: str, source: str) -> None:
    """录入 YEAR 年的放假安排；TABLE 是 CSV：day,kind,name（kind：holiday、lieu_rest、lieu_work）。"""
    now = clock.now()
    row = carry_out(
        lambda: draft_working_days(
            db.session(),
            year=year,
            table=_read_table(table),
            editor=_keeper(by, KEEPERS).id,
            reason=reason,
            source=source,
            today=clock.legal_day(now),
            at=now,
        )
    )
    _say_days(row.id, now)
    click.echo(f"已录入 {year} 年安排，编号 {row.id}，等另一人批准：flask calendar approve {row.id} --by …")


@calendar.command("affected")
@click.argument("draft_id", type=click.UUID)
@click.option("--by", required=True, help="录入人或批准人用户名。")
@with_appcontext
def affected_by_days(draft_id: UUID, by: str) -> None:
    """批准前看：这份安排会改变哪些办件的日期。"""
    carry_out(lambda: _keeper(by, APPROVERS))
    _say_days(draft_id, clock.now(), whole=True)


@calendar.command("approve")
@click.argument("draft_id", type=click.UUID)
@click.option("--by", required=True, help="批准人用户名，不能是录入人。")
@with_appcontext
def approve(draft_id: UUID, by: str) -> None:
    """批准一份放假安排；全部未办结办件的日期随之重算。"""
    now = clock.now()

    def command() -> WorkingDaysVersion:
        approver = _keeper(by, APPROVERS).id
        row = approve_working_days(db.session(), draft_id, approver=approver, today=clock.legal_day(now), at=now)
        enqueue(db.session(), RECKON_DATES, str(row.id), now=now)
        return row

    row = carry_out(command)
    click.echo(f"第 {row.version} 版工作日历已生效。未办结办件的日期由后台工作进程逐件重算，变动写入该件记录。")


@click.group("parameter")
def parameter() -> None:
    """参数登记：时限、权重、开关"""


@parameter.command("enter")
@click.argument("code")
@click.argument("value")
@click.option("--unit", required=True)
@click.option("--source", required=True, help="依据的条文；没有条文的写“设计值”。")
@click.option("--mark", required=True, type=click.Choice(["certain", "check", "design"]))
@click.option("--from", "valid_from", required=True, type=DAY, help="自哪日起适用（须晚于今天）。")
@click.option("--division", default="", help="只在某区划适用时填写。")
@click.option("--title", default="")
@click.option("--reason", required=True)
@click.option("--by", required=True, help="录入人用户名。")
@with_appcontext
def enter(code: str, value: str, valid_from: datetime, by: str, **more: str) -> None:
    """录入参数 CODE 的新值 VALUE，等另一人批准。"""
    now = clock.now()
    row = carry_out(
        lambda: enter_parameter(
            db.session(),
            code=code,
            value=value,
            valid_from=valid_from.date(),
            editor=_keeper(by, KEEPERS, more["division"]).id,
            today=clock.legal_day(now),
            at=now,
            **more,
        )
    )
    _say_value(row.id, row.valid_from, now)
    click.echo(f"已录入 {code} = {value}，编号 {row.id}，等另一人批准：flask parameter approve {row.id} --by …")


@parameter.command("affected")
@click.argument("row_id", type=click.UUID)
@click.option("--by", required=True, help="录入人或批准人用户名。")
@with_appcontext
def affected_by_value(row_id: UUID, by: str) -> None:
    """批准前看：这个值适用之日会改变哪些办件的日期。"""
    row = carry_out(lambda: _entered(row_id))
    carry_out(lambda: _keeper(by, APPROVERS, row.division))
    _say_value(row.id, row.valid_from, clock.now(), whole=True)


@parameter.command("approve")
@click.argument("row_id", type=click.UUID)
@click.option("--by", required=True, help="批准人用户名，不能是录入人。")
@with_appcontext
def approve_value(row_id: UUID, by: str) -> None:
    """批准一个参数值；时限自适用之日起，未办结办件的日期随之重算。"""
    now = clock.now()

    def command() -> ParameterVersion:
        row = approve_parameter(db.session(), row_id, approver=person(by).id, today=clock.legal_day(now), at=now)
        _keeper(by, APPROVERS, row.division)
        enqueue(db.session(), RECKON_DATES, str(row.id), now=now, not_before=start_of(row.valid_from))
        return row

    row = carry_out(command)
    click.echo(f"{row.code} = {row.value} 自 {row.valid_from} 起适用；届时由后台逐件重算日期，变动写入该件记录。")


@click.group("separation")
def separation() -> None:
    """本地职责分离（登记 ≠ 审查 ≠ 审批）的放宽"""


@separation.command("ask")
@click.argument("division")
@click.option("--by", required=True)
@click.option("--from", "from_day", required=True, type=DAY)
@click.option("--to", "to_day", required=True, type=DAY)
@click.option("--reason", required=True)
@click.option("--mark", required=True, help="批准文件的文号，供审计查对。")
@with_appcontext
def ask(division: str, by: str, from_day: datetime, to_day: datetime, reason: str, mark: str) -> None:
    """为 DIVISION 县申请放宽；法定回避和两名评估员的规定不能放宽。"""
    first, last = from_day.date(), to_day.date()
    row = carry_out(lambda: ask_relaxation(db.session(), person(by), division, first, last, reason, mark, clock.now()))
    click.echo(f"已申请，编号 {row.id}，等上级批准：flask separation approve {row.id} --by …")


@separation.command("approve")
@click.argument("setting_id", type=click.UUID)
@click.option("--by", required=True)
@with_appcontext
def approve_relaxed(setting_id: UUID, by: str) -> None:
    """批准放宽。"""
    row = carry_out(lambda: approve_relaxation(db.session(), person(by), setting_id, clock.now()))
    click.echo(f"{row.division} 自 {row.from_day} 至 {row.to_day} 放宽本地职责分离，文号 {row.mark}。")


@separation.command("restore")
@click.argument("setting_id", type=click.UUID)
@click.option("--by", required=True)
@with_appcontext
def restore(setting_id: UUID, by: str) -> None:
    """提前恢复严格的职责分离。"""
    row = carry_out(lambda: restore_separation(db.session(), person(by), setting_id, clock.now()))
    click.echo(f"{row.division} 已恢复职责分离，文号 {row.mark} 的放宽到此为止。")


@click.command("divisions")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", required=True, help="系统管理员用户名。")
@with_appcontext
def divisions(file: Path, by: str) -> None:
    """从 CSV 导入区划代码（code,name,…），逐行检查。"""
    content = file.read_bytes()
    found = carry_out(lambda: import_divisions(db.session(), person(by), content))
    click.echo(f"新增 {found.added} 条，更新 {found.changed} 条。")


def _say_days(draft_id: UUID, now: datetime, *, whole: bool = False) -> None:
    today = clock.legal_day(now)
    say_affected(
        lambda: approve_working_days(db.session(), draft_id, approver=NOBODY, today=today, at=now),
        applies=now,
        whole=whole,
    )


def _say_value(row_id: UUID, valid_from: date, now: datetime, *, whole: bool = False) -> None:
    today = clock.legal_day(now)
    say_affected(
        lambda: approve_parameter(db.session(), row_id, approver=NOBODY, today=today, at=now),
        applies=start_of(valid_from),
        whole=whole,
    )


def _entered(row_id: UUID) -> ParameterVersion:
    row = db.session().get(ParameterVersion, row_id)
    if row is None:
        raise not_found()
    return row


def _read_table(path: Path) -> dict[date, SpecialDay]:
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise click.ClickException(f"{path.name} 不是 UTF-8 编码的文本，请另存为 UTF-8 后再导入。") from problem
    table: dict[date, SpecialDay] = {}
    for line, row in enumerate(csv.DictReader(io.StringIO(text)), 2):
        day, special = _table_row(f"{path.name} 第 {line} 行", row)
        if day in table:
            raise click.ClickException(f"{path.name} 第 {line} 行：{day} 写了两次，请只留一行。")
        table[day] = special
    return table


def _table_row(where: str, row: Mapping[str | None, Any]) -> tuple[date, SpecialDay]:
    if None in row or not all(isinstance(row.get(name), str) for name in ("day", "kind", "name")):
        raise click.ClickException(f"{where}：应为 day,kind,name 三列，首行写列名。")
    try:
        day = date.fromisoformat(row["day"])
    except ValueError as problem:
        raise click.ClickException(f"{where}：日期“{row['day']}”不对，应为 YYYY-MM-DD。") from problem
    if row["kind"] not in KINDS:
        raise click.ClickException(f"{where}：kind“{row['kind']}”不对，应为 {'、'.join(KINDS)} 之一。")
    return day, SpecialDay(DayKind(row["kind"]), row["name"])


def _keeper(login: str, roles: frozenset[str], division: str = "") -> Actor:
    """The person, if they hold one of the roles over the division; over the whole province where none is named.

    Raises:
        Refusal: `not_found`, `rules_not_yours` (403).
    """
    by = person(login)
    tops = {division} if division else {grant.division[:2] for grant in by.grants}
    if not any(holds_over(by, roles, top) for top in tops):
        raise Refusal("rules_not_yours", 403)
    return by
