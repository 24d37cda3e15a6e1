"""A step the diagram cannot carry out: the clerk gets a number to tell, keeps what was typed, and goes on afterwards."""

import json
from collections.abc import Callable

import pytest
from flask import Flask

from app import clock
from app.catalogue.bundle import Bundle
from app.catalogue.publish import publish
from app.db import db, in_transaction
from app.instances.apply import apply
from app.instances.case import lock_case
from app.instances.finish import finish
from app.instances.incidents import open_incidents
from app.instances.models import Draft, Incident
from tests.acts.conftest import MONDAY
from tests.doors import Browser, Program
from tests.engine import drawing as d

SETTINGS = """key = "stuck"
title = "判不出的流程"
code = "PB"
process = "stuck"
[start]
roles = ["caseworker"]
[facts.income]
kind = "number"
[forms.ask]
title = "收入"
"""
FORM = {"type": "default", "schemaVersion": 19,
        "components": [{"type": "textfield", "key": "note", "label": "说明"}]}  # fmt: skip
DRAWING = d.bpmn(
    d.start(), d.node("userTask", "ask", name="询问", form="ask"), d.node("userTask", "beside", name="旁办"),
    d.parallel("fork", "join"),
    d.exclusive("weigh", "poor"), d.exclusive("either"), d.user("rich"), d.user("helped"), d.end(),
    d.chain("start", "fork", "ask", "weigh"), d.flow("weigh", "rich", "income > 1000", "asked"),
    d.flow("weigh", "helped", id="poor"), d.chain("rich", "either", "join", "end"), d.chain("helped", "either"),
    d.chain("fork", "beside", "join"), id="stuck",
)  # fmt: skip


class Desk:
    """李桂芳 at both doors, with one case whose income nobody has entered."""

    def __init__(self, app: Flask, page: Browser, api: Program) -> None:
        self.app, self.page, self.api = app, page, api
        self.case = api.post("/instances", {"process": "stuck"}).json["id"]

    def task(self, name: str) -> str:
        shown = self.api.get(f"/instances/{self.case}").json["tasks"]
        return str(next(one["id"] for one in shown if one["name"] == name))

    def incidents(self) -> list[Incident]:
        with self.app.app_context():
            return open_incidents(db.session(), self.case)

    def correct(self) -> None:
        def command() -> None:
            around = self.app.extensions["banyan"]
            held = lock_case(db.session(), around, self.case, now=clock.now())
            apply(held, "corrected", facts={"income": 900}, reason="补录收入")
            finish(held)

        with self.app.app_context():
            in_transaction(command)


@pytest.fixture
def desk(application: Flask, browser_of: Callable[[str], Browser], program_of: Callable[[str], Program]) -> Desk:
    clock.set_source(lambda: MONDAY)
    files = {"stuck/process.bpmn": DRAWING.decode(), "stuck/process.toml": SETTINGS,
             "stuck/forms/ask.json": json.dumps(FORM)}  # fmt: skip
    with application.app_context():
        in_transaction(lambda: publish(db.session(), Bundle("stuck", files), by="test", now=MONDAY))
    return Desk(application, browser_of("liguifang"), program_of("liguifang"))


def test_at_the_page_an_incident_has_a_number_and_what_was_typed_is_there_again(desk: Desk) -> None:
    address = f"/tasks/{desk.task('询问')}"
    desk.page.get(address)
    answer = desk.page.post(f"{address}/complete", note="家里三口人")
    [incident] = desk.incidents()
    assert answer.status_code == 409
    assert (
        "“weigh”" in answer.text and "income &gt; 1000" in answer.text and f"故障编号 {incident.id[:8]}" in answer.text
    )
    assert (incident.what, incident.node, incident.error) == ("command", "asked", "condition_not_boolean")
    assert incident.detail == "asked income > 1000"
    assert "家里三口人" in desk.page.get(address).text
    assert f"故障编号 {incident.id[:8]}" in desk.page.get(f"/cases/{desk.case}").text


def test_over_the_api_it_is_409_with_the_same_number(desk: Desk) -> None:
    task = desk.task("询问")
    answers = {"answers": {"note": "家里三口人"}}
    first, again = (desk.api.post(f"/tasks/{task}/complete", answers) for _ in range(2))
    [incident] = desk.incidents()
    assert first.status_code == again.status_code == 409
    assert first.json["detail"] == again.json["detail"] and incident.id[:8] in first.json["detail"]
    with desk.app.app_context():
        assert db.session.query(Draft).one().task_id == task


def test_a_colleague_goes_on_beside_it(desk: Desk) -> None:
    desk.api.post(f"/tasks/{desk.task('询问')}/complete", {"answers": {"note": "x"}})
    answers = {"answers": {"decision": "agree", "opinion": "同意"}}
    assert desk.api.post(f"/tasks/{desk.task('旁办')}/complete", answers).status_code == 200


def test_once_the_facts_are_right_the_same_act_goes_through_and_the_incident_is_over(desk: Desk) -> None:
    task = desk.task("询问")
    desk.api.post(f"/tasks/{task}/complete", {"answers": {"note": "x"}})
    desk.correct()
    done = desk.api.post(f"/tasks/{task}/complete", {"answers": {"note": "x"}})
    assert done.status_code == 200
    assert desk.incidents() == []
    assert desk.task("helped")


def test_a_refusal_that_the_person_can_put_right_is_no_incident(desk: Desk) -> None:
    task = desk.task("询问")
    refused = desk.api.post(f"/tasks/{task}/complete", {"answers": {"unknown": "x"}})
    assert refused.status_code == 422 and desk.incidents() == []
