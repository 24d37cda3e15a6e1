"""flask history extract"""

import click
from flask import current_app
from flask.cli import with_appcontext

from app import clock
from app.cli.sealed_log import NETWORK, refused
from app.db import db
from app.errors import Refusal
from app.identity.actor import load_actor_by_login
from app.instances.surroundings import Surroundings
from app.replay.file_requests.extract_file import gather_file, keep_file, set_file
from app.texts import sentence


@click.command("extract")
@click.argument("request")
@click.option("--by", "login", required=True, help="档案员的登录名；提取记在其名下。")
@with_appcontext
def extract_file(request: str, login: str) -> None:
    """提取 REQUEST 一次已批准的调卷，不限时间；之后由档案员在页面下载。"""
    around: Surroundings = current_app.extensions["banyan"]
    now = clock.now()
    try:
        by = load_actor_by_login(db.session(), login, clock.legal_day(now))
        drawn = gather_file(db.session(), around, request, by=by, network=NETWORK, now=now)
        db.session.remove()  # nothing is held open while pages are set
        content = set_file(drawn, patience=None)
    except Refusal as refusal:
        raise click.ClickException(sentence(refusal)) from refusal
    made = refused(lambda: keep_file(db.session(), around, request, drawn, content, by=by, now=clock.now()).sha256)
    click.echo(f"已提取（{len(content)} 字节），SHA-256 {made}。请由档案员在调卷页面下载。")
