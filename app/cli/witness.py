"""flask history witness: what neighbours' logs were, kept here; and what they say of ours. Files go by hand."""

from datetime import timedelta
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from app import clock
from app.cli.carry_out import carry_out, person
from app.cli.read_file import READABLE, read_file
from app.cli.read_fingerprint import read_fingerprint
from app.cli.right_key import must_have_the_key
from app.cli.sealed_log import written
from app.db import db
from app.errors import Refusal
from app.history.compare_witness import compare
from app.history.lodged_file import LARGEST, Presented, presented
from app.history.neighbours import Kept, as_presented, kept, of_the_same_root, refuse_own
from app.history.signing import KeyRefused, signed_line_from
from app.instances.keep_neighbour import keep_neighbour
from app.instances.surroundings import Surroundings
from app.texts import sentence

SKEW = timedelta(hours=1)
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
@click.option("--unproved", is_flag=True, help="文件没有只增不改的证明时仍然留存；记入留存记录。")
@KEYS
@with_appcontext
def add(file: Path, peer: str, trust: str | None, login: str, unproved: bool, lines: tuple[Path, ...]) -> None:
    """核对并留存邻近机关的检查点 FILE，写入本系统此后的检查点。"""
    around: Surroundings = current_app.extensions["banyan"]
    must_have_the_key()
    now, known = clock.now(), read_fingerprint(trust) if trust is not None else None
    given = _read(file, lines)  # before the database is locked

    def command() -> tuple[Kept, bool | None]:
        by, session = person(login), db.session()
        return keep_neighbour(session, around, given, peer=peer, trust=known, by=by, now=now, unproved=unproved)

    made, grown = carry_out(command)
    click.echo(f"已留存 {made.peer} 的检查点：{made.size} 条，根 {made.root}，根公钥指纹 {made.trust}。")
    if grown is False:
        click.echo("注意：文件没有从上次留存的条数起的一致性证明，不能确认对方的日志只增不改。已按 --unproved 留存。")
    elif grown:
        click.echo("对方的日志自上次留存以来只增不改。")
    if made.at > now + SKEW:
        click.echo(f"注意：对方检查点的时间（{made.at:%Y-%m-%d %H:%M}Z）晚于本机时间，请双方核对时钟。")
    if others := of_the_same_root(db.session(), made):
        click.echo(f"注意：{'、'.join(others)} 与 {made.peer} 用同一把根公钥，合起来只算一份见证。")
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
    given, known = _read(file, lines), read_fingerprint(trust)
    try:
        refuse_own(session, given, around.log, known)
        given.check(known, [line for one in kept(session, given.said["log"]) for line in one.lines])
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
        click.echo(
            f"第 {one.number} 份　{one.peer}　{one.size} 条　{one.at:%Y-%m-%d %H:%M}Z　根 {one.root}　根公钥指纹 {one.trust}"
        )


@witness.command("show")
@click.argument("number", type=int)
@click.option("--to", "path", type=click.Path(path_type=Path), required=True, help="写入的文件。")
@with_appcontext
def show(number: int, path: Path) -> None:
    """取出留存的第 NUMBER 份（见 list），连同对方的签名和密钥清单，作为证据。"""
    try:
        content = as_presented(db.session(), number)
    except Refusal as refusal:
        raise click.ClickException(sentence(refusal)) from refusal
    if content is None:
        raise click.ClickException(f"没有第 {number} 份。请用 flask history witness list 核对。")
    written(path, content)
    click.echo(f"已写入 {path}。")


def _read(file: Path, lines: tuple[Path, ...]) -> Presented:
    """Raises click.ClickException."""
    beside = []
    for one in lines:
        try:
            beside.append(signed_line_from(read_file(one, LARGEST)))
        except KeyRefused as problem:
            raise click.ClickException(f"{one}：{problem}。") from problem
    try:
        return presented(read_file(file, LARGEST), beside)
    except Refusal as refusal:
        raise click.ClickException(sentence(refusal)) from refusal
