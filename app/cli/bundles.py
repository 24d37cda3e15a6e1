"""Bundles as folders: reading one from where its path points, writing one, saying what was found in it."""

from collections.abc import Iterable
from pathlib import Path

import click

from app.catalogue.bundle import Bundle, read_folder
from app.engine.model import Finding
from app.errors import Refusal
from app.texts import sentence

WORDS = {"error": "错误", "warning": "提醒", "notice": "改动"}


def read_bundle(path: Path) -> Bundle:
    """The bundle of `workflows/<key>` and `forms/<key>`. A refusal ends the command."""
    folder = path.resolve()
    try:
        return read_folder(folder.parent, folder.parent.parent / "forms", folder.name)
    except Refusal as refusal:
        raise click.ClickException(sentence(refusal)) from refusal


def beside(path: Path) -> dict[str, Bundle]:
    """Bundles beside this one, for the processes it calls."""
    workflows = path.resolve().parent
    keys = [folder.name for folder in workflows.iterdir() if (folder / "process.bpmn").is_file()]
    return {key: read_folder(workflows, workflows.parent / "forms", key) for key in keys}


def write_bundle(bundle: Bundle, to: Path) -> Path:
    """Write `workflows/<key>/` and `forms/<key>/` under the folder; nothing that is there is written over."""
    folder, forms = to / "workflows" / bundle.key, to / "forms" / bundle.key
    for taken in (folder, forms):
        if taken.exists():
            raise click.ClickException(f"{taken} 已经存在，没有写入。请换一个 --key，或先移走它。")
    for path, text in bundle.of(bundle.key).items():
        file = forms / path.removeprefix("forms/") if path.startswith("forms/") else folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def say(findings: Iterable[Finding]) -> int:
    """Print each; gives how many are errors."""
    found = list(findings)
    for one in found:
        click.echo(f"{WORDS[one.severity]}  {one.element}  {one.name}".rstrip())
        click.echo(f"    {one.message}{one.remedy}")
    counts = {severity: sum(one.severity == severity for one in found) for severity in WORDS}
    changed = f"，{counts['notice']} 处改动" if counts["notice"] else ""
    click.echo(f"共 {counts['error']} 处错误，{counts['warning']} 处提醒{changed}。")
    return counts["error"]
