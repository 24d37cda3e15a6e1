"""A procedure with everything a killed process could spoil: due timers, a call to another department, a fork with its join,
a number; and the people who carry cases through it over a live server, come what may."""

import http.client
import json
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from app.catalogue.bundle import Bundle
from tests.engine import drawing as d
from tests.jobs.office import settings

AGREE = {"answers": {"decision": "agree", "opinion": "同意"}}
STEPS = ("apply", "judge", "left", "right", "file")
"""Tasks of one case; `judge` opens when the department has answered."""
PAPERS = '\n[messages.papers]\ntitle = "补来的材料"\nroles = ["adoption_registrar"]\n'
OVERDUE = d.timer('"date:2026-01-01"')
"""Due the moment it opens: whoever comes first fires it."""


def errand(*, papers: bool = False) -> Bundle:
    """`papers`: before the number a message is waited for, which people may enter."""
    drawing = d.bpmn(
        d.start(), d.users(*STEPS), d.parallel("fork", "join"), d.end(), d.end("end_1"), d.end("end_2"),
        d.boundary("applied_late", "apply", OVERDUE, interrupting=False),
        d.boundary("judged_late", "judge", OVERDUE, interrupting=False),
        d.node("serviceTask", "ask", call="remote:police.criminal_record", input='{relation: "general"}',
               output="{result: answer.result}"),
        d.node("serviceTask", "number", call="local:issue_case_number"),
        d.chain("start", "apply", "ask", "judge", "fork", "left", "join"), d.chain("number", "file", "end"),
        *((d.catch("papers", d.on_message("papers")), d.chain("join", "papers", "number")) if papers else (d.chain("join", "number"),)),
        d.chain("fork", "right", "join"), d.chain("applied_late", "end_1"), d.chain("judged_late", "end_2"),
        id="errand", messages=("papers",) if papers else (),
    )  # fmt: skip
    more = PAPERS if papers else ""
    return Bundle("errand", {"errand/process.bpmn": drawing.decode(), "errand/process.toml": settings("errand", more)})


@dataclass
class Tally:
    """What all clerks have done so far. `completed` counts answers read, so a lost answer is counted when it comes again."""

    completed: int = 0
    sent_again: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Clerk:
    """Somebody with a program that does not give up: a request that gets no answer, or 503, is sent again as it was."""

    def __init__(self, port: int, headers: dict[str, str], name: str, tally: Tally, patience: float) -> None:
        self.port, self.name, self.tally = port, name, tally
        self.headers = headers | {"Content-Type": "application/json"}
        self.end = time.monotonic() + patience
        self.line: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, body: Any = None, key: str = "") -> dict[str, Any]:
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        first = True
        while time.monotonic() < self.end:
            if not first:
                with self.tally.lock:
                    self.tally.sent_again += 1
            first = False
            try:
                self.line = self.line or http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
                self.line.request(method, f"/api/v1{path}", json.dumps(body) if body else None, headers)
                answer = self.line.getresponse()
                said = answer.read()
            except (OSError, http.client.HTTPException):
                self.hang_up()
                time.sleep(0.02)
                continue
            if answer.status == 503:
                continue
            if answer.status not in {200, 201}:
                raise AssertionError(f"{method} {path} {key}: {answer.status} {said.decode()}")
            return json.loads(said)  # type: ignore[no-any-return]
        raise AssertionError(f"{method} {path}: no answer in time")

    def start(self, number: int) -> str:
        return str(self.ask("POST", "/instances", {"process": "errand"}, f"start-{self.name}-{number}")["id"])

    def push(self, case: str) -> str:
        """Complete what is open now: `ended`, `moved`, or `waiting` for the department."""
        shown = self.ask("GET", f"/instances/{case}")
        if shown["ended_at"]:
            return "ended"
        for task in shown["tasks"]:
            self.ask("POST", f"/tasks/{task['id']}/complete", AGREE, f"do-{task['id']}")
            with self.tally.lock:
                self.tally.completed += 1
        return "moved" if shown["tasks"] else "waiting"

    def hang_up(self) -> None:
        if self.line is not None:
            self.line.close()
        self.line = None
