"""flask history replay CASE | --all: executes what was recorded again, step by step, and compares."""

import os
import sys
from time import perf_counter

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from app.cli.known_case import known_case
from app.cli.replaying import replayed
from app.cli.right_key import must_have_the_key
from app.db import db, in_transaction
from app.instances.heads import recorded_heads
from app.instances.surroundings import Surroundings
from app.replay.reexecute import Reexecuted, prove_and_reexecute
from app.replay.replayed import Counts, count_known, count_waiting, forget, keep

MOST = 20
"""Divergent cases named in the summary; each was told when it was found."""


@click.command("replay")
@click.argument("case", required=False)
@click.option("--all", "everything", is_flag=True, help="全部办件（不写 CASE 时即是）。中断后再运行会接着做。")
@click.option("--again", is_flag=True, help="全部重新读过，包括上次已一致、此后没有增长的办件。")
@click.option("--workers", type=click.IntRange(1), help="同时工作的进程数，默认用上全部处理器核心。")
@with_appcontext
def replay(case: str | None, everything: bool, again: bool, workers: int | None) -> None:
    """核对记录链，并按当时的流程定义重演全部（或 CASE 一件），逐步比对状态摘要和经过。"""
    if case and everything:
        raise click.UsageError("CASE 与 --all 只能写一个。")
    must_have_the_key()
    if case:
        _one(case)
    else:
        _all(again, workers or len(os.sched_getaffinity(0)))


def _one(named: str) -> None:
    around: Surroundings = current_app.extensions["banyan"]
    session = db.session()
    case = known_case(session, named) or named
    head = recorded_heads(session, case).get(case)
    found = prove_and_reexecute(session, around.vault, case, log=around.log, expected=head)
    if found.erased:
        click.echo(f"{named}：内容已依法销毁，不可重演。")
    elif found.same:
        click.echo(f"{named}：一致 {found.events}/{found.events}。")
    else:
        click.echo(_differs(found))
    raise SystemExit(0 if found.same else 1)


def _all(again: bool, workers: int) -> None:
    if again:
        in_transaction(lambda: forget(db.session()))
    session = db.session()
    known, left = count_known(session), count_waiting(session)
    session.rollback()
    if known.cases:
        click.echo(f"上次已重演 {known.cases} 件，此后没有增长，不再重读；从余下 {left.cases} 件接着做。")
    found = _Sum(known)
    began = perf_counter()
    try:
        _run(found, left, workers)
    except KeyboardInterrupt as stop:
        raise click.ClickException(f"已停下：本次重演 {found.cases} 件。再运行一次会接着做。") from stop
    found.say(perf_counter() - began)
    raise SystemExit(1 if found.differing else 0)


def _run(found: "_Sum", left: Counts, workers: int) -> None:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    with click.progressbar(length=left.entries, label="重演", file=sys.stderr) as progress:
        for given in replayed(app, workers):
            in_transaction(lambda given=given: keep(db.session(), given.found))  # type: ignore[misc]
            progress.update(sum(one.head.seq for one, _ in given.found if one.head))
            found.seconds += given.seconds
            for _, one in given.found:
                found.take(one)


class _Sum:
    """What was found so far, this time and before."""

    def __init__(self, known: Counts) -> None:
        self.known, self.cases, self.events, self.seconds = known, 0, 0, 0.0
        self.erased: list[str] = []
        self.differing: list[Reexecuted] = []

    def take(self, one: Reexecuted) -> None:
        self.cases, self.events = self.cases + 1, self.events + one.events
        if one.erased:
            self.erased.append(one.case)
        if not one.same:
            self.differing.append(one)
            click.echo(_differs(one))

    def say(self, wall: float) -> None:
        for case in self.erased[:MOST]:
            click.echo(f"{case}：内容已依法销毁，不可重演。")
        if len(self.erased) > MOST:
            click.echo(f"另有 {len(self.erased) - MOST} 件内容已依法销毁，不可重演。")
        if self.events:
            rates = (
                f"历时 {wall:.0f} 秒，每秒 {self.events / wall:.0f} 个；每处理器秒 {self.events / self.seconds:.0f} 个"
            )
            click.echo(f"本次重演 {self.cases} 件、{self.events} 个事件，{rates}。")
        cases, events = self.cases + self.known.cases, self.events + self.known.entries
        verdict = f"不一致 {len(self.differing)} 件" if self.differing else "全部一致"
        same = cases - len(self.differing)
        click.echo(f"重演 {cases} 件、{events} 个事件：{verdict}（一致 {same}/{cases}）。")
        for one in self.differing[:MOST]:
            click.echo(f"不一致  {one.case}  第 {one.seq} 步")
        if len(self.differing) > MOST:
            click.echo(f"不一致的另有 {len(self.differing) - MOST} 件，见上。")


def _differs(one: Reexecuted) -> str:
    return f"{one.case}：重演到第 {one.seq} 步与记录不同：{one.difference}"
