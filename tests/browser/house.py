"""A running house: the pages on a free loopback port, one worker beside them, and a clock that the test moves.

The server and the worker run in threads of the test's own process, so that the clock they read (`app.clock`) is the
one the test sets; nothing in the program knows of it. The clock runs on from the instant it was set to.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from app import clock
from app.cli.duties import duties
from app.cli.long_work import long_work
from app.clock import SHANGHAI
from app.db import db
from app.jobs.loop import Loop

PATIENCE = 60
"""Seconds until a worker that does not come to rest is called stuck."""


class Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """No line per request."""


class Days:
    """The clock of the house."""

    def __init__(self) -> None:
        self.on("2026-03-02")
        clock.set_source(self.now)

    def on(self, day: str, hour: int = 9) -> None:
        """It is `hour` o'clock of that day in China, and time goes on from there."""
        begun = date.fromisoformat(day)
        self._began = datetime(begun.year, begun.month, begun.day, hour, tzinfo=SHANGHAI).astimezone(UTC)
        self._since = time.monotonic()

    def now(self) -> datetime:
        return self._began + timedelta(seconds=time.monotonic() - self._since)


class Worker:
    """The worker's own loop; its pause tells when a whole turn found nothing to do."""

    def __init__(self, application: Flask) -> None:
        self._application = application
        around, connectors = application.extensions["banyan"], application.extensions["banyan_connectors"]
        self._loop = Loop(duties(around, connectors, long_work(around)))
        self._rested = threading.Condition()
        self._rests = 0
        self._woken = threading.Event()
        self._thread = threading.Thread(target=self._run, name="worker")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._loop.stop()
        self._woken.set()
        self._thread.join(PATIENCE)

    def settle(self) -> None:
        """Return when a turn that began after this call has found nothing to do."""
        with self._rested:
            wanted = self._rests + 2
            while self._rests < wanted:
                self._woken.set()
                assert self._rested.wait(PATIENCE), "the worker does not come to rest"

    def _run(self) -> None:
        with self._application.app_context():
            try:
                self._loop.run(pause=self._pause)
            finally:
                db.session.remove()

    def _pause(self, _seconds: float) -> None:
        with self._rested:
            self._rests += 1
            self._rested.notify_all()
        self._woken.wait(2)
        self._woken.clear()


class House:
    """`address` is where the pages are, without a slash at the end."""

    def __init__(self, application: Flask, address: str, days: Days, worker: Worker) -> None:
        self.application = application
        self.address = address
        self.days = days
        self.worker = worker

    def on(self, day: str) -> None:
        """Move the clock to nine o'clock of a day, and let the worker do what has fallen due."""
        self.days.on(day)
        self.worker.settle()


@contextmanager
def running(application: Flask) -> Iterator[House]:
    days = Days()
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=Silent)
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="pages")
    worker = Worker(application)
    serving.start()
    worker.start()
    try:
        yield House(application, f"http://127.0.0.1:{server.server_port}", days, worker)
    finally:
        worker.stop()
        server.shutdown()
        server.server_close()
        serving.join(PATIENCE)
