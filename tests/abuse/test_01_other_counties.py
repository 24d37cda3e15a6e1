"""Case 1: what belongs to another county answers exactly as what does not exist, whatever is asked of it."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.abuse.conftest import Counter, Scene
from tests.doors.house import FILE_REQUEST, unchanged

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")

STRANGER = "zhoumin"
ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
NAMED = {
    "instance_id", "task_id", "document_id", "letter_id", "call_id", "delegation_id", "incident_id", "plan_id",
    "project_id", "finding_id", "request_id", "run_id",
}  # fmt: skip
FIELDS = {"reason": "核对情况", "person": "zhoumin", "day": "2026-03-10", "decision": "agree", "opinion": "同意"}
BODIES = {
    "complete": {"answers": {"decision": "agree", "opinion": "同意"}},
    "transfer": {"to": "zhoumin", "reason": "核对情况"},
    "hand-over": {"to": "zhoumin", "reason": "核对情况"},
    "follow-up": {"day": "2026-03-10"},
    "repositions": {"cancel": ["a#1"], "nodes": ["b"], "reason": "核对情况"},
    "retry": {"reason": "核对情况"},
    "discard": {"reason": "核对情况"},
    "decline": {"reason": "核对情况"},
    "corrections": {"facts": {"amount": "1"}, "reason": "核对情况"},
    "interest": {"reason": "与申请人是近亲属"},
    "number": {"field": "applicant.id_no", "purpose": "核对证件号码"},
    "purpose": {"purpose": "年度抽查第一批"},
    "print": {"extent": "whole", "purpose": "年度抽查第一批"},
    "file-requests": FILE_REQUEST,
    "export": {"extent": "whole", "purpose": "年度抽查第一批"},
    "draw": {"size": 2},
    "examine": {"case": "c-1"},
    "findings": {"case": "c-1", "seq": 1, "kind": "limit", "words": "受理迟了"},
    "close": {"conclusion": "都已查完"},
    "findings/answer": {"stance": "explained", "words": "当日系统停电"},
    "rectify": {"words": "已补写条款"},
    "settle": {"ending": "explained", "words": "说明成立"},
    "send-back": {"words": "没有说清"},
    "answer": {"answers": {"result": "clear", "evidence": "电话核实", "reason": "系统不通"}},
}


def routes(app: Flask) -> list[tuple[str, Rule]]:
    """Every address that names something of a case, by every method."""
    found = []
    for rule in app.url_map.iter_rules():
        if NAMED & rule.arguments:
            found += [(method, rule) for method in sorted(rule.methods or ()) if method in {"GET", "POST"}]
    return found


def asked(scene: Scene, method: str, rule: Rule, ids: dict[str, str]) -> TestResponse:
    address = ARGUMENT.sub(lambda argument: ids[argument[1]], str(rule))
    if address.startswith("/api/v1"):
        program, path = scene.api(STRANGER), address.removeprefix("/api/v1")
        root, act = path.split("/")[1], path.rpartition("/")[2]
        return (
            program.get(path) if method == "GET" else program.post(path, BODIES.get(f"{root}/{act}", BODIES.get(act)))
        )
    browser = scene.page(STRANGER)
    return browser.get(address) if method == "GET" else browser.post(address, nonce="", **FIELDS)


def same(text: str) -> str:
    """The page without the token of its forms."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", text)


def test_the_body_is_that_of_what_does_not_exist(calm: Scene) -> None:
    absent = {name: str(uuid4()) if name.endswith("_id") else value for name, value in calm.ids.items()}
    calm.page(STRANGER).get("/inbox")
    calm.api(STRANGER)
    told = []
    with unchanged(calm.app):
        for method, rule in routes(calm.app):
            theirs, nothing = asked(calm, method, rule, calm.ids), asked(calm, method, rule, absent)
            if (theirs.status_code, same(theirs.text)) != (404, same(nothing.text)) or nothing.status_code != 404:
                told.append((method, str(rule), theirs.status_code, nothing.status_code))
    assert told == []


def test_it_costs_no_more_than_a_few_statements(calm: Scene, statements: Callable[[Flask], Counter]) -> None:
    """The same band of time: a stranger's case is fetched and judged, and nothing of it is read or drawn."""
    absent = {name: str(uuid4()) if name.endswith("_id") else value for name, value in calm.ids.items()}
    counter = statements(calm.app)
    calm.page(STRANGER).get("/inbox")
    calm.api(STRANGER).get("/tasks")
    dear = []
    for method, rule in routes(calm.app):
        theirs = counter.of(lambda method=method, rule=rule: asked(calm, method, rule, calm.ids))
        nothing = counter.of(lambda method=method, rule=rule: asked(calm, method, rule, absent))
        if theirs - nothing > 5:
            dear.append((method, str(rule), theirs, nothing))
    assert dear == []


def test_in_other_places_of_a_request_it_is_absent_as_well(calm: Scene) -> None:
    zhou, case = calm.api(STRANGER), calm.ids["instance_id"]
    answers = [
        (zhou.post("/messages", {"instance": one, "name": "withdraw", "id": "m-1"}),
         zhou.get("/tasks", instance=one),
         zhou.post("/instances", {"process": "doors_check", "dossier": one}))
        for one in (case, str(uuid4()))
    ]  # fmt: skip
    for theirs, nothing in zip(*answers, strict=True):
        assert (theirs.status_code, theirs.json) == (nothing.status_code, nothing.json)
    assert [answer.status_code for answer in answers[0]] == [404, 200, 404]
    assert answers[0][1].json["total"] == 0


def test_an_id_of_another_kind_opens_nothing(calm: Scene) -> None:
    """Ids of the own case in the wrong place: a task where a case is asked for, and the like."""
    li, page = calm.api("liguifang"), calm.page("liguifang")
    for address in (f"/cases/{calm.ids['task_id']}", f"/tasks/{calm.ids['instance_id']}",
                    f"/letters/{calm.ids['document_id']}", f"/files/{calm.ids['letter_id']}",
                    f"/calls/{calm.ids['task_id']}", f"/cases?search={calm.ids['instance_id']}"):  # fmt: skip
        assert page.get(address).status_code == 404, address
    assert li.get(f"/instances/{calm.ids['call_id']}").status_code == 404


def test_a_case_is_begun_only_where_the_post_is_held_and_in_a_division_that_exists(calm: Scene) -> None:
    li = calm.api("liguifang")
    with unchanged(calm.app):
        assert li.post("/instances", {"process": "doors_check", "division": "450124"}).status_code == 404
        unheard = li.post("/instances", {"process": "doors_check", "division": "450123999"})
    assert unheard.status_code == 422 and "450123999 不在区划库中" in unheard.json["detail"]
