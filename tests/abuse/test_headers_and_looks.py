"""On every page and every error: the strict policy, nothing kept by a browser; and whoever reads a child's file is noted."""

import logging
import re
import sqlite3
from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy.exc import OperationalError

from app import clock
from app.db import db
from app.instances import looks
from app.instances.looks import AccessLook
from app.web import cases
from tests.abuse.conftest import MORNING, PARTY, Scene
from tests.cast import CAST
from tests.doors import Visitor
from tests.doors.house import start, unchanged

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")

ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def addresses(scene: Scene) -> list[str]:
    return [
        ARGUMENT.sub(lambda name: quote(scene.ids.get(name[1], "doors_check")), str(rule))
        for rule in scene.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not str(rule).startswith("/static")
    ]


def test_every_answer_is_guarded_and_kept_by_nobody(calm: Scene) -> None:
    page, wrong = calm.page("liguifang"), []
    tried = [page.client.get(address) for address in addresses(calm)]
    tried += [page.client.get(address) for address in ("/nowhere", "/api/nowhere", "/api/v1/tasks", "/cases/x", "/%00")]
    tried += [page.client.post("/inbox"), page.client.post("/sign-out"), page.client.put("/cases")]
    tried += [Visitor(calm.app).get("/inbox"), Visitor(calm.app).get("/sign-in")]
    for answer in tried:
        policy = answer.headers["Content-Security-Policy"]
        sandboxed = answer.request.path.startswith("/files/") and answer.status_code == 200
        if (
            policy != ("default-src 'none'; sandbox; frame-ancestors 'none'" if sandboxed else POLICY)
            or answer.headers["X-Content-Type-Options"] != "nosniff"
            or answer.headers["Cache-Control"] != "no-store"
            or answer.headers["Referrer-Policy"] != "same-origin"
            or "Cross-Origin-Opener-Policy" not in answer.headers
            or "Access-Control-Allow-Origin" in answer.headers
        ):
            wrong.append((answer.request.path, answer.status_code, dict(answer.headers)))
    assert wrong == [] and len(tried) > 30


def looked_at(scene: Scene, login: str) -> set[str]:
    with scene.app.app_context():
        rows = db.session.query(AccessLook).filter_by(person_id=str(CAST[login].id))
        return {row.fields for row in rows}


def test_every_page_that_shows_a_case_is_noted(scene: Scene) -> None:
    """By one who works on it: which page, which paper; and the interface."""
    ids, page = scene.ids, scene.page("liguifang")
    shown = {
        f"/cases/{ids['instance_id']}": looks.CASE,
        f"/cases/{ids['instance_id']}/diagram": looks.DIAGRAM,
        f"/cases/{ids['instance_id']}/phone": looks.PHONE,
        f"/files/{ids['document_id']}": f"{looks.FILE}:{ids['document_id']}",
        f"/letters/{ids['letter_id']}": f"{looks.LETTER}:{ids['letter_id']}",
        f"/calls/{ids['call_id']}": f"{looks.CALL}:{ids['call_id']}",
    }
    for address, fields in shown.items():
        assert fields not in looked_at(scene, "liguifang")
        assert page.get(address).status_code == 200
        assert fields in looked_at(scene, "liguifang"), address
    begun = start(scene.api("liguifang"), "doors_check")
    assert page.get(f"/tasks/{begun['tasks'][0]['id']}").status_code == 200
    assert page.get(f"/cases/{begun['id']}/messages/withdraw").status_code == 200
    scene.api("liguifang").get(f"/instances/{begun['id']}")
    assert {looks.TASK, looks.MESSAGE, looks.INTERFACE} <= looked_at(scene, "liguifang")


@pytest.mark.parametrize("way", ["wrong answers", "another row", "preview"])
def test_there_is_no_way_round_by_posting(scene: Scene, way: str) -> None:
    """The page that comes back from a POST shows the case as well, also to one who never asked for it by GET."""
    task, page = scene.ids["task_id"], scene.page("luwenjing")
    page.get("/inbox")
    ending, fields, status = {
        "wrong answers": ("complete", {"decision": "perhaps"}, 422),
        "another row": ("complete", {"_refresh": "1"}, 200),
        "preview": ("preview", {"decision": "agree"}, 200),
    }[way]
    assert looks.TASK not in looked_at(scene, "luwenjing")
    assert page.post(f"/tasks/{task}/{ending}", **fields).status_code == status
    assert looks.TASK in looked_at(scene, "luwenjing")


def test_a_form_drawn_anew_while_one_types_is_one_look(scene: Scene, rows_of) -> None:
    task, page = scene.ids["task_id"], scene.page("luwenjing")
    page.get("/inbox")
    for minutes in (0, 1, 20, 40):
        clock.set_source(lambda minutes=minutes: MORNING + timedelta(minutes=minutes))
        page.get("/inbox")
        assert page.post(f"/tasks/{task}/preview", decision="agree").status_code == 200
    assert len([row for row in rows_of(AccessLook) if row.fields == looks.TASK]) == 2


def test_a_fault_tells_the_log_where_and_not_what(
    scene: Scene, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OperationalError("SELECT :name", {"name": PARTY}, sqlite3.OperationalError(f"near {PARTY}"))

    page = scene.page("liguifang")
    page.get("/inbox")
    monkeypatch.setattr(cases, "record_search", broken)
    with caplog.at_level(logging.DEBUG), unchanged(scene.app):
        answer = page.post("/cases/search", q=PARTY)
    assert answer.status_code == 500 and PARTY not in answer.text
    assert "OperationalError" in caplog.text and "app/web/cases.py" in caplog.text
    assert PARTY not in caplog.text


def test_an_ordinary_day_writes_no_name_into_a_log(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        li = scene.api("liguifang")
        task = start(li, "doors_check")["tasks"][0]["id"]
        li.post(f"/tasks/{task}/complete", {"answers": {"reason": PARTY}})
        li.post(f"/tasks/{task}/complete", {"answers": {"reason": PARTY, "typename": PARTY}})
        scene.page("liguifang").search(PARTY)
        scene.page("liguifang").get(f"/cases/{quote(PARTY)}")
    assert PARTY not in caplog.text


def test_no_page_links_to_an_address_with_a_name_in_it(scene: Scene) -> None:
    li = scene.api("liguifang")
    task = start(li, "doors_check")["tasks"][0]["id"]
    li.post(f"/tasks/{task}/complete", {"answers": {"reason": PARTY}})
    page = scene.page("liguifang")
    for address in ("/inbox", "/cases", "/done", f"/cases/{scene.ids['instance_id']}"):
        for link in re.findall(r'(?:href|action|src)="([^"]*)"', page.get(address).text):
            assert PARTY not in link and quote(PARTY) not in link
