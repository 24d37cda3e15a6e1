"""flask demo: the demonstration's people, places and processes; a second run adds only what is missing."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from app import clock
from app.calendar.versions import latest, load_seed
from app.catalogue.bundle import read_folder
from app.catalogue.process_settings import read_settings
from app.catalogue.publish import publish
from app.cli.demo_cases import tell_all
from app.db import db, in_transaction
from app.errors import Refusal
from app.history.demo_keys import demo_line
from app.history.keys import enter_key, key_lines
from app.identity.demo import OTHERS, demo_groups, load_demo_people
from app.identity.division_register import seed_divisions
from app.identity.roles import role_name
from app.settings import Settings
from app.texts import sentence


@click.command()
@with_appcontext
def demo() -> None:
    """装入演示数据：区划、单位、人员、工作日历、流程、虚构的办件。"""
    settings: Settings = current_app.extensions["banyan_settings"]
    if not settings.demo:
        raise click.ClickException("演示数据只能装入演示模式（BANYAN_MODE=demo）的系统。")
    load_demo(Path(current_app.root_path).parent / "workflows", settings.demo_password)
    click.echo("正在办理虚构的演示案件，只在第一次，约十几秒……", err=True)
    told = tell_all(current_app.extensions["banyan"], clock.now())
    click.echo(f"演示案件：{f'办了 {told} 步' if told else '已经在库里，没有再添'}。")
    _say_people(settings.demo_password)


def _say_people(password: str) -> None:
    """The people one signs in as, the main job first; the others are on the sign-in page."""
    click.echo(f"演示人员（密码均为 {password}；登录页上点名字即可）：")
    for title, people in demo_groups().items():
        if title == OTHERS:
            click.echo(f"  另有{title} {len(people)} 人，见登录页。")
            continue
        click.echo(f"  {title}")
        for person in people:
            posts = "、".join(role_name(grant.role) for grant in person.grants)
            click.echo(f"    {person.login:<14} {person.name}　{posts}")


def load_demo(workflows: Path, password: str) -> None:
    """Everything the demonstration needs, each part in a transaction of its own."""
    now = clock.now()
    in_transaction(lambda: seed_divisions(db.session()))
    in_transaction(lambda: latest(db.session()) or load_seed(db.session(), now))
    in_transaction(lambda: load_demo_people(db.session(), password, now))
    in_transaction(_demo_keys)
    for key in in_order(workflows):
        try:
            in_transaction(
                lambda key=key: publish(  # type: ignore[misc]
                    db.session(), read_folder(workflows, workflows.parent / "forms", key), by="demo", now=now
                )
            )
        except Refusal as refusal:
            raise click.ClickException(f"{key}：{sentence(refusal)}") from refusal


def _demo_keys() -> None:
    """The demonstration's own root key lists its signing key; outside demo mode keys are made by people."""
    settings, around = current_app.extensions["banyan_settings"], current_app.extensions["banyan"]
    line = demo_line(settings.vault_key)
    if not settings.signing_key and not key_lines(db.session()):
        enter_key(db.session(), line, vault=around.vault, log=around.log, by="demo", now=clock.now())


def in_order(workflows: Path) -> list[str]:
    """Keys of the processes, those that are called before those that call them."""
    calls = {
        folder.name: read_settings((folder / "process.toml").read_text("utf-8")).called
        for folder in sorted(workflows.iterdir())
        if (folder / "process.toml").is_file()
    }
    ordered: list[str] = []

    def add(key: str) -> None:
        for called in calls.get(key, ()):
            add(called)
        if key not in ordered:
            ordered.append(key)

    for key in calls:
        add(key)
    return ordered
