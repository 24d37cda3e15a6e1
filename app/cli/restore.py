"""flask restore check: whether a restored database and the keys of the settings belong together (docs/restore.md)."""

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from app.db import db
from app.errors import Refusal
from app.history.keys import check_signers
from app.history.models import HistoryEvent
from app.history.right_key import other_keys
from app.history.sealed_log import size_of
from app.instances.right_index import index_key_fits
from app.instances.surroundings import Surroundings
from app.texts import sentence
from app.vault import SealBroken


@click.group()
def restore() -> None:
    """恢复演练"""


@restore.command("check")
@with_appcontext
def check() -> None:
    """核对恢复的数据库与现用密钥是否配套；任何一项不符时退出码为 1。不改动任何内容。"""
    around: Surroundings = current_app.extensions["banyan"]
    session = db.session()
    wrong = [
        f"VAULT_KEY 不对：{count} 个数据密钥由 {kek_id} 加密，现用的是 {around.vault.kek_id}。请换上原来的密钥。"
        for kek_id, count in other_keys(session, around.vault)
    ]
    if not wrong and not _index_fits(around):
        wrong.append("INDEX_KEY 不对：按姓名查不到已有的办件。请换上原来的密钥，否则查找不报错也查不到。")
    try:
        check_signers(session, around.signers, size_of(session))
    except Refusal as refusal:
        wrong.append(sentence(refusal))
    for said in wrong:
        click.echo(said)
    if wrong:
        raise SystemExit(1)
    empty = session.scalar(select(HistoryEvent.case).limit(1)) is None
    click.echo("库里还没有记录，任何密钥都可以用。" if empty else "密钥与数据库配套。")
    click.echo(
        "接着运行 flask history verify --against 外存的检查点、flask instances check、flask history replay --all。"
    )


def _index_fits(around: Surroundings) -> bool:
    try:
        return index_key_fits(db.session(), around.vault)
    except SealBroken:
        return False
