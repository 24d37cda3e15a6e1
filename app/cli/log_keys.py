"""flask history keys: the root key is made and kept offline; only its signed lines come here."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from app import clock
from app.cli.read_file import READABLE
from app.cli.sealed_log import refused, written
from app.db import db
from app.history.keys import enter_key, key_lines
from app.history.signing import (
    KeyLine,
    KeyRefused,
    SoftwareSigner,
    fingerprint,
    key_id,
    new_seed,
    sign_line,
    signed_line_from,
    signer_from,
)
from app.instances.surroundings import Surroundings

A_FILE = click.Path(path_type=Path)


@click.group()
def keys() -> None:
    """签名密钥与密钥清单"""


@keys.command("root")
@click.option("--to", "path", type=A_FILE, required=True, help="根密钥文件。请在离线机器上生成，绝不放入本系统。")
def make_root(path: Path) -> None:
    """生成离线根密钥，显示应公告的指纹。"""
    made = _new_key(path)
    click.echo(f"根密钥已写入 {path}。请离线保存两份，不要带到运行本系统的机器上。")
    click.echo(f"根公钥指纹：{fingerprint(made.public)}")


@keys.command("new")
@click.option("--to", "path", type=A_FILE, required=True, help="签名密钥文件，只给后台进程的用户读。")
def make_signing(path: Path) -> None:
    """生成签名密钥，显示须由根密钥签发的公钥。"""
    made = _new_key(path)
    click.echo(f"签名密钥已写入 {path}。请用环境变量 SIGNING_KEY_FILE 指给后台进程。")
    click.echo(f"公钥：{made.public.hex()}")


@keys.command("sign")
@click.option("--root", type=READABLE, required=True, help="根密钥文件。")
@click.option("--public", required=True, help="签名密钥的公钥（64 位十六进制）。")
@click.option("--from", "first", type=click.IntRange(0), default=0, help="从日志的第几条起有效。")
@click.option("--until", "last", type=click.IntRange(0), help="到日志的第几条止；密钥泄露时写最后一个可信的条数。")
@click.option("--to", "path", type=A_FILE, required=True, help="写入的清单文件。")
def sign(root: Path, public: str, first: int, last: int | None, path: Path) -> None:
    """在离线机器上用根密钥签发清单的一行。"""
    try:
        signer = signer_from(root.read_text("ascii"))
        raw = bytes.fromhex(public)
    except (KeyRefused, ValueError) as problem:
        raise click.ClickException("根密钥文件或公钥不对：都应为 64 位十六进制数字。") from problem
    if len(raw) != 32:
        raise click.ClickException("公钥应为 64 位十六进制数字。")
    written(path, sign_line(signer, KeyLine(raw, first, last)).as_file())
    click.echo(f"清单已写入 {path}。请带到本系统上用 flask history keys accept 录入。")


@keys.command("accept")
@click.argument("file", type=READABLE)
@with_appcontext
def accept(file: Path) -> None:
    """录入离线签发的一行清单 FILE。"""
    around: Surroundings = current_app.extensions["banyan"]
    try:
        signed = signed_line_from(file.read_bytes())
    except KeyRefused as problem:
        raise click.ClickException(f"{problem}。") from problem
    now = clock.now()
    refused(lambda: enter_key(db.session(), signed, vault=around.vault, log=around.log, by="cli", now=now))
    click.echo(f"已录入签名密钥 {key_id(signed.line.public)}；根公钥指纹：{fingerprint(signed.root)}")


@keys.command("list")
@with_appcontext
def listing() -> None:
    """列出密钥清单。"""
    for one in key_lines(db.session()):
        until = "起" if one.line.last is None else f"至第 {one.line.last} 条"
        click.echo(f"{key_id(one.line.public)}　第 {one.line.first} 条{until}　根 {fingerprint(one.root)}")


def _new_key(path: Path) -> SoftwareSigner:
    """A key file that its owner alone may read."""
    seed = new_seed()
    written(path, b"")
    path.chmod(0o600)
    path.write_text(seed.hex() + "\n", "ascii")
    return SoftwareSigner(seed)
