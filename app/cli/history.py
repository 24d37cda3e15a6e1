"""flask history verify; the other commands of the group stand in files of their own."""

from contextlib import suppress
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from app.catalogue.check_definitions import altered_definitions
from app.cli.known_case import known_case
from app.cli.read_fingerprint import read_fingerprint
from app.cli.right_key import must_have_the_key
from app.db import db
from app.errors import Refusal
from app.history.checkpoint import NotLodged, lodged
from app.history.system import system_heads
from app.history.verify import verify_all, verify_case
from app.history.verify_log import sealed_heads_hold, verify_log
from app.history.verify_neighbours import verify_neighbours
from app.history.verify_stamps import verify_stamps
from app.instances.chain_registers import check_registers
from app.instances.heads import recorded_heads
from app.instances.surroundings import Surroundings
from app.replay.analysis.run_page import check_runs
from app.replay.audits.check_projects import check_projects

MOST_NOTES = 20


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
    must_have_the_key()
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
        said += _registers(session, around)
        said += _witnesses(session, around)
    for sentence in said:
        click.echo(sentence)
    click.echo("发现断裂，请立即保全数据库并报告审计员。" if said else "全部一致，未发现改动。")
    raise SystemExit(1 if said else 0)


def _registers(session: Session, around: Surroundings) -> list[str]:
    """What stands on the deployment's own chains against the rows."""
    checks = (check_registers, check_runs, check_projects)
    return [f"登记：{one}" for check in checks for one in check(session, around)]


def _witnesses(session: Session, around: Surroundings) -> list[str]:
    """What is kept of neighbours' logs, and time-stamp tokens; a chain that cannot be read was told already."""
    said = []
    with suppress(Refusal):
        said += [f"邻近机关的检查点：{one}" for one in verify_neighbours(session, around.vault, around.log)]
    with suppress(Refusal):
        said += [f"时间戳：{one}" for one in verify_stamps(session, around.vault)]
    return said


def _log(session: Session, around: Surroundings, trust: str | None, files: tuple[Path, ...]) -> list[str]:
    """Check the sealed log, tell what is to be told, and give what does not hold."""
    try:
        against = [lodged(file.read_bytes()) for file in files]
    except NotLodged as problem:
        raise click.ClickException("--against 的文件不是 flask history checkpoint --to 写出的检查点。") from problem
    fingerprint = read_fingerprint(trust) if trust else None
    found = verify_log(session, log=around.log, trust=fingerprint, against=against)
    click.echo(f"封存日志 {found.size} 条，检查点 {found.signed} 个。")
    for note in found.notes[:MOST_NOTES]:
        click.echo(f"注意：{note}")
    if len(found.notes) > MOST_NOTES:
        click.echo(f"注意：另有 {len(found.notes) - MOST_NOTES} 处封存晚于所记时间 1 小时以上。")
    return [f"封存日志：{one}" for one in found.broken]
