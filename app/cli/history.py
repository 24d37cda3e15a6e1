"""flask history verify · flask history replay; the other commands of the group stand in files of their own."""

import re
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.catalogue.check_definitions import altered_definitions
from app.db import db
from app.history.checkpoint import NotLodged, lodged
from app.history.models import HistoryEvent
from app.history.system import system_heads
from app.history.verify import verify_all, verify_case
from app.history.verify_log import sealed_heads_hold, verify_log
from app.instances.heads import recorded_heads
from app.instances.models import Instance
from app.instances.surroundings import Surroundings
from app.replay.reexecute import reexecute_all, reexecute_case

MOST_NOTES = 20


def known_case(session: Session, named: str | None) -> str | None:
    """The id of the case that is named by id or number; of a chain of the system, its name."""
    if named is None:
        return None
    found = session.scalar(select(Instance.id).where(or_(Instance.id == named, Instance.number == named)))
    chain = select(HistoryEvent.case).where(HistoryEvent.case == named).limit(1)
    if found is None and session.scalar(chain) is None:
        raise click.ClickException(f"没有编号或案号为 {named} 的办件，没有核验任何内容。请核对后再试。")
    return found or named


@click.group()
def history() -> None:
    """办件记录：核验与重演"""


@history.command("verify")
@click.argument("case", required=False)
@click.option("--trust", help="已公告的根公钥指纹；不写时以库内的根公钥为准。")
@click.option(
    "--against", "lodged_files", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="外存的检查点文件，可写多次。",
)  # fmt: skip
@with_appcontext
def verify(case: str | None, trust: str | None, lodged_files: tuple[Path, ...]) -> None:
    """核验全部（或 CASE 一件）记录链、封存日志和流程定义，指出断裂之处。"""
    around: Surroundings = current_app.extensions["banyan"]
    session = db.session()
    case = known_case(session, case)
    heads = system_heads(session) | recorded_heads(session, case)
    if case:
        chain = verify_case(session, vault=around.vault, log=around.log, case=case, expected=heads.get(case))
        broken = [chain.broken] if chain.broken else []
        click.echo(f"{case}：{chain.head.seq} 条记录。")
        for note in chain.notes:
            click.echo(note)
        said = [one.sentence for one in broken] + [f"封存日志：{one}" for one in sealed_heads_hold(session, case)]
    else:
        report = verify_all(session, vault=around.vault, log=around.log, heads=heads)
        broken = list(report.broken)
        erased = f"，其中 {report.erased} 条内容已依法销毁" if report.erased else ""
        click.echo(f"共核验 {report.cases} 件、{report.events} 条记录{erased}。")
        said = [one.sentence for one in broken] + _log(session, around, trust, lodged_files)
        said += altered_definitions(session)
    for sentence in said:
        click.echo(sentence)
    click.echo("发现断裂，请立即保全数据库并报告审计员。" if said else "全部一致，未发现改动。")
    raise SystemExit(1 if said else 0)


def _log(session: Session, around: Surroundings, trust: str | None, files: tuple[Path, ...]) -> list[str]:
    """Check the sealed log, tell what is to be told, and give what does not hold."""
    try:
        against = [lodged(file.read_bytes()) for file in files]
    except NotLodged as problem:
        raise click.ClickException("--against 的文件不是 flask history checkpoint --to 写出的检查点。") from problem
    fingerprint = re.sub(r"[\s:：]", "", trust).lower() if trust else None
    found = verify_log(session, log=around.log, trust=fingerprint, against=against)
    click.echo(f"封存日志 {found.size} 条，检查点 {found.signed} 个。")
    for note in found.notes[:MOST_NOTES]:
        click.echo(f"注意：{note}")
    if len(found.notes) > MOST_NOTES:
        click.echo(f"注意：另有 {len(found.notes) - MOST_NOTES} 处封存晚于所记时间 1 小时以上。")
    return [f"封存日志：{one}" for one in found.broken]


@history.command("replay")
@click.argument("case", required=False)
@with_appcontext
def replay(case: str | None) -> None:
    """按当时的流程定义重演全部（或 CASE 一件），逐步比对状态摘要。"""
    around: Surroundings = current_app.extensions["banyan"]
    case = known_case(db.session(), case)
    found = [reexecute_case(db.session(), around.vault, case)] if case else reexecute_all(db.session(), around.vault)
    cases = events = 0
    differing = []
    for one in found:
        cases, events = cases + 1, events + one.events
        if one.erased:
            click.echo(f"{one.case}：内容已依法销毁，不可重演。")
        if not one.same:
            differing.append(one)
            click.echo(f"{one.case}：第 {one.seq} 条起不一致：{one.difference}")
    click.echo(
        f"重演 {cases} 件、{events} 个事件：{'不一致 ' + str(len(differing)) + ' 件' if differing else '全部一致'}。"
    )
    raise SystemExit(1 if differing else 0)
