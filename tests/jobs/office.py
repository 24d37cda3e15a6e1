"""A county office with a worker, small processes, and a clock that is moved by hand."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from app import clock
from app.catalogue.bundle import Bundle
from app.catalogue.publish import publish
from app.cli.duties import duties
from app.connectors.ask import Connectors, faked
from app.connectors.faking import Hook
from app.db import db, in_transaction
from app.history.read import RecordedEvent, read_events
from app.instances.answer_call_by_hand import answer_call_by_hand
from app.instances.complete_task import complete_task
from app.instances.models import Call, Incident, Instance, Outbox, Task, Timer
from app.instances.start import start
from app.jobs.loop import Loop
from tests.cast import LI_GUIFANG, actor
from tests.engine.drawing import boundary, bpmn, chain, end, flow, node, on_message, user
from tests.engine.drawing import start as start_event
from tests.engine.drawing import timer as timer_event

MORNING = datetime(2026, 3, 2, 1, tzinfo=UTC)

FACTS = """[start]
roles = ["caseworker"]
[facts.result]
kind = "code"
[facts.receipt]
kind = "text"
[facts.source]
kind = "code"
"""


def settings(key: str, more: str = "") -> str:
    return f'key = "{key}"\ntitle = "{key}"\ncode = "CS"\nprocess = "{key}"\n{FACTS}{more}'


def asking(key: str, call: str, given: str, *, output: str = "{result: answer.result}", more: str = "") -> Bundle:
    """start → ask → judge → end, with a message that interrupts nothing but the asking."""
    ask = node("serviceTask", "ask", name="核验", call=call, input=given, output=output)
    drawing = bpmn(
        start_event(), ask, user("judge"), user("dropped"), end(), end("end_dropped"),
        boundary("withdrawn", "ask", on_message("withdraw")),
        chain("start", "ask", "judge", "end"), chain("withdrawn", "dropped", "end_dropped"),
        id=key, messages=("withdraw",),
    )  # fmt: skip
    return Bundle(key, {f"{key}/process.bpmn": drawing.decode(), f"{key}/process.toml": settings(key, more)})


CRIME = asking("crime", "remote:police.criminal_record", '{relation: "general"}')
FOUNDLING = asking("foundling", "remote:police.foundling", '{child_source: "found_unknown"}')
BIRTHS_OF_KIN = asking("births_of_kin", "remote:health.births", '{child_source: "kin"}')
UNHEARD = asking("unheard", "remote:police.phone_book", "{}")


def judged_by_machine(call: str = "remote:police.criminal_record", given: str = '{relation: "general"}') -> Bundle:
    """The answer is weighed by a gateway that cannot decide when there is a receipt: an answer that cannot be applied."""
    key = "weighed"
    ask = node("serviceTask", "ask", call=call, input=given, output="{result: answer.result, source: answer.receipt}")
    drawing = bpmn(
        start_event(), ask, node("exclusiveGateway", "weigh", attributes='default="plain"'), user("judge"), end(),
        chain("start", "ask", "weigh"), flow("weigh", "end", 'if source = null then true else null'),
        flow("weigh", "judge", id="plain"), flow("judge", "end"), id=key,
    )  # fmt: skip
    return Bundle(key, {f"{key}/process.bpmn": drawing.decode(), f"{key}/process.toml": settings(key)})


def timed() -> Bundle:
    """Two reminders on one task: the first cannot be decided while `result` is not set, the second always can."""
    key = "timed"
    drawing = bpmn(
        start_event(), user("work"), user("reminded"), user("urged"), node("exclusiveGateway", "weigh"),
        end(), end("end_1"), end("end_2"), end("end_3"),
        boundary("first", "work", timer_event('"P1D"'), interrupting=False),
        boundary("second", "work", timer_event('"P2D"'), interrupting=False),
        chain("start", "work", "end"), chain("first", "weigh"), chain("second", "urged", "end_2"),
        flow("weigh", "reminded", 'if result = null then null else result = "clear"'),
        flow("weigh", "end_3", 'if result = null then null else result != "clear"'),
        flow("reminded", "end_1"), id=key,
    )  # fmt: skip
    return Bundle(key, {f"{key}/process.bpmn": drawing.decode(), f"{key}/process.toml": settings(key)})


class Office:
    """Acts in transactions of their own, at `now`; `fakes` says how each department behaves."""

    def __init__(self, application: Flask, *bundles: Bundle) -> None:
        self.application = application
        self.around = application.extensions["banyan"]
        self.now = MORNING
        self.fakes: dict[str, str] = {}
        self.asked: list[tuple[str, str]] = []
        self.meanwhile: Callable[[], Any] | None = None
        clock.set_source(lambda: self.now)
        for bundle in bundles:
            self.act(lambda bundle=bundle: publish(db.session(), bundle, by="test", now=self.now))

    def context(self) -> AbstractContextManager[Any]:
        return self.application.app_context()

    def act(self, command: Callable[[], Any]) -> Any:
        with self.context():
            return in_transaction(command)

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)

    def begin(self, key: str, by: str = LI_GUIFANG) -> str:
        return self.act(lambda: start(db.session(), self.around, key, by=actor(by), now=self.now).id)

    def complete(self, name: str, by: str = LI_GUIFANG, **answers: Any) -> None:
        given = answers or {"decision": "agree", "opinion": "同意"}
        [task] = [one for one in self.rows(Task) if one.name == name and one.status == "open"]
        self.act(
            lambda: complete_task(
                db.session(), self.around, task.id, by=actor(by), answers=given, now=self.now
            )
        )  # fmt: skip

    def by_hand(self, by: str = LI_GUIFANG, **answers: Any) -> None:
        given = {"result": "clear", "evidence": "电话核实，经办人已记录", "reason": "系统不通"} | answers
        self.act(
            lambda: answer_call_by_hand(
                db.session(), self.around, self.call().id, by=actor(by), answers=given, now=self.now
            )
        )

    def turn(self, connectors: Connectors | None = None) -> int:
        """The worker, until nothing is left to do at this instant."""
        with self.context():
            try:
                return Loop(duties(self.around, connectors or self.neighbours())).run_until_idle()
            finally:
                db.session.remove()

    def neighbours(self) -> Connectors:
        return faked(self.fakes, moment=0, hook=self._hook())

    def _hook(self) -> Hook:
        def hook(operation: Any, question: Any) -> None:
            self.asked.append((operation.name, question.id))
            if self.meanwhile is not None:
                self.meanwhile()

        return hook

    def rows(self, model: type) -> list[Any]:
        with self.context():
            return list(db.session.scalars(select(model)).all())

    def call(self) -> Call:
        return self.rows(Call)[0]

    def open_tasks(self) -> list[str]:
        return sorted(one.name for one in self.rows(Task) if one.status == "open")

    def incidents(self) -> list[Incident]:
        return [one for one in self.rows(Incident) if one.closed_at is None]

    def timers(self) -> dict[str, Timer]:
        return {one.node: one for one in self.rows(Timer)}

    def outbox(self) -> list[Outbox]:
        return sorted(self.rows(Outbox), key=lambda one: one.seq)

    def chain(self, instance_id: str) -> list[RecordedEvent]:
        with self.context():
            return list(read_events(db.session(), self.around.vault, instance_id))

    def kinds(self, instance_id: str) -> list[str]:
        return [one.kind for one in self.chain(instance_id)]

    def instance(self, instance_id: str) -> Instance:
        return next(one for one in self.rows(Instance) if one.id == instance_id)

    def of(self, event: RecordedEvent) -> Mapping[str, Any]:
        return event.fields or {}
