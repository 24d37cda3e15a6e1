"""flask history verify · flask history replay"""

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.db import db
from app.history.models import HistoryEvent
from app.history.system import system_heads
from app.history.verify import verify_all, verify_case
from app.instances.heads import recorded_heads
from app.instances.models import Instance
from app.instances.surroundings import Surroundings
from app.replay.reexecute import reexecute_all, reexecute_case


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
@with_appcontext
def verify(case: str | None) -> None:
    """核验全部（或 CASE 一件）记录链，指出第一处断裂。"""
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
    else:
        report = verify_all(session, vault=around.vault, log=around.log, heads=heads)
        broken = list(report.broken)
        erased = f"，其中 {report.erased} 条内容已依法销毁" if report.erased else ""
        click.echo(f"共核验 {report.cases} 件、{report.events} 条记录{erased}。")
    for one in broken:
        click.echo(one.sentence)
    click.echo("发现断裂，请立即保全数据库并报告审计员。" if broken else "全部一致，未发现改动。")
    raise SystemExit(1 if broken else 0)


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
