"""The wall around DBOS, the engine that carries errands from worker to worker: the only place that knows it.

Handed over inside the caller's transaction, an errand is begun by whichever worker is free, in a thread of that worker; the
loop waits for none. What a dead worker had begun is begun again by another: DBOS does that by itself only for a worker that
comes back under its old name, so heartbeats say who is dead (`app.jobs.beats`).
"""

import logging
import os
import socket
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions
from dbos._error import DBOSInitializationError
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from app import clock
from app.db import db, in_transaction
from app.errors import traced
from app.jobs.beats import EVERY, Watch, beat, gone, living
from app.jobs.carrier import AT_ONCE, FREE, Errands, TablesMissing
from app.jobs.plain_text import PlainText, never_unpickle
from app.jobs.tidy import tidy

NAME, QUEUE, ERRAND = "banyan", "errands", "errand"
VERSION = "1"
"""Of what is handed over, not of the program. Changed only when the ids of an errand mean something else: a worker begins
none of another version, whose rows then wait for their leases."""
POLL_SECONDS = 0.5
TIDIED = timedelta(minutes=5)
"""How often what is over for long is removed."""
LAST_WAIT = 30
"""Seconds that a worker which is told to stop waits for its errands: as long as a department may take, and the answer."""

Context: TypeAlias = Callable[[], AbstractContextManager[Any]]

log = logging.getLogger(__name__)


class Durable:
    """Carries the errands of this process; a process has one at most."""

    def __init__(self, context: Context, url: str, errands: Errands, *, may_migrate: bool) -> None:
        """
        Args:
            context: what an errand runs in; each has one of its own, and with it a session.
            may_migrate: make the engine's own tables; otherwise they must be there (`flask database grant`).

        Raises:
            TablesMissing: they are not.
        """
        self.id = f"{socket.gethostname()}-{os.getpid()}-{os.urandom(4).hex()}"
        self._context, self._errands, self._stopped = context, errands, threading.Event()
        self._order = {name: place for place, name in enumerate(errands, 1)}
        self._watch, self._tidy_at = Watch(), datetime.now(UTC)
        self._at_work, self._leaving = set[int](), False
        self._beat()
        _launch(url, self.id, self._run, may_migrate=may_migrate)
        self._client = DBOSClient(
            system_database_url=url, serializer=PlainText(), application_name=NAME,
            retry_connection_errors=False,  # the loop does not wait for a database that is away: timers come first
        )  # fmt: skip
        self._beating = threading.Thread(target=self._keep_living, name="heartbeat", daemon=True)
        self._beating.start()

    def carry(self, session: Session, name: str, *ids: str) -> None:
        options: EnqueueOptions = {
            "workflow_name": ERRAND, "queue_name": QUEUE, "app_version": VERSION, "priority": self._order[name],
        }  # fmt: skip
        self._client.enqueue_in_transaction(session, options, name, *ids)

    def handed_over(self) -> None:
        """Nothing: whoever is free begins them."""

    def room(self, in_hand: int) -> int:
        return (AT_ONCE - FREE) * max(1, living(db.session(), now=clock.now())) - in_hand

    def tidy(self) -> int:
        """Remove errands that are over for some time. Counts as no work: nobody waits."""
        now = datetime.now(UTC)
        if now >= self._tidy_at and not tidy(self._client, now=now):
            self._tidy_at = now + TIDIED
        return 0

    def stop(self) -> None:
        """Begin nothing more, wait a while for what was begun, and leave the rest to the others. Threads that hang, or wait
        for the database, are still there afterwards."""
        self._leaving = True
        DBOS.destroy(workflow_completion_timeout_sec=LAST_WAIT)
        self._stopped.set()
        self._beating.join(EVERY.total_seconds())
        self._client.destroy()
        try:
            if not self._at_work:
                self._strike_off(self.id)
        except Exception as problem:
            log.error("not struck off: %s", type(problem).__name__)  # the others find it silent

    def _run(self, name: str, *ids: str) -> None:
        self._at_work.add(threading.get_ident())
        try:
            with self._context():
                self._errands[name](*ids)
        except Exception as problem:
            log.error("errand %s %s failed: %s", name, ids[:1], traced(problem))
        finally:
            self._at_work.discard(threading.get_ident())

    def _keep_living(self) -> None:
        while not self._stopped.wait(EVERY.total_seconds()):
            try:
                self._beat()
                if not self._leaving:
                    self._look_after()
            except Exception as problem:
                log.error("heartbeat failed: %s", traced(problem))

    def _beat(self) -> None:
        with self._context():
            in_transaction(lambda: beat(db.session(), self.id, now=clock.now()))

    def _look_after(self) -> None:
        """What dead workers left goes back into the queue, which stays even where its tables were made anew meanwhile."""
        if DBOS.retrieve_queue(QUEUE) is None:
            _register_queue()
        with self._context():
            for worker in self._watch.dead(db.session(), now=clock.now()):
                DBOS._recover_pending_workflows([worker])
                self._strike_off(worker)

    def _strike_off(self, worker: str) -> None:
        with self._context():
            in_transaction(lambda: gone(db.session(), worker))


def make_tables(url: str, role: str | None = None) -> None:
    """Make the engine's own tables or bring them up to date, and let `role` use them (PostgreSQL)."""
    DBOS.migrate(url, application_role=role)


def _launch(url: str, worker: str, run: Callable[..., None], *, may_migrate: bool) -> None:
    never_unpickle()
    config: DBOSConfig = {
        "name": NAME,
        "system_database_url": url,
        "sys_db_pool_size": AT_ONCE,
        "executor_id": worker,
        "application_version": VERSION,
        "serializer": PlainText(),
        "run_migrations": may_migrate,
        "log_level": "ERROR",
    }
    DBOS(config=config)

    def errand(name: str, *ids: str) -> None:
        run(name, *ids)

    DBOS.workflow(name=ERRAND)(errand)
    try:
        DBOS.launch()
    except (DBOSInitializationError, ProgrammingError) as problem:
        raise TablesMissing from problem
    _register_queue()


def _register_queue() -> None:
    DBOS.register_queue(QUEUE, worker_concurrency=AT_ONCE, polling_interval_sec=POLL_SECONDS)
