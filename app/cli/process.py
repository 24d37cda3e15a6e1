"""flask process lint, publish, import, walk PATH · flask process migrate KEY"""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from app import clock
from app.catalogue.lint import lint_bundle
from app.catalogue.models import Definition
from app.catalogue.publish import publish
from app.catalogue.two_publishers import check_two_publishers
from app.cli.bundles import beside, read_bundle, say
from app.cli.importing import import_command, walk_command
from app.cli.migrate import migrate
from app.db import db, in_transaction
from app.errors import Refusal
from app.identity.actor import load_actor_by_login
from app.texts import sentence


@click.group()
def process() -> None:
    """流程包：检查与发布"""


process.add_command(migrate)


@process.command("lint")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
def lint(path: Path) -> None:
    """检查 PATH（workflows/<key>）中的流程图、决策表和表单。"""
    errors = say(lint_bundle(read_bundle(path), beside(path)))
    raise SystemExit(1 if errors else 0)


@process.command("publish")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--by", help="起草人用户名；启用双人发布时必填。")
@click.option("--approver", help="批准人用户名，须是另一位政策岗；启用双人发布时必填。")
@with_appcontext
def publish_command(path: Path, by: str | None, approver: str | None) -> None:
    """发布 PATH（workflows/<key>）；被调用的流程须先发布。"""
    bundle = read_bundle(path)

    def command() -> Definition:
        author, second = _publishers(by, approver)
        return publish(db.session(), bundle, by=author, approved_by=second, now=clock.now())

    try:
        row = in_transaction(command)
    except Refusal as refusal:
        raise click.ClickException(sentence(refusal)) from refusal
    click.echo(f"已发布 {row.title}（{row.key}）第 {row.version} 版，摘要 {row.digest[:12]}")


def _publishers(by: str | None, approver: str | None) -> tuple[str, str | None]:
    """Ids of who brings the version and who approves it."""
    if not current_app.extensions["banyan"].four_eyes:
        return by or "cli", approver
    if not by or not approver:
        raise Refusal("publish_needs_two", 403)
    today = clock.legal_day(clock.now())
    author, second = (load_actor_by_login(db.session(), login, today) for login in (by, approver))
    check_two_publishers(author, second)
    return author.id, second.id


process.add_command(import_command)
process.add_command(walk_command)
