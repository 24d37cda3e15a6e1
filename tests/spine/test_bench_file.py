"""The plain file of ten approvals, unchanged, from start to end through both doors and on both databases."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from app.db import db
from app.history.verify import verify_all
from app.instances.heads import recorded_heads
from app.replay.reexecute import reexecute_all
from tests.doors import Browser, Program

TEN = (Path(__file__).parent.parent / "diagrams" / "bench_approval_10.bpmn").read_text("utf-8")
AGREE = {"answers": {"decision": "agree", "opinion": "同意"}}


def publish(program: Program) -> None:
    answer = program.post("/definitions", {"bpmn": TEN})
    assert answer.status_code == 201, answer.text


@pytest.fixture
def li(program_of: Callable[[str], Program]) -> Program:
    program = program_of("liguifang")
    publish(program)
    return program


def open_tasks(program: Program, instance: str) -> list[dict]:
    return program.get("/tasks", instance=instance).json["tasks"]


def test_ten_steps_through_the_api_end_the_case(li: Program, application: Flask) -> None:
    case = li.post("/instances", {"process": "bench_approval_10"}).json
    names = []
    while tasks := open_tasks(li, case["id"]):
        names.append(tasks[0]["name"])
        answer = li.post(f"/tasks/{tasks[0]['id']}/complete", AGREE)
        assert answer.status_code == 200, answer.text

    assert names[0] == "提交申请" and names[-1] == "归档确认" and len(names) == 10
    assert answer.json["ended"] is True
    assert li.get(f"/instances/{case['id']}").json["ended_by"] == "end"
    whole_record_holds(application)


def test_ten_steps_through_the_pages_end_the_case(
    li: Program, browser_of: Callable[[str], Browser], application: Flask
) -> None:
    browser = browser_of("liguifang")
    page = browser.follow(browser.post("/processes/bench_approval_10/start"))
    for _ in range(10):
        task = page.request.path
        page = browser.follow(browser.post(f"{task}/claim"))
        page = browser.follow(browser.post(f"{task}/complete", decision="agree", opinion="同意"))

    assert "本件已全部办完" in page.text
    assert "归档确认" in browser.get("/done").text
    whole_record_holds(application)


def test_the_same_key_gets_the_first_answer_again(li: Program) -> None:
    body = {"process": "bench_approval_10"}
    first = li.post("/instances", body, Idempotency_Key="a-1").json
    again = li.post("/instances", body, Idempotency_Key="a-1").json
    other = li.post("/instances", {"process": "other"}, Idempotency_Key="a-1")

    assert first == again
    assert other.status_code == 422 and "幂等键" in other.json["detail"]


def test_a_completed_task_answers_409_in_words(li: Program) -> None:
    case = li.post("/instances", {"process": "bench_approval_10"}).json
    task = case["tasks"][0]["id"]
    li.post(f"/tasks/{task}/complete", AGREE)
    again = li.post(f"/tasks/{task}/complete", AGREE)

    assert again.status_code == 409
    assert "已经由李桂芳办结" in again.json["detail"]


def test_a_stranger_of_another_county_finds_nothing(li: Program, program_of: Callable[[str], Program]) -> None:
    case = li.post("/instances", {"process": "bench_approval_10"}).json
    zhou = program_of("zhoumin")

    assert zhou.get(f"/instances/{case['id']}").status_code == 404
    assert zhou.get(f"/instances/{case['id']}").json == zhou.get("/instances/absent").json
    assert zhou.post(f"/tasks/{case['tasks'][0]['id']}/complete", AGREE).status_code == 404
    assert zhou.get("/tasks").json["total"] == 0


def whole_record_holds(application: Flask) -> None:
    around = application.extensions["banyan"]
    with application.app_context():
        report = verify_all(db.session(), vault=around.vault, log=around.log, heads=recorded_heads(db.session()))
        again = list(reexecute_all(db.session(), around.vault))
    assert report.holds and report.cases >= 1
    assert again and all(one.same for one in again)
