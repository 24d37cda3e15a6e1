"""flask history seal · checkpoint · fingerprint · export"""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import or_, select

from app import clock
from app.cli.duties import chain_everything
from app.cli.right_key import must_have_the_key
from app.db import db, in_transaction
from app.errors import Refusal
from app.history.keys import root_key
from app.history.last_heads import last_heads
from app.history.lodged_file import as_lodged
from app.history.seal import Sealed
from app.history.sealed_log import size_of
from app.history.signing import fingerprint as printed
from app.identity.actor import Actor, load_actor_by_login
from app.instances.attached import Attached
from app.instances.export_case import VERIFIER, Export, export_case, files_to_export
from app.instances.models import Instance
from app.instances.seal_log import seal_log, sign_log
from app.instances.surroundings import Surroundings
from app.texts import sentence

T = TypeVar("T")
NETWORK = "cli"
MOST_BY_COMMAND = 1024**3
"""Bytes of originals in one file: twice as many are held while it is made."""


def refused(act: Callable[[], T]) -> T:
    """One act in one transaction; a refusal is a sentence."""
    try:
        return in_transaction(act)
    except Refusal as refusal:
        raise click.ClickException(sentence(refusal)) from refusal


def written(path: Path, content: bytes) -> None:
    """A new file; one that is there is left alone."""
    try:
        # For nobody else on this machine: it may hold a child's whole file.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
    except FileExistsError as problem:
        raise already(path) from problem
    except OSError as problem:
        raise click.ClickException(f"文件 {path} 写不了，请核对文件夹和权限。") from problem


def already(path: Path) -> click.ClickException:
    return click.ClickException(f"文件 {path} 已经存在，没有覆盖。请另取文件名。")


@click.command()
@with_appcontext
def seal() -> None:
    """立即封存还没有封存的步骤（后台进程每十分钟做一次）。"""
    done = everything_sealed()
    for case in done.refused:
        click.echo(f"办件 {case} 与已封存的内容不符，没有封存。请运行 flask history verify {case}。")
    raise SystemExit(1 if done.refused else 0)


def everything_sealed() -> Sealed:
    """In as many transactions as it takes; the last one's news."""
    must_have_the_key()
    chain_everything(current_app.extensions["banyan"])
    added, done = 0, Sealed(0, 0, more=True)
    while done.more:
        done = refused(lambda: seal_log(db.session(), now=clock.now()))
        added += done.added
    click.echo(f"新封存 {added} 条，日志共 {done.size} 条。")
    return done


@click.command()
@click.option("--to", "path", type=click.Path(path_type=Path), help="另存为文件，交由上级、邻近机关或时间戳机构保存。")
@with_appcontext
def checkpoint(path: Path | None) -> None:
    """封存并生成签名的检查点，含各件链头的树。"""
    around: Surroundings = current_app.extensions["banyan"]
    everything_sealed()
    last_heads(db.session(), size_of(db.session())).root()  # before the log is locked
    db.session.rollback()
    done = refused(lambda: sign_log(db.session(), around, now=clock.now(), complete=True))
    if done is None:
        raise click.ClickException("还没有任何记录可以封存，没有生成检查点。")
    click.echo(f"检查点 {done.number}：日志 {done.size} 条，{done.said['cases']} 件，根 {done.said['root']}。")
    if path:
        written(path, as_lodged(db.session(), done))
        click.echo(f"已写入 {path}。核对时用 flask history verify --against {path}。")


@click.command()
@with_appcontext
def fingerprint() -> None:
    """显示根公钥指纹，供公告和核验（--trust）。"""
    found = root_key(db.session())
    if found is None:
        raise click.ClickException("密钥清单是空的。请先用 flask history keys 生成并录入密钥。")
    click.echo(f"根公钥指纹：{printed(found)}")
    click.echo(f"核验程序 banyan_verify.py 的 SHA-256：{hashlib.sha256(VERIFIER.read_bytes()).hexdigest()}")


@click.command()
@click.argument("case")
@click.option("--to", "path", type=click.Path(path_type=Path), required=True, help="写入的 zip 文件。")
@click.option("--by", "login", required=True, help="审计员的登录名；导出记在其名下。")
@click.option("--purpose", required=True, help="用途，记入查阅登记。")
@click.option("--whole", is_flag=True, help="含个人信息；不写时隐去。")
@click.option("--with-files", "with_files", is_flag=True, help="连同附件原件，须同时写 --whole。")
@with_appcontext
def export(case: str, path: Path, login: str, purpose: str, whole: bool, with_files: bool) -> None:
    """导出 CASE 一件的档案包，连同核验程序。"""
    around: Surroundings = current_app.extensions["banyan"]
    if path.exists():
        raise already(path)
    now = clock.now()

    def who_and_what() -> tuple[Actor, str]:
        found = db.session().scalar(select(Instance.id).where(or_(Instance.id == case, Instance.number == case)))
        return load_actor_by_login(db.session(), login, clock.legal_day(now)), found or case

    def read() -> tuple[Attached, ...]:
        by, id_ = who_and_what()
        return files_to_export(
            db.session(), around, id_, by=by, whole=whole, purpose=purpose, now=now, most=MOST_BY_COMMAND
        )

    files = refused(read) if with_files else None

    def command() -> Export:
        by, id_ = who_and_what()
        return export_case(  # at the time of now: reading the originals may have taken long
            db.session(),
            around,
            id_,
            by=by,
            whole=whole,
            purpose=purpose,
            network=NETWORK,
            now=clock.now(),
            files=files,
        )

    # First on the access record, then handed out.
    content = refused(command).content
    written(path, content)
    click.echo(f"已导出 {path}（{len(content)} 字节）。核验：python3 -I banyan_verify.py {path} --trust 指纹")
