"""Bad input at every address: a clear Chinese sentence and a status that is the caller's, no row and no half of one."""

import io
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import orjson
import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.catalogue.models import Definition
from app.db import db
from app.documents.models import Document, Letter
from app.dossiers.models import Submission
from app.history.models import HistoryEvent
from app.identity.models import Delegation
from app.instances.models import Done, Draft, Instance, Message, Task
from tests.abuse.conftest import Scene
from tests.abuse.hostile import BODIES, DEEP, TEXTS, TYPES, VALUES, nested
from tests.doors.house import AGREE, LANED, TEN, start, unchanged

ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
CHINESE = re.compile(r"[\u4e00-\u9fff]{4}")
FIELDS = ("reason", "person", "day", "from_day", "to_day", "decision", "opinion", "attachments", "_at", "_add", "_remove",
          "q", "theme", "keys", "result", "evidence", "name", "typename", "__class__", "unknown")  # fmt: skip
QUERY = ("page", "size", "instance", "search", "q", "urgency", "process", "next", "typename")
MEMBERS = ("answers", "process", "division", "dossier", "bpmn", "key", "to", "reason", "instance", "name", "id",
           "correlation", "day", "typename")  # fmt: skip
KEPT = (Instance, Task, Draft, Done, Message, HistoryEvent, Submission, Document, Letter, Definition, Delegation)
OUTSIDE = ("/sign-in", "/sign-out", "/static", "/password")
"""Tried elsewhere: they end the session that this is about."""


def rules(app: Flask, method: str, *, api: bool) -> list[Rule]:
    found = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]
    return [one for one in found if str(one).startswith("/api/") is api and not str(one).startswith(OUTSIDE)]


def address_of(rule: Rule, ids: dict[str, str], **instead: str) -> str:
    return ARGUMENT.sub(lambda name: quote((ids | instead).get(name[1], "doors_check"), safe=""), str(rule))


def rows(app: Flask) -> list[tuple[Any, ...]]:
    """What an act would change, cheap enough to be read after every request."""
    counts = [select(func.count()).select_from(one).scalar_subquery() for one in KEPT]
    with app.app_context():
        found = db.session.execute(select(*counts, select(func.sum(Instance.head_seq)).scalar_subquery())).all()
        db.session.rollback()
    return [tuple(row) for row in found]


def some(values: Sequence[Any], turn: int, of: int = 3) -> list[Any]:
    """Every third value; over three neighbours all of them."""
    return [value for number, value in enumerate(values) if (number + turn) % of == 0]


def wrong(answer: TestResponse) -> bool:
    """A fault of ours, or a no without a sentence."""
    if answer.status_code < 400:
        return False
    said = answer.json.get("detail", "") if answer.is_json else answer.text.partition("<main")[2]
    return answer.status_code >= 500 or not CHINESE.search(said)


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_every_page_takes_any_address_and_any_query(calm: Scene) -> None:
    page = calm.page("liguifang")
    page.get("/inbox")
    before, found = rows(calm.app), []
    for turn, rule in enumerate(rules(calm.app, "GET", api=False)):
        for text in some(TEXTS[1:-1], turn):
            for name in rule.arguments:
                answer = page.client.get(address_of(rule, calm.ids, **{name: text}))
                if wrong(answer) or (answer.status_code == 200 and name not in {"name", "key"}):
                    found.append((str(rule), name, text[:20], answer.status_code))
        for text in some(TEXTS[:-1], turn, 6):
            answer = page.client.get(address_of(rule, calm.ids), query_string=dict.fromkeys(QUERY, text))
            if wrong(answer):
                found.append((str(rule), "?", text[:20], answer.status_code))
    assert found == []
    assert rows(calm.app) == before


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_every_form_takes_any_field(scene: Scene) -> None:
    """All fields at once with one hostile value: what is refused leaves nothing; what is taken was an act of the page."""
    page = scene.page("liguifang")
    page.get("/inbox")
    token, found = page.token, []
    for turn, rule in enumerate(rules(scene.app, "POST", api=False)):
        for text in some(TEXTS, turn, 6):
            before = rows(scene.app)
            answer = page.client.post(
                address_of(rule, scene.ids), data=dict.fromkeys(FIELDS, text) | {"csrf_token": token, "nonce": ""}
            )
            if wrong(answer) or (answer.status_code >= 400 and rows(scene.app) != before):
                found.append((str(rule), text[:20], answer.status_code))
        for name in rule.arguments:
            for text in some(TEXTS[1:], turn, 8):
                answer = page.client.post(address_of(rule, scene.ids, **{name: text}), data={"csrf_token": token})
                if wrong(answer) or (answer.status_code < 400 and name != "name"):
                    found.append((str(rule), name, text[:20], answer.status_code))
    assert found == []


def test_the_interface_takes_any_body(calm: Scene) -> None:
    li, found = calm.api("liguifang"), []
    before = rows(calm.app)
    for rule in rules(calm.app, "POST", api=True):
        path = address_of(rule, calm.ids | {"instance_id": calm.ids["called"]}).removeprefix("/api/v1")
        empty = rule.endpoint.rpartition(".")[2] in {"Claim", "Release", "Urge", "TakeBack", "PhoneAnswer", "PhoneAnswers",
                                                     "AskAgain", "Again"}  # fmt: skip
        for number, body in enumerate(BODIES if not empty else ()):
            answers = [li.send(path, body), li.send(path, body, Idempotency_Key=f"key-{number}")]
            found += [(path, body[:30], answer.status_code) for answer in answers
                      if wrong(answer) or answer.status_code < 400]  # fmt: skip
        for text in TEXTS[1::5]:
            for name in rule.arguments:
                answer = li.post(address_of(rule, calm.ids, **{name: text}).removeprefix("/api/v1"), {})
                if wrong(answer) or answer.status_code < 400:
                    found.append((str(rule), name, text[:20], answer.status_code))
    assert found == []
    assert rows(calm.app) == before


@pytest.mark.parametrize("name", MEMBERS)
def test_the_interface_takes_any_value_of_any_member(scene: Scene, name: str) -> None:
    li, found = scene.api("liguifang"), []
    right = {
        "/instances": {"process": "doors_check"},
        "/messages": {"instance": scene.ids["instance_id"], "name": "withdraw", "id": "m-1"},
        f"/tasks/{scene.ids['task_id']}/transfer": {"to": "weizhiqiang", "reason": "外出"},
        f"/tasks/{scene.ids['task_id']}/complete": {"answers": AGREE},
        f"/calls/{scene.ids['call_id']}/answer": {"answers": {}},
        f"/instances/{scene.ids['instance_id']}/follow-up": {"day": "2026-03-10"},
        "/definitions": {"bpmn": TEN.replace("bench_approval_10", "one_more")},
    }
    for path, body in right.items():
        for value in some(VALUES, MEMBERS.index(name)):
            before = rows(scene.app)
            raw = orjson.dumps(body | {name: value}) if value != 10**30 else f'{{"{name}":{10**30}}}'.encode()
            answer = li.send(path, raw, Idempotency_Key=f"{path}-{VALUES.index(value)}"[-190:])
            if wrong(answer) or (answer.status_code >= 400 and rows(scene.app) != before):
                found.append((path, str(value)[:30], answer.status_code))
    assert found == []


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_the_interface_takes_any_query(calm: Scene) -> None:
    li, found = calm.api("liguifang"), []
    for rule in rules(calm.app, "GET", api=True):
        for text in TEXTS[:-1]:
            for name in some(QUERY, len(text)):
                answer = li.client.get(address_of(rule, calm.ids), query_string={name: text}, headers=li.headers)
                if wrong(answer):
                    found.append((str(rule), name, text[:20], answer.status_code))
    assert found == []


def test_a_file_form_takes_any_name_and_any_case(calm: Scene) -> None:
    li, found = calm.api("liguifang"), []
    with unchanged(calm.app):
        for text in TEXTS[1:-1]:
            for sent in ({"file": (io.BytesIO(b"x"), "a.png"), "instance": text},
                         {"file": (io.BytesIO(b"x"), text), "instance": calm.ids["instance_id"]},
                         {"file": text, "instance": calm.ids["instance_id"]},
                         {text: "x", "instance": calm.ids["instance_id"]}):  # fmt: skip
                answer = li.send("/documents", sent, "multipart/form-data")
                if wrong(answer) or answer.status_code < 400:
                    found.append((text[:20], answer.status_code))
    assert found == []


@pytest.mark.parametrize("type_", TYPES[2:])
def test_another_content_type_is_said(calm: Scene, type_: str) -> None:
    li = calm.api("liguifang")
    with unchanged(calm.app):
        answer = li.send("/instances", b'{"process":"doors_check"}', type_)
    assert answer.status_code in {415, 422} and CHINESE.search(answer.json["detail"])


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_another_method_is_said_with_those_that_go(calm: Scene, method: str) -> None:
    li, page = calm.api("liguifang"), calm.page("liguifang")
    for client, address, headers in ((li.client, f"/api/v1/instances/{calm.ids['instance_id']}", li.headers),
                                     (page.client, f"/cases/{calm.ids['instance_id']}", {})):  # fmt: skip
        with unchanged(calm.app):
            answer = client.open(address, method=method, headers=headers)
        assert answer.status_code == 405 and "GET" in answer.headers["Allow"]
        assert "不支持该操作" in answer.text


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        (b"{", 400, "不是有效的 JSON（第 1 行第"),
        (b'{"process":"\\ud800"}', 400, "不是有效的 JSON"),
        (b'{"process":"a\\u0000"}', 422, "含有空字符（U+0000）"),
        (b'{"process":' + nested(DEEP) + b"}", 422, "嵌套超过 32 层"),
        (b'{"process":' + b"9" * 400 + b"}", 400, "不是有效的 JSON"),
        (b'{"process":' + b"9" * 30 + b"}", 422, "过大的数字"),
        (b'{"process":NaN}', 400, "不是有效的 JSON"),
        (b'{"process":"doors_check","surprise":1}', 422, "surprise：接口没有这一项"),
        (b'{"process":1}', 422, "process：应为文字"),
        (b"[]", 422, "请求内容不符合接口约定"),
        (b"", 422, "process：缺少这一项"),
        (b'{"a":"' + b"x" * (5 * 1024**2) + b'"}', 413, "上限 5 MB"),
    ],
)
def test_each_is_told_what_where_and_what_to_do(calm: Scene, body: bytes, status: int, sentence: str) -> None:
    li = calm.api("liguifang")
    with unchanged(calm.app):
        answer = li.send("/instances", body)
    assert answer.status_code == status and sentence in answer.json["detail"]
    assert answer.mimetype == "application/problem+json" and answer.json["type"].startswith("urn:banyan:")
    assert answer.json["detail"].count("。") >= 1 and ("请" in answer.json["detail"])


def test_a_number_of_four_hundred_digits_as_an_answer(calm: Scene) -> None:
    li, page = calm.api("liguifang"), calm.page("liguifang")
    task = start(li, "doors_check")["tasks"][0]["id"]
    page.post(f"/tasks/{task}/claim")
    page.get(f"/tasks/{task}")
    with unchanged(calm.app):
        sent = li.post(f"/tasks/{task}/complete", {"answers": {"reason": "家庭收养", "amount": "9" * 400}})
    posted = page.post(f"/tasks/{task}/complete", reason="家庭收养", amount="9" * 400)
    assert sent.status_code == posted.status_code == 422
    assert "金额" in sent.json["fields"]["amount"] and sent.json["fields"]["amount"] in posted.text
    assert 'value="家庭收养"' in posted.text and "9" * 400 in posted.text, "nothing typed is lost"


def test_a_request_that_breaks_off_does_nothing(calm: Scene) -> None:
    li, page = calm.api("liguifang"), calm.page("liguifang")
    page.get("/inbox")
    with unchanged(calm.app):
        half = li.client.post(
            "/api/v1/instances", input_stream=io.BytesIO(b'{"process":"doors_'), headers=li.headers,
            content_type="application/json", environ_overrides={"CONTENT_LENGTH": "900"},
        )  # fmt: skip
        form = page.client.post(
            "/processes/doors_check/start", input_stream=io.BytesIO(b"csrf_token=" + page.token.encode()[:10]),
            content_type="application/x-www-form-urlencoded", environ_overrides={"CONTENT_LENGTH": "900"},
        )  # fmt: skip
        files = li.client.post(
            "/api/v1/documents", input_stream=io.BytesIO(b'--x\r\nContent-Disposition: form-data; name="instance"\r\n\r\n1'),
            headers=li.headers, content_type="multipart/form-data; boundary=x", environ_overrides={"CONTENT_LENGTH": "900"},
        )  # fmt: skip
    assert half.status_code == 400 and "没有传完" in half.json["detail"]
    assert form.status_code == 400 and CHINESE.search(form.text)
    assert files.status_code in {400, 422} and CHINESE.search(files.json["detail"])


def test_a_replayed_request_gets_the_first_answer_and_another_body_under_its_key_gets_none(scene: Scene) -> None:
    li = scene.api("liguifang")
    first = li.post("/instances", {"process": "doors_check"}, Idempotency_Key="once")
    with unchanged(scene.app):
        again = li.post("/instances", {"process": "doors_check"}, Idempotency_Key="once")
        other = li.post("/instances", {"process": "bench_approval_10"}, Idempotency_Key="once")
    assert again.json == first.json and again.status_code == 201
    assert other.status_code == 422 and "Idempotency-Key" in other.json["detail"]
    for key in ("", " ", "x" * 201, "k\u00e9y", "a\x01b"):
        assert li.post("/instances", {"process": "doors_check"}, Idempotency_Key=key).status_code in {201, 422}


NAMESPACE = 'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
DIAGRAMS = {
    "DOCTYPE": ('<!DOCTYPE x [<!ENTITY a "b">]>' + TEN.partition("?>")[2], "DOCTYPE"),
    "an external entity": ('<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>', "DOCTYPE"),
    "a billion laughs": ('<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>', "DOCTYPE"),
    "no XML": ("流程图", "XML"),
    "half an XML": (TEN[: len(TEN) // 2], "XML"),
    "another encoding": ('<?xml version="1.0" encoding="GBK"?>' + TEN.partition("?>")[2], "UTF-8"),
    "an empty element": (f"<definitions {NAMESPACE}/>", ""),
    "no process": ("<html/>", ""),
    "nothing that runs": (TEN.replace('isExecutable="true"', 'isExecutable="false"'), "可执行"),
    "elements without end": (f"<definitions {NAMESPACE}>" + "<a>" * 5000 + "</a>" * 5000 + "</definitions>", ""),
    "a Python expression": (
        LANED.replace('"P1D"', "__import__('os').system('id')"), "逾期",
    ),
    "a Python script": (
        re.sub(r'<userTask id="visit" name="入户走访" />', '<scriptTask id="visit" name="入户走访" scriptFormat="python">'
               "<script>import os</script></scriptTask>", LANED), "入户走访",
    ),
    "an element nobody runs": (re.sub(r'<userTask id="visit"(.*?)/>', r'<complexGateway id="visit"\1/>', LANED), "入户走访"),
    "an expression bomb": (
        LANED.replace('"P1D"', '"P" + string(' + "(" * 3000 + "1" + ")" * 3000 + ') + "D"'), "逾期",
    ),
    "a process named like a path": (TEN.replace('id="bench_approval_10"', 'id="../../etc"'), "../../etc"),
    "a process without a name": (TEN.replace('process id="bench_approval_10"', 'process id=""'), ""),
    "a process with a long name": (TEN.replace("bench_approval_10", "a" * 5000), ""),
}  # fmt: skip


@pytest.mark.parametrize("what", DIAGRAMS)
def test_a_diagram_that_is_none_is_refused_with_a_sentence(calm: Scene, what: str) -> None:
    bpmn, said = DIAGRAMS[what]
    assert bpmn not in {TEN, LANED}
    bpmn = bpmn.replace('<spiffworkflow:property name="form" value="application" />', "")
    li = calm.api("liguifang")
    with unchanged(calm.app):
        answer = li.post("/definitions", {"bpmn": bpmn})
    assert answer.status_code == 422, answer.text[:300]
    assert said in answer.json["detail"] and CHINESE.search(answer.json["detail"])
    assert "passwd" not in answer.json["detail"].replace("../../etc", "") and len(answer.json["detail"]) < 1000


def test_a_large_diagram_is_refused_by_its_size(calm: Scene) -> None:
    li = calm.api("liguifang")
    with unchanged(calm.app):
        answer = li.post("/definitions", {"bpmn": TEN + "<!--" + "长" * 700_000 + "-->"})
    assert answer.status_code == 422 and "超过 2 MB" in answer.json["detail"]


def test_the_database_holds_what_it_held(scene: Scene) -> None:
    """After a storm of wrong requests a right one goes through, on the same connection pool."""
    li = scene.api("liguifang")
    for text in TEXTS[:8]:
        li.post(f"/tasks/{quote(text, safe='')}/complete", {"answers": {text: text}})
    assert li.post("/instances", {"process": "doors_check"}).status_code == 201
