"""flask bench scale: pages, search, a completed task and due timers on the filled database, beside one with the
demonstration alone, by turns in one run."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import TypeVar

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade
from sqlalchemy import func, select

from app import clock, settings
from app.cli.bench.approval import FACTORY
from app.cli.bench.databases import own_database
from app.cli.bench.desk import Desk
from app.cli.bench.door import Inside
from app.cli.bench.firing import Fired, fire, published
from app.cli.bench.table import padded
from app.cli.demo import load_demo
from app.cli.demo_cases import tell_all
from app.db import db
from app.instances.models import Instance

TURNS = 15
T = TypeVar("T")


@dataclass(frozen=True)
class Seen:
    """Median milliseconds and statements of one act."""

    ms: float
    statements: int


@click.command("scale")
@click.option("--timers", default=10_000, show_default=True, type=click.IntRange(0), help="同时到期的定时器。")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="另将结果写入此文件。")
@with_appcontext
def scale(timers: int, json_file: Path | None) -> None:
    """在 flask bench fill 填充过的库（DATABASE_URL）与只有演示办件的空库上，比较同样的事要多久。"""
    known: settings.Settings = current_app.extensions["banyan_settings"]
    create_app: Callable[[settings.Settings], Flask] = current_app.extensions[FACTORY]
    if not known.demo:
        raise click.ClickException("基准不在生产系统上运行。请在演示模式下运行。")
    with own_database(known.database_url) as own:
        apps = [create_app(settings.read({**os.environ, "DATABASE_URL": url})) for url in (own.url, known.database_url)]
        with apps[0].app_context():
            _told(known.demo_password)
        sizes = [
            _inside(app, lambda: db.session.scalar(select(func.count()).select_from(Instance)) or 0) for app in apps
        ]
        seen = _by_turns(apps, known.demo_password)
        urls = (own.url, known.database_url)
        fired = [fire(app, url, timers) for app, url in zip(apps, urls, strict=True)] if timers else []
        for app in apps:
            _inside(app, lambda: db.engine.dispose())
    if json_file is not None:
        told = {act: [asdict(one) for one in both] for act, both in seen.items()}
        json_file.write_text(
            json.dumps(
                {"cases": sizes, "acts": told, "timers": [asdict(one) for one in fired]}, ensure_ascii=False, indent=2
            )
        )
    for line in lines(sizes, seen, fired):
        click.echo(line)


def lines(sizes: Sequence[int], seen: dict[str, tuple[Seen, Seen]], fired: Sequence[Fired]) -> Iterator[str]:
    yield f"{padded('', 22)}{padded(f'{sizes[0]} 件', 22)}{padded(f'{sizes[1]} 件', 22)}倍"
    for act, (empty, full) in seen.items():
        cells = (f"{one.ms:.1f} ms，{one.statements} 条" for one in (empty, full))
        yield padded(act, 22) + "".join(padded(cell, 22) for cell in cells) + f"{full.ms / empty.ms:.1f}"
    if fired:
        cells = (f"{one.a_second:.0f} 个/秒，{one.ms:.1f} ms" for one in fired)
        times = f"{fired[1].seconds / fired[0].seconds:.1f}"
        yield padded(f"{fired[0].timers} 个定时器", 22) + "".join(padded(c, 22) for c in cells) + times


def _told(password: str) -> None:
    root = Path(current_app.root_path).parent
    upgrade(directory=str(root / "migrations"))
    load_demo(root / "workflows", password)
    tell_all(current_app.extensions["banyan"], clock.now())


def _by_turns(apps: Sequence[Flask], password: str) -> dict[str, tuple[Seen, Seen]]:
    desks = [Desk(app, password) for app in apps]
    found: dict[str, tuple[Seen, Seen]] = {}
    for act in desks[0].acts:
        samples: tuple[list[tuple[float, int]], ...] = ([], [])
        for turn in range(TURNS + 2):
            for desk, into in zip(desks, samples, strict=True):
                seen = desk.do(act)
                if turn >= 2:
                    into.append(seen)
        empty, full = (Seen(median(ms for ms, _ in one), max(n for _, n in one)) for one in samples)
        found[act] = (empty, full)
    found["办结一步"] = (_completed(apps[0]), _completed(apps[1]))
    return found


def _completed(app: Flask) -> Seen:
    def command() -> Seen:
        door = Inside(app, published())
        steps = []
        for _ in range(TURNS):
            task = door.waiting(door.start())
            assert task is not None
            steps.append(door.complete(task))
        return Seen(median(one.ms for one in steps), max(one.statements for one in steps))

    return _inside(app, command)


def _inside(app: Flask, command: Callable[[], T]) -> T:
    with app.app_context():
        try:
            return command()
        finally:
            db.session.remove()
