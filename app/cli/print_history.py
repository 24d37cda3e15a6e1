"""flask history print"""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import or_, select

from app import clock
from app.cli.sealed_log import NETWORK, already, refused, written
from app.db import db
from app.documents.typeset import typeset
from app.errors import Refusal
from app.identity.actor import load_actor_by_login
from app.instances.models import Instance
from app.instances.surroundings import Surroundings
from app.replay.print_history import Printing, gather, record_print
from app.texts import sentence


@click.command("print")
@click.argument("case")
@click.option("--to", "path", type=click.Path(path_type=Path), required=True, help="写入的 PDF 文件。")
@click.option("--by", "login", required=True, help="审计员的登录名；打印记在其名下。")
@click.option("--purpose", required=True, help="用途，记入查阅登记，印在封面。")
@click.option("--whole", is_flag=True, help="含个人信息；不写时隐去。")
@with_appcontext
def print_history(case: str, path: Path, login: str, purpose: str, whole: bool) -> None:
    """打印 CASE 一件的办件经过，可供归档和提交法院。"""
    if path.exists():
        raise already(path)
    try:
        printing = _gathered(case, login, purpose, whole)
        db.session.remove()  # nothing is held open while pages are set
        content = typeset(printing.document, patience=None)
    except Refusal as refusal:
        raise click.ClickException(sentence(refusal)) from refusal
    # First on the access record, then handed out.
    refused(lambda: record_print(db.session(), printing, now=clock.now()))
    written(path, content)
    click.echo(f"已打印 {path}（{len(content)} 字节）。")


def _gathered(case: str, login: str, purpose: str, whole: bool) -> Printing:
    around: Surroundings = current_app.extensions["banyan"]
    session, now = db.session(), clock.now()
    found = session.scalar(select(Instance.id).where(or_(Instance.id == case, Instance.number == case)))
    by = load_actor_by_login(session, login, clock.legal_day(now))
    return gather(session, around, found or case, by=by, whole=whole, purpose=purpose, network=NETWORK, now=now)
