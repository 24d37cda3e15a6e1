"""flask bench fill --closed N --open M: the cases of the demonstration made again, until there are that many.

Each batch is one transaction and counts itself, so what was interrupted goes on where it stopped.
"""

import random
import sys
from collections.abc import Sequence
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade
from sqlalchemy import func, select, text

from app import clock
from app.cli.bench.fill.copies import Copy, Place, Rows, insert_rows
from app.cli.bench.fill.templates import Template, persons_of, read_templates, template_ids
from app.cli.demo import load_demo
from app.cli.demo_cases import tell_all
from app.db import db, in_transaction
from app.identity.models import Division
from app.instances.models import Instance
from app.instances.surroundings import Surroundings
from app.settings import Settings

BATCH = 500
"""Cases of one transaction."""
TABLES = (
    "CREATE TABLE IF NOT EXISTS bench_fill (closed INTEGER NOT NULL, open INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS bench_pattern (id VARCHAR PRIMARY KEY)",
)
"""How far it has come, and which cases are copied."""


@click.command("fill")
@click.option("--closed", default=1_000_000, show_default=True, type=click.IntRange(0), help="已办结的件数。")
@click.option("--open", "open_", default=100_000, show_default=True, type=click.IntRange(0), help="在办的件数。")
@with_appcontext
def fill(closed: int, open_: int) -> None:
    """把演示办件复制成许多件，写入 DATABASE_URL 的演示库；中断后再运行会接着做。"""
    known: Settings = current_app.extensions["banyan_settings"]
    if not known.demo:
        raise click.ClickException("只往演示模式（BANYAN_MODE=demo）的库里填充。")
    around: Surroundings = current_app.extensions["banyan"]
    done = _prepared(known, around)
    for kind, wanted, so_far in (("closed", closed, done[0]), ("open", open_, done[1])):
        _fill(around, kind, wanted, so_far)
    click.echo(f"库中共有 {in_transaction(_cases)} 件。")


def _prepared(known: Settings, around: Surroundings) -> tuple[int, int]:
    """How many were copied before. Raises ClickException where cases lie that no demonstration told."""
    upgrade(directory=str(Path(current_app.root_path).parent / "migrations"))
    for table in TABLES:
        in_transaction(lambda table=table: db.session.execute(text(table)))  # type: ignore[misc]
    counted = in_transaction(lambda: db.session.execute(text("SELECT closed, open FROM bench_fill")).one_or_none())
    if counted is not None:
        return counted.closed, counted.open
    if in_transaction(_cases):
        raise click.ClickException("库里已有办件，而且不是由本命令填充的；请给它一个空库。")
    load_demo(Path(current_app.root_path).parent / "workflows", known.demo_password)
    tell_all(around, clock.now())
    in_transaction(_begun)
    return 0, 0


def _begun() -> None:
    patterns = [{"id": one} for one in template_ids(db.session())]
    db.session.execute(text("INSERT INTO bench_pattern VALUES (:id)"), patterns)
    db.session.execute(text("INSERT INTO bench_fill VALUES (0, 0)"))


def _cases() -> int:
    return db.session.scalar(select(func.count()).select_from(Instance)) or 0


def _fill(around: Surroundings, kind: str, wanted: int, done: int) -> None:
    session = db.session()
    ids = list(session.scalars(text("SELECT id FROM bench_pattern ORDER BY id")))
    patterns = [one for one in read_templates(session, around.vault, ids=ids) if one.closed == (kind == "closed")]
    counties = list(session.scalars(select(Division.code).where(Division.code.startswith("45"), Division.level == 6)))
    db.session.remove()
    label = {"closed": "已办结", "open": "在办"}[kind]
    with click.progressbar(length=max(0, wanted - done), label=label, file=sys.stderr) as progress:
        while done < wanted:
            size = min(BATCH, wanted - done)
            in_transaction(lambda done=done, size=size: _batch(around, kind, patterns, counties, done, size))  # type: ignore[misc]
            db.session.remove()
            done += size
            progress.update(size)


def _batch(
    around: Surroundings, kind: str, patterns: Sequence[Template], counties: Sequence[str], done: int, size: int
) -> None:
    found: Rows = {}
    for number in range(done, done + size):
        chance = random.Random(f"{kind}{number}")
        template = chance.choice(patterns)
        place = _place(template, chance.choice(counties))
        copy = Copy(template, 2 * number + (kind == "open"), place, vault=around.vault, log=around.log)
        for table, rows in copy.rows().items():
            found.setdefault(table, []).extend(rows)
    insert_rows(db.session(), found)
    db.session.execute(text(f"UPDATE bench_fill SET {kind} = :done"), {"done": done + size})


def _place(template: Template, division: str) -> Place:
    """The pattern's own people in their own county; elsewhere people nobody signs in as, the same for all its cases."""
    if division == template.instance["division"]:
        return Place(division, {})
    return Place(division, {one: str(uuid5(NAMESPACE_OID, f"{division}{one}")) for one in persons_of(template)})
