"""Executing many cases again over several processes, each with a connection of its own."""

import gc
import multiprocessing
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from itertools import islice
from time import process_time

from flask import Flask

from app.db import db
from app.instances.surroundings import Surroundings
from app.replay.reexecute import Reexecuted, prove_and_reexecute
from app.replay.replayed import Waiting, waiting

TOGETHER = 50
"""Cases handed to a process at once; what they gave is kept in one transaction."""
AHEAD = 3
"""Parcels that lie ready for each process."""
Parcel = Sequence[Waiting]


@dataclass(frozen=True)
class Given:
    """What became of a parcel, and the seconds of a processor it took."""

    found: list[tuple[Waiting, Reexecuted]]
    seconds: float


class _Here:
    """What a process that was forked finds."""

    app: Flask


def replayed(app: Flask, workers: int) -> Iterator[Given]:
    """What became of each case that waits, parcel by parcel. One worker is this process; more are forked from it."""
    following = iter(partial(_parcel, _cases()), [])
    if workers == 1:
        yield from (_replay(app, parcel) for parcel in following)
        return
    _Here.app = app
    db.session.remove()
    db.engine.dispose()  # a process that is forked shall not share a connection
    with ProcessPoolExecutor(workers, multiprocessing.get_context("fork"), initializer=_begin) as pool:
        pool.submit(_nothing).result()  # all are forked now, before this process opens a connection again
        try:
            yield from _spread(pool, following, workers * AHEAD)
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _cases() -> Iterator[Waiting]:
    yield from waiting(db.session())


def _parcel(cases: Iterator[Waiting]) -> list[Waiting]:
    return list(islice(cases, TOGETHER))


def _nothing() -> None: ...


def _spread(pool: ProcessPoolExecutor, parcels: Iterator[Parcel], ahead: int) -> Iterator[Given]:
    """Never more parcels in hand than keep every process busy: there may be a million cases."""
    running: set[Future[Given]] = {pool.submit(_in_child, parcel) for parcel in islice(parcels, ahead)}
    while running:
        done, running = wait(running, return_when=FIRST_COMPLETED)
        running |= {pool.submit(_in_child, parcel) for parcel in islice(parcels, len(done))}
        for one in done:
            yield one.result()


def _begin() -> None:
    """In a new process: the one who stops the command stops this one too; and live cases are full of cycles, which
    to look for again and again costs a tenth of the time."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()
    gc.set_threshold(20_000, 50, 1000)


def _in_child(parcel: Parcel) -> Given:
    with _Here.app.app_context():
        found = _replay(_Here.app, parcel)
        db.session.remove()
    return found


def _replay(app: Flask, parcel: Parcel) -> Given:
    around: Surroundings = app.extensions["banyan"]
    session, began = db.session(), process_time()
    found = [
        (one, prove_and_reexecute(session, around.vault, one.case, log=around.log, expected=one.head))
        for one in parcel
    ]  # fmt: skip
    session.rollback()
    return Given(found, process_time() - began)
