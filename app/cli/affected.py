"""Whose dates a change of calendar or limits would move, said before anybody approves it (abuse case 21).

The change is put into force behind a savepoint, the open cases are reckoned again as the worker would, and all of it is
taken back. A few cases at a time, so that people at their desks do not wait.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

import click
from flask import current_app

from app.cli.carry_out import carry_out
from app.db import db
from app.instances.foresee_dates import foresee_dates
from app.instances.recompute_due_dates import open_cases

AT_ONCE = 20
SHOWN = 50
"""Cases named on the terminal without being asked for all."""


def say_affected(approve: Callable[[], object], *, applies: datetime, whole: bool = False) -> None:
    """Print a line for each date that would move.

    Args:
        approve: puts the change into force in the running transaction.
        applies: the instant from which it does.
        whole: every case, not only the first ones.
    """
    cases = [lines for lines in _affected(approve, applies) if lines]
    if not cases:
        click.echo("批准后没有未办结办件的日期会变动。")
        return
    click.echo(f"批准后 {len(cases)} 件未办结办件的日期会变动：")
    for line in (line for lines in (cases if whole else cases[:SHOWN]) for line in lines):
        click.echo(f"  {line}")
    if not whole and len(cases) > SHOWN:
        click.echo(f"  其余 {len(cases) - SHOWN} 件，请用 affected 命令查看。")


def _affected(approve: Callable[[], object], applies: datetime) -> Iterator[tuple[str, ...]]:
    after: str | None = ""
    while after is not None:
        after, found = carry_out(lambda after=after: _behind_a_savepoint(approve, after, applies))  # type: ignore[misc]
        yield from found


def _behind_a_savepoint(
    approve: Callable[[], object], after: str, applies: datetime
) -> tuple[str | None, list[tuple[str, ...]]]:
    session, around = db.session(), current_app.extensions["banyan"]
    point = session.begin_nested()
    try:
        approve()
        cases = open_cases(session, after=after, most=AT_ONCE)
        found = [foresee_dates(session, around, case, now=applies) for case in cases]
    finally:
        point.rollback()
        session.expire_all()
    return (cases[-1] if cases else None), found
