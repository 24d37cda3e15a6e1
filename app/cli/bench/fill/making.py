"""Making batches of copies, in this process or in several, each with a connection of its own."""

import gc
import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cli.bench.fill.batches import Batch, note, take_time
from app.cli.bench.fill.copies import Copy, Pattern, Row
from app.cli.bench.fill.mix import Share, chosen
from app.cli.bench.fill.templates import read_templates
from app.cli.bench.fill.writing import Writer, writer
from app.db import db, in_transaction
from app.identity.models import Division
from app.instances.surroundings import Surroundings


class Maker:
    """Patterns are read once; those for a division are made when the first copy there is."""

    def __init__(self, app: Flask, shares: Sequence[Share]) -> None:
        self._app, self.shares = app, shares
        self._around: Surroundings = app.extensions["banyan"]
        self._there: dict[tuple[str, str], Pattern] = {}
        counties = select(Division.code).where(Division.code.startswith("45"), Division.level == 6)
        with app.app_context():
            session = db.session()
            take_time(session)
            self._divisions = sorted(session.scalars(counties))
            self._patterns = self._read(session)
            db.session.remove()
            db.engine.dispose()

    def _read(self, session: Session) -> Mapping[str, Pattern]:
        ids = [one.case for one in self.shares]
        templates = read_templates(session, self._around.vault, ids=ids)
        return {one.instance["id"]: Pattern(one, self._around.log) for one in templates}

    def make(self, batch: Batch) -> int:
        """One transaction; gives the number of cases."""
        with self._app.app_context():
            gathered = self._writer.gathered(chain.from_iterable(self._rows(batch)))
            in_transaction(lambda: self._write(batch, gathered))
            db.session.remove()
        return batch.size

    def _write(self, batch: Batch, gathered: Mapping[str, Any]) -> None:
        take_time(db.session())
        note(db.session(), batch)
        self._writer.write(db.session().connection(), gathered)

    @cached_property
    def _writer(self) -> Writer:
        with db.engine.connect() as connection:
            return writer(connection)

    def _rows(self, batch: Batch) -> Iterator[Iterator[Row]]:
        shares = [one for one in self.shares if one.kind == batch.kind]
        for number in range(batch.first, batch.first + batch.size):
            pattern = self._at(*chosen(batch.kind, number, shares, self._divisions))
            yield Copy(pattern, 2 * number + (batch.kind == "open"), vault=self._around.vault).rows()

    def _at(self, case: str, division: str) -> Pattern:
        if (case, division) not in self._there:
            self._there[case, division] = self._patterns[case].at(division)
        return self._there[case, division]


class _Here:
    """What a process that was forked finds."""

    maker: Maker


def make_all(maker: Maker, batches: Sequence[Batch], workers: int) -> Iterator[int]:
    """Sizes of batches as they are done. One worker is this process; more are forked from it."""
    if workers == 1:
        yield from map(maker.make, batches)
        return
    _Here.maker = maker
    with multiprocessing.get_context("fork").Pool(workers, gc.disable) as pool:  # rows have no cycles to look for
        yield from pool.imap_unordered(_make, batches)


def _make(batch: Batch) -> int:
    return _Here.maker.make(batch)
