"""The two ways the bench works on cases: the acts themselves inside this process, or the API of its own server."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from time import perf_counter
from typing import Any, Protocol

import click
from flask import Flask
from sqlalchemy import select

from app import clock
from app.cli.bench.counted import COMMITS_HEADER, STATEMENTS_HEADER, Counting
from app.cli.bench.furnish import person
from app.db import db, in_transaction
from app.instances.complete_task import complete_task
from app.instances.models import Instance, Task
from app.instances.start import start

ANSWERS = {"decision": "agree", "opinion": "同意"}


@dataclass(frozen=True)
class Step:
    """One completed task: milliseconds, SQL statements and commits."""

    ms: float
    statements: int
    commits: int


class Door(Protocol):
    def start(self) -> str:
        """Start a case; gives its id."""

    def waiting(self, case: str) -> str | None:
        """Id of the first open task; None when the case has ended. Raises ClickException when nothing waits."""

    def complete(self, task: str) -> Step: ...


def run_case(door: Door) -> Iterator[Step]:
    """One whole case."""
    case = door.start()
    while (task := door.waiting(case)) is not None:
        yield door.complete(task)


class Inside:
    """`start` and `complete_task` in transactions of this process."""

    def __init__(self, app: Flask, process: str) -> None:
        self._process, self._around, self._by = process, app.extensions["banyan"], person()
        db.session.remove()
        self._counting = Counting(db.engine)

    def start(self) -> str:
        case = in_transaction(lambda: start(db.session(), self._around, self._process, by=self._by, now=clock.now()).id)
        db.session.remove()
        return case

    def waiting(self, case: str) -> str | None:
        task = db.session.scalar(select(Task.id).where(Task.instance_id == case, Task.status == "open").limit(1))
        ended = task is None and db.session.scalar(select(Instance.ended_at).where(Instance.id == case))
        db.session.remove()
        if task is None and not ended:
            raise stuck()
        return task

    def complete(self, task: str) -> Step:
        self._counting.start()
        before = perf_counter()
        in_transaction(
            lambda: complete_task(
                db.session(), self._around, task, by=self._by, answers=ANSWERS, now=clock.now()
            )
        )  # fmt: skip
        ms = (perf_counter() - before) * 1000
        db.session.remove()
        return Step(ms, self._counting.statements, self._counting.commits)


class Through:
    """The API of the bench's own server, one client on one connection."""

    def __init__(self, wire: "Wire", token: str, process: str) -> None:
        self._wire, self._process, self._token = wire, process, {"Authorization": f"Bearer {token}"}

    def start(self) -> str:
        return str(self._ask("POST", "/api/v1/instances", {"process": self._process}).body["id"])

    def waiting(self, case: str) -> str | None:
        shown = self._ask("GET", f"/api/v1/instances/{case}").body
        if shown["ended_at"] is not None:
            return None
        if not shown["tasks"]:
            raise stuck()
        return str(shown["tasks"][0]["id"])

    def complete(self, task: str) -> Step:
        done = self._ask("POST", f"/api/v1/tasks/{task}/complete", {"answers": ANSWERS})
        return Step(done.ms, int(done.headers[STATEMENTS_HEADER]), int(done.headers[COMMITS_HEADER]))

    def _ask(self, method: str, path: str, body: Any = None) -> "Answer":
        return self._wire.ask(method, path, body, self._token)


@dataclass(frozen=True)
class Answer:
    body: dict[str, Any]
    headers: dict[str, str]
    ms: float


class Wire:
    """One connection that is kept open, as a program would."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._connection = HTTPConnection(*address, timeout=60)

    def close(self) -> None:
        self._connection.close()

    def ask(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
        """Milliseconds from the first byte sent to the last byte read. Raises ClickException for a refusal."""
        sent = None if body is None else json.dumps(body).encode()
        before = perf_counter()
        self._connection.request(method, path, sent, {"Content-Type": "application/json", **(headers or {})})
        answer = self._connection.getresponse()
        read = answer.read()
        ms = (perf_counter() - before) * 1000
        if answer.status >= 400:
            raise click.ClickException(f"{method} {path} 答 {answer.status}：{read.decode(errors='replace')[:500]}")
        return Answer(json.loads(read), dict(answer.headers), ms)


def stuck() -> click.ClickException:
    return click.ClickException("办件停下了：没有待办任务，也没有结束。基准只适用于纯人工审批的流程图。")
