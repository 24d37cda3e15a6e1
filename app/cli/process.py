"""flask process lint PATH · flask process publish PATH"""

from pathlib import Path

import click
from flask.cli import with_appcontext

from app import clock
from app.catalogue.bundle import Bundle, read_folder
from app.catalogue.lint import lint_bundle
from app.catalogue.publish import publish
from app.db import db, in_transaction
from app.errors import Refusal
from app.texts import sentence


@click.group()
def process() -> None:
    """流程包：检查与发布"""


@process.command("lint")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
def lint(path: Path) -> None:
    """检查 PATH（workflows/<key>）中的流程图、决策表和表单。"""
    findings = lint_bundle(_read(path), _others(path))
    for finding in findings:
        click.echo(f"{'错误' if finding.severity == 'error' else '提醒'}  {finding.element}  {finding.name}")
        click.echo(f"    {finding.message}{finding.remedy}")
    errors = sum(finding.severity == "error" for finding in findings)
    click.echo(f"共 {errors} 处错误，{len(findings) - errors} 处提醒。")
    raise SystemExit(1 if errors else 0)


@process.command("publish")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@with_appcontext
def publish_command(path: Path) -> None:
    """发布 PATH（workflows/<key>）；被调用的流程须先发布。"""
    bundle = _read(path)
    try:
        row = in_transaction(lambda: publish(db.session(), bundle, by="cli", now=clock.now()))
    except Refusal as refusal:
        raise click.ClickException(sentence(refusal)) from refusal
    click.echo(f"已发布 {row.title}（{row.key}）第 {row.version} 版，摘要 {row.digest[:12]}")


def _read(path: Path) -> Bundle:
    folder = path.resolve()
    try:
        return read_folder(folder.parent, folder.parent.parent / "forms", folder.name)
    except Refusal as refusal:
        raise click.ClickException(sentence(refusal)) from refusal


def _others(path: Path) -> dict[str, Bundle]:
    """Bundles beside this one, for the processes it calls."""
    workflows = path.resolve().parent
    keys = [folder.name for folder in workflows.iterdir() if (folder / "process.bpmn").is_file()]
    return {key: read_folder(workflows, workflows.parent / "forms", key) for key in keys}
