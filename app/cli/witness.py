"""flask history witness: what neighbours' logs were, kept here; and what they say of ours. Files go by hand."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from app import clock
from app.cli.carry_out import carry_out, person
from app.cli.read_fingerprint import read_fingerprint
from app.cli.right_key import must_have_the_key
from app.db import db
from app.errors import Refusal
from app.history.compare_witness import compare
from app.history.lodged_file import Presented, presented
from app.history.neighbours import Kept, kept
from app.history.signing import KeyRefused, SignedLine, signed_line_from
from app.instances.keep_neighbour import keep_neighbour
from app.instances.surroundings import Surroundings
from app.texts import sentence

READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)
KEYS = click.option(
    "--keys", "lines", type=READABLE, multiple=True, help="检查点文件不含密钥清单时，另给清单文件，可写多次。"
)


@click.group()
def witness() -> None:
    """邻近机关的检查点：留存与核对"""


@witness.command("add")
@click.argument("file", type=READABLE)
@click.option("--peer", required=True, help="对方日志的名称（对方的 BANYAN_LOG）。")
@click.option("--trust", help="从别的途径得到的对方根公钥指纹；第一次留存时必写。")
@click.option("--by", "login", required=True, help="安全管理员或审计员的登录名；留存记在其名下。")
@KEYS
@with_appcontext
def add(file: Path, peer: str, trust: str | None, login: str, lines: tuple[Path, ...]) -> None:
    """核对并留存邻近机关的检查点 FILE，写入本系统此后的检查点。"""
    around: Surroundings = current_app.extensions["banyan"]
    must_have_the_key()
    now, known = clock.now(), read_fingerprint(trust) if trust else None

    def command() -> tuple[Kept, bool | None]:
        given = _read(file, lines)
        return keep_neighbour(db.session(), around, given, peer=peer, trust=known, by=person(login), now=now)

    made, grown = carry_out(command)
    click.echo(f"已留存 {made.peer} 的检查点：{made.size} 条，根 {made.root}，根公钥指纹 {made.trust}。")
    if grown is False:
        click.echo("注意：文件没有从上次留存的条数起的一致性证明，不能确认对方的日志只增不改。")
        click.echo("请对方用 flask history checkpoint --to 导出新的检查点，再来留存。")
    elif grown:
        click.echo("对方的日志自上次留存以来只增不改。")
    click.echo("本系统的下一个检查点将记下它。")


@witness.command("check")
@click.argument("file", type=READABLE)
@click.option("--trust", required=True, help="从别的途径得到的对方根公钥指纹。")
@KEYS
@with_appcontext
def check(file: Path, trust: str, lines: tuple[Path, ...]) -> None:
    """邻近机关的检查点 FILE 记载的本系统日志，与本系统是否一致；不一致或无从核对时退出码为 1。"""
    around: Surroundings = current_app.extensions["banyan"]
    session = db.session()
    try:
        given = _read(file, lines)
        peer = str(given.said["log"])
        if peer == around.log:
            raise Refusal("neighbour_is_own", 422, {"log": around.log})
        given.check(read_fingerprint(trust), [line for one in kept(session, peer) for line in one.lines])
    except Refusal as refusal:
        raise click.ClickException(sentence(refusal)) from refusal
    found = compare(session, given.said, around.log)
    click.echo(f"{found.sentence}。")
    if found.agrees is False:
        click.echo("请立即保全数据库和这个文件，报告审计员。")
    raise SystemExit(0 if found.agrees else 1)


@witness.command("list")
@with_appcontext
def listing() -> None:
    """列出留存的邻近机关检查点。"""
    try:
        found = kept(db.session())
    except Refusal as refusal:
        raise click.ClickException(sentence(refusal)) from refusal
    for one in found:
        click.echo(f"{one.peer}　{one.size} 条　{one.at:%Y-%m-%d %H:%M}Z　根 {one.root}　根公钥指纹 {one.trust}")


def _read(file: Path, lines: tuple[Path, ...]) -> Presented:
    try:
        beside: list[SignedLine] = [signed_line_from(one.read_bytes()) for one in lines]
        return presented(file.read_bytes(), beside)
    except KeyRefused as problem:
        raise click.ClickException(f"{problem}。") from problem
    except OSError as problem:
        raise click.ClickException(f"文件 {file} 读不了，请核对权限。") from problem
