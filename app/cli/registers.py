"""flask calendar · flask parameter · flask separation · flask divisions: registers, changed by two people by command.

One person enters, another approves; nothing is in force before. The worker then reckons every open date again.
"""

import csv
import io
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

import click
from flask.cli import with_appcontext

from app import clock
from app.calendar.change_working_days import approve_working_days, draft_working_days
from app.calendar.models import WorkingDaysVersion
from app.calendar.working_days import DayKind, SpecialDay
from app.cli.carry_out import carry_out, person
from app.cli.long_work import RECKON_DATES
from app.db import db
from app.identity.import_divisions import import_divisions
from app.identity.separation import approve_relaxation, ask_relaxation
from app.jobs.enqueue import enqueue
from app.parameters.set_parameter import approve_parameter, enter_parameter

DAY = click.DateTime(["%Y-%m-%d"])


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
            editor=person(by).id,
            reason=reason,
            source=source,
            today=clock.legal_day(now),
            at=now,
        )
    )
    click.echo(f"已录入 {year} 年安排，编号 {row.id}，等另一人批准：flask calendar approve {row.id} --by …")


@calendar.command("approve")
@click.argument("draft_id", type=click.UUID)
@click.option("--by", required=True, help="批准人用户名，不能是录入人。")
@with_appcontext
def approve(draft_id: UUID, by: str) -> None:
    """批准一份放假安排；全部未办结办件的日期随之重算。"""
    now = clock.now()

    def command() -> WorkingDaysVersion:
        row = approve_working_days(db.session(), draft_id, approver=person(by).id, today=clock.legal_day(now), at=now)
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
            editor=person(by).id,
            today=clock.legal_day(now),
            at=now,
            **more,
        )
    )
    click.echo(f"已录入 {code} = {value}，编号 {row.id}，等另一人批准：flask parameter approve {row.id} --by …")


@parameter.command("approve")
@click.argument("row_id", type=click.UUID)
@click.option("--by", required=True, help="批准人用户名，不能是录入人。")
@with_appcontext
def approve_value(row_id: UUID, by: str) -> None:
    """批准一个参数值。"""
    now = clock.now()
    row = carry_out(
        lambda: approve_parameter(db.session(), row_id, approver=person(by).id, today=clock.legal_day(now), at=now)
    )
    click.echo(f"{row.code} = {row.value} 自 {row.valid_from} 起适用。")


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


@click.command("divisions")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", required=True, help="系统管理员用户名。")
@with_appcontext
def divisions(file: Path, by: str) -> None:
    """从 CSV 导入区划代码（code,name,…），逐行检查。"""
    content = file.read_bytes()
    found = carry_out(lambda: import_divisions(db.session(), person(by), content))
    click.echo(f"新增 {found.added} 条，更新 {found.changed} 条。")


def _read_table(path: Path) -> dict[date, SpecialDay]:
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
        return {date.fromisoformat(row["day"]): SpecialDay(DayKind(row["kind"]), row["name"]) for row in rows}
    except (KeyError, ValueError) as problem:
        raise click.ClickException(f"{path.name} 的内容不对（{problem}）。应为 day,kind,name 三列。") from problem
