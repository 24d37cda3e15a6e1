"""flask history stamp: time-stamp tokens over checkpoints. Request and answer are carried by hand or by a program of the
office's own; nothing here calls out."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from app import clock
from app.cli.carry_out import carry_out, person
from app.cli.read_file import READABLE, read_file
from app.cli.right_key import must_have_the_key
from app.cli.sealed_log import already, written
from app.db import db
from app.history.checkpoint import Checkpoint, checkpoints
from app.history.time_stamps import LARGEST, Stamp, kept_stamps, request
from app.instances.keep_time_stamp import keep_time_stamp
from app.instances.surroundings import Surroundings

TO = click.Path(path_type=Path)


@click.group()
def stamp() -> None:
    """检查点的时间戳（RFC 3161）：申请、留存、取出"""


@stamp.command("request")
@click.option("--checkpoint", "number", type=int, help="检查点的号；不写时是最新的完整检查点。")
@click.option("--to", "path", type=TO, required=True, help="写入的申请文件（.tsq）。")
@with_appcontext
def ask(number: int | None, path: Path) -> None:
    """写出一份检查点的时间戳申请，交时间戳机构。"""
    found = _checkpoint(number)
    written(path, request(found.body))
    click.echo(f"已写入 {path}：检查点 {found.number}（{found.size} 条，{found.at:%Y-%m-%d %H:%M}Z）的申请，只含摘要。")
    click.echo("请交时间戳机构，取回答复（.tsr）后用 flask history stamp add 留存。")


@stamp.command("add")
@click.argument("file", type=READABLE)
@click.option("--roots", type=READABLE, required=True, help="从别的途径得到的时间戳机构根证书（PEM），可含中间证书。")
@click.option("--by", "login", required=True, help="安全管理员或审计员的登录名；留存记在其名下。")
@with_appcontext
def add(file: Path, roots: Path, login: str) -> None:
    """核对并留存时间戳机构的答复 FILE（.tsr）。"""
    around: Surroundings = current_app.extensions["banyan"]
    must_have_the_key()
    answer, pem, now = read_file(file, LARGEST), read_file(roots, LARGEST), clock.now()

    def command() -> tuple[Stamp, list[str]]:
        return keep_time_stamp(db.session(), around, answer, pem, by=person(login), now=now)

    made, notes = carry_out(command)
    click.echo(
        f"已留存第 {made.number} 份：{made.authority} 证明检查点 {made.checkpoint} 在 {made.at:%Y-%m-%d %H:%M:%S}Z 已经存在。"
    )
    for note in notes:
        click.echo(f"注意：{note}")


@stamp.command("list")
@with_appcontext
def listing() -> None:
    """列出留存的时间戳。"""
    for one in kept_stamps(db.session()):
        click.echo(f"第 {one.number} 份　检查点 {one.checkpoint}　{one.at:%Y-%m-%d %H:%M:%S}Z　{one.authority}")


@stamp.command("show")
@click.argument("number", type=int)
@click.option("--to", "folder", type=TO, required=True, help="写入的文件夹。")
@with_appcontext
def show(number: int, folder: Path) -> None:
    """取出第 NUMBER 份（见 list）：答复、它所证明的检查点、留存时确认的证书。"""
    one = next((each for each in kept_stamps(db.session()) if each.number == number), None)
    if one is None:
        raise click.ClickException(f"没有第 {number} 份。请用 flask history stamp list 核对。")
    files = {f"{number:04}.checkpoint": _checkpoint(one.checkpoint).body, f"{number:04}.tsr": one.answer,
             f"{number:04}.pem": one.roots}  # fmt: skip
    paths = [folder / name for name in files]
    if there := next((path for path in paths if path.exists()), None):
        raise already(there)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise click.ClickException(f"文件夹 {folder} 建不了，请核对路径和权限。") from problem
    for path, content in zip(paths, files.values(), strict=True):
        written(path, content)
    click.echo(f"已写入 {folder}。核对：openssl ts -verify -data {paths[0]} -in {paths[1]} -CAfile {paths[2]}")


def _checkpoint(number: int | None) -> Checkpoint:
    """Raises click.ClickException."""
    known = [one for one in checkpoints(db.session()) if (one.complete if number is None else one.number == number)]
    if not known:
        what = "还没有完整的检查点" if number is None else f"没有检查点 {number}"
        raise click.ClickException(f"{what}。请先运行 flask history checkpoint。")
    return known[-1]
