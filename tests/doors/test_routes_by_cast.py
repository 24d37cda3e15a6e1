"""Every address × every member of the cast: what each is answered stands in `routes.txt`, and no cell is missing.

A column is a person, a line is a method, an address and the place it is about:

    ten     a case of the plain ten-step file in 450123, begun by 李桂芳; its open task is for any caseworker there
    laned   a case of `doors_check` there, with both assessors' tasks open, a document and a letter
    begun   a case of `doors_check` at its first step, where it may be withdrawn
    held    as `ten`, the open task held by 李桂芳
    passed  as `ten`, one step further; the task is the one that 李桂芳 completed
    called  a case that waits for the police to answer; 李桂芳 has asked 农小兰 to stand in for her next week
    stopped as `ten`, with an incident that 韦一鸣 has planned to give up
    newer   `care` has a second version that a case of the first could go over to; 韦一鸣 has planned it
    audited, replied  an audit project over the county, its sample drawn, with a finding about `ten`: new; accepted
    compared  莫海燕 has compared the first of March
    asked   as `ten`, with a court's request for the file that 蒙秀英 has registered
    urgent  as `ten`, which 韦一鸣 may read for two hours (紧急查看)
    told    a case whose clock has run half; 李桂芳 has been told so
    -       no case; 梁晓东 has uploaded a diagram to look at

Each cell starts from the same database. On SQLite only: who may do what does not depend on the database, and
hundreds of cells would be asked twice.
"""

import io
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import clock
from app.catalogue.publish import publish
from app.db import db, in_transaction
from app.documents.models import Letter
from app.dossiers.models import Submission
from app.identity.actor import load_actor_by_login
from app.identity.models import Delegation
from app.instances.models import Call
from app.instances.plan_migration import plan_migration
from app.notifications.give_warnings import give_warnings
from app.notifications.models import Reminder
from app.notifications.notifier import OnThePage
from tests.acts.test_migrate import version
from tests.conftest import PASSWORD, application_on
from tests.doors import Browser, Caller, Program, Visitor
from tests.doors.house import (
    AGREE,
    FILE_REQUEST,
    TEN,
    assessed_case,
    audited,
    clock_at,
    complete,
    open_tasks,
    publish_both,
    start,
    stopped,
)
from tests.jobs.desk import kept
from tests.jobs.office import CRIME

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")

NOBODY = "nobody"
MORNING = datetime(2026, 3, 2, 1, tzinfo=UTC)
PNG = Path(__file__).with_name("dot.png").read_bytes()
EMERGENCY: dict[str, Any] = {"case": "<instance_id>", "reason": "核验结果没有回写", "hours": "2"}

FORMS: dict[str, dict[str, Any]] = {
    "/password": {"old": PASSWORD, "new": "Another-2026-pass", "again": "Another-2026-pass"},
    "/tasks/<task_id>/complete": AGREE,
    "/tasks/<task_id>/draft": AGREE,
    "/tasks/<task_id>/preview": AGREE,
    "/tasks/<task_id>/transfer": {"person": "luoxiuzhen", "reason": "外出培训"},
    "/incidents/<incident_id>/retry": {"reason": "再试一次"},
    "/incidents/<incident_id>/discard": {"reason": "已另行办理"},
    "/incidents/<incident_id>/correct": {"reason": "补录"},
    "/plans/reposition": {"case": "<instance_id>", "cancel": "approve_01#1", "node": "approve_02", "reason": "点错"},
    "/plans/<plan_id>/decline": {"reason": "按原步骤办理"},
    "/workflows/<key>/<int:version>/migrate": {"reason": "新版生效"},
    "/migrations/<plan_id>/decline": {"reason": "先试点"},
    "/cases/<instance_id>/purpose": {"reason": "年度抽查"},
    "/cases/<instance_id>/papers/<uuid:paper_id>/number": {"field": "phone", "purpose": "电话通知补正"},
    "/cases/<instance_id>/interest": {"reason": "申请人是近亲属"},
    "/cases/<instance_id>/follow-up": {"day": "2026-03-20"},
    "/cases/<instance_id>/export": {"extent": "whole", "purpose": "年度抽查第一批"},
    "/cases/<instance_id>/file-request": {
        **{name: value for name, value in FILE_REQUEST.items() if name != "bearers"},
        **{"name_1": "甲", "card_1": "123X", "name_2": "乙", "card_2": "4567"},
    },
    "/file-requests/<request_id>/decline": {"reason": "文号与来文不符"},
    "/cases/<instance_id>/print": {"extent": "whole", "purpose": "年度抽查第一批"},
    "/emergency": EMERGENCY,
    "/emergency/<emergency_id>/decline": {"reason": "日志已能说明"},
    "/audit/analysis": {"since": "2026-03-01", "until": "2026-03-02"},
    "/audit/looks": {"name": "闭月英", "purpose": "核对查阅登记"},
    "/audit/event-log": {"format": "xes", "purpose": "年度流程分析"},
    "/cases/<instance_id>/hand-over": {"person": "luoxiuzhen", "reason": "调离"},
    "/calls/<call_id>": {"result": "clear", "evidence": "电话核实，经办人已记录", "reason": "系统不通"},
    "/audit/projects": {"title": "专项审计", "division": "450123", "ground": "年度计划第 7 项"},
    "/audit/projects/<project_id>/draw": {"size": "2", "strata": "county", "reason": "补抽两件"},
    "/audit/projects/<project_id>/examine": {"case": "<instance_id>", "note": "无误"},
    "/audit/projects/<project_id>/findings": {
        "case": "<instance_id>",
        "seq": "1",
        "kind": "limit",
        "words": "受理迟了",
    },
    "/audit/projects/<project_id>/close": {"conclusion": "都已查完"},
    "/findings/<finding_id>/answer": {"stance": "explained", "words": "当日系统停电"},
    "/findings/<finding_id>/rectify": {"words": "已补写条款"},
    "/findings/<finding_id>/settle": {"ending": "handed_over", "words": "移送处理"},
    "/findings/<finding_id>/send-back": {"words": "没有说清"},
    "/delegations": {"person": "luoxiuzhen", "reason": "休假", "from_day": "2026-03-20", "to_day": "2026-03-21"},
}
"""What is posted to a page, where anything is."""


def table() -> tuple[list[str], dict[tuple[str, str, str], list[int]]]:
    lines = (Path(__file__).parent / "routes.txt").read_text("utf-8").splitlines()
    people, *rows = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    return people, {(row[0], row[1], row[2]): [int(cell) for cell in row[3:]] for row in rows}


PEOPLE, ROWS = table()


@dataclass
class House:
    """The application with both cases in it, everybody signed in, and the file to come back to."""

    app: Flask
    file: Path
    kept: Path
    browsers: dict[str, Visitor]
    programs: dict[str, Caller]
    places: dict[str, dict[str, str]]

    def restore(self) -> None:
        """The database as it was."""
        with self.app.app_context():
            db.engine.dispose()
        for ending in ("-wal", "-shm"):
            Path(f"{self.file}{ending}").unlink(missing_ok=True)
        shutil.copyfile(self.kept, self.file)

    def ask(self, method: str, rule: str, place: str, login: str) -> TestResponse:
        address = rule
        for name, value in self.places[place].items():
            address = address.replace(f"<{name}>", value)
        assert "<" not in address, f"{rule}: {place} names no {address}"
        if address.startswith("/api/v1"):
            return self._call(method, rule, address.removeprefix("/api/v1"), self.places[place], login)
        browser = self.browsers[login]
        if method == "GET":
            return browser.get(address)
        named = {f"<{name}>": value for name, value in self.places[place].items()}
        fields = {name: named.get(value, value) for name, value in FORMS.get(rule, {}).items()}
        if rule == "/workflows/upload":
            fields = a_file()
        if rule == "/sign-in":
            fields = {"login": login, "password": PASSWORD}
        return browser.post(address, **{"csrf_token": self.tokens[login], "nonce": ""} | fields)

    @property
    def tokens(self) -> dict[str, str]:
        return {login: browser.token for login, browser in self.browsers.items()}

    def _call(self, method: str, rule: str, address: str, place: dict[str, str], login: str) -> TestResponse:
        program = self.programs[login]
        if method == "GET":
            return program.get(address)
        if method == "DELETE":
            return program.delete(address)
        case = place.get("string:instance_id", "")
        if rule == "/api/v1/documents":
            data = {"file": (io.BytesIO(PNG), "照片.png"), "instance": case}
            return program.send(address, data, "multipart/form-data")
        bodies: dict[str, Any] = {
            "/api/v1/definitions": {"bpmn": TEN.replace("bench_approval_10", "another_ten")},
            "/api/v1/instances": {"process": place.get("key")},
            "/api/v1/messages": {"instance": case, "name": "withdraw", "id": "m-1"},
            "/api/v1/tasks/<string:task_id>/complete": {"answers": AGREE},
            "/api/v1/tasks/<string:task_id>/transfer": {"to": "luoxiuzhen", "reason": "外出培训"},
            "/api/v1/instances/<string:instance_id>/papers/<uuid:paper_id>/number": {
                "field": "phone",
                "purpose": "电话通知补正",
            },
            "/api/v1/instances/<string:instance_id>/interest": FORMS["/cases/<instance_id>/interest"],
            "/api/v1/instances/<string:instance_id>/follow-up": {"day": "2026-03-20"},
            "/api/v1/instances/<string:instance_id>/purpose": {"purpose": "年度抽查"},
            "/api/v1/password": {"old": PASSWORD, "new": "Another-2026-pass"},
            "/api/v1/instances/<string:instance_id>/repositions": {
                "cancel": ["approve_01#1"],
                "nodes": ["approve_02"],
                "reason": "点错",
            },
            "/api/v1/incidents/<string:incident_id>/retry": {"reason": "再试一次"},
            "/api/v1/incidents/<string:incident_id>/discard": {"reason": "已另行办理"},
            "/api/v1/incidents/<string:incident_id>/corrections": {"facts": {}, "reason": "补录"},
            "/api/v1/plans/<string:plan_id>/decline": {"reason": "按原步骤办理"},
            "/api/v1/migrations": {"process": "care", "reason": "新版生效"},
            "/api/v1/migrations/<string:plan_id>/decline": {"reason": "先试点"},
            "/api/v1/instances/<string:instance_id>/export": {"extent": "whole", "purpose": "年度抽查第一批"},
            "/api/v1/instances/<string:instance_id>/file-requests": FILE_REQUEST,
            "/api/v1/file-requests/<string:request_id>/decline": {"reason": "文号与来文不符"},
            "/api/v1/instances/<string:instance_id>/print": FORMS["/cases/<instance_id>/print"],
            "/api/v1/emergencies": EMERGENCY | {"case": case, "hours": 2},
            "/api/v1/emergencies/<string:emergency_id>/decline": {"reason": "日志已能说明"},
            "/api/v1/audit/analyses": FORMS["/audit/analysis"],
            "/api/v1/audit/looks/searches": FORMS["/audit/looks"],
            "/api/v1/event-logs": FORMS["/audit/event-log"],
            "/api/v1/instances/<string:instance_id>/hand-over": {"to": "luoxiuzhen", "reason": "调离"},
            "/api/v1/audit/projects": FORMS["/audit/projects"],
            "/api/v1/audit/projects/<string:project_id>/draw": {"size": 2, "strata": "county", "reason": "补抽两件"},
            "/api/v1/audit/projects/<string:project_id>/examine": {"case": case, "note": "无误"},
            "/api/v1/audit/projects/<string:project_id>/findings": {
                "case": case,
                "seq": 1,
                "kind": "limit",
                "words": "受理迟了",
            },
            "/api/v1/audit/projects/<string:project_id>/close": FORMS["/audit/projects/<project_id>/close"],
            "/api/v1/findings/<string:finding_id>/answer": FORMS["/findings/<finding_id>/answer"],
            "/api/v1/findings/<string:finding_id>/rectify": FORMS["/findings/<finding_id>/rectify"],
            "/api/v1/findings/<string:finding_id>/settle": FORMS["/findings/<finding_id>/settle"],
            "/api/v1/findings/<string:finding_id>/send-back": FORMS["/findings/<finding_id>/send-back"],
            "/api/v1/delegations": {
                "to": "luoxiuzhen",
                "reason": "休假",
                "from_day": "2026-03-20",
                "to_day": "2026-03-21",
            },
            "/api/v1/calls/<string:call_id>/answer": {"answers": FORMS["/calls/<call_id>"]},
        }
        return program.post(address, bodies.get(rule))


@pytest.fixture(scope="module")
def house(template: str, new_database: Callable[[str | None], str], tmp_path_factory: Any) -> Iterator[House]:
    clock_at(MORNING)
    url = new_database(template)
    app = application_on(url)
    publish_both(app)
    with app.app_context():
        for bundle in (CRIME, kept()):
            in_transaction(lambda bundle=bundle: publish(db.session(), bundle, by="test", now=clock.now()))
    people = [login for login in PEOPLE if login != NOBODY]
    browsers: dict[str, Visitor] = {login: Browser(app, login, PASSWORD) for login in people}
    programs: dict[str, Caller] = {login: Program(app, login) for login in people}
    made = House(
        app,
        Path(url.removeprefix("sqlite:///")),
        tmp_path_factory.mktemp("kept") / "kept.sqlite",
        browsers | {NOBODY: Visitor(app)},
        programs | {NOBODY: Caller(app)},
        places(app, programs["liguifang"], browsers["liguifang"], browsers["liangxiaodong"])
        | {"compared": compared(programs["mohaiyan"])}
        | {"asked": asked(programs["liguifang"], programs["mengxiuying"])}
        | {"urgent": urgent(programs["liguifang"], programs["weiyiming"], Program(app, "luzhian"))},
    )
    with app.app_context(), db.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copyfile(made.file, made.kept)
    yield made
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def a_file() -> dict[str, Any]:
    """What a policy officer uploads: a diagram of ten steps under another name."""
    return {"file": (io.BytesIO(TEN.encode()), "again.bpmn")}


def places(app: Flask, li: Caller, browser: Visitor, policy: Visitor) -> dict[str, dict[str, str]]:
    """What the addresses of each place are filled in with."""
    ten, held, passed = (start(li, "bench_approval_10")["id"] for _ in range(3))
    laned, begun, called = assessed_case(li), start(li, "doors_check")["id"], start(li, "crime")["id"]
    first = open_tasks(li, passed)
    complete(li, *first.values())
    li.post(f"/tasks/{next(iter(open_tasks(li, held).values()))}/claim")
    found = {}
    for place, case, key in (("ten", ten, "bench_approval_10"), ("laned", laned, "doors_check")):
        paper = li.send("/documents", {"file": (io.BytesIO(PNG), "照片.png"), "instance": case}, "multipart/form-data")
        assert paper.status_code == 201, paper.text
        found[place] = at(case, sorted(open_tasks(li, case).items())[0][1]) | {
            "uuid:document_id": paper.json["id"],
            "key": key,
            "int:version": "1",
        }
    found["held"] = at(held, *open_tasks(li, held).values())
    found["passed"] = at(passed, *first.values())
    policy.get("/workflows/upload")
    policy.post("/workflows/upload", **a_file())
    browser.get("/delegations")
    browser.post("/delegations", **FORMS["/delegations"] | {"person": "nongxiaolan"})
    with app.app_context():
        found["laned"]["uuid:letter_id"] = str(db.session.scalar(select(Letter.id)))
        kept = select(Submission.id).where(Submission.case == laned)
        found["laned"]["int:seq"] = "1"
        found["laned"]["uuid:paper_id"] = str(db.session.scalar(kept.limit(1)))
        call, delegation = db.session.scalar(select(Call.id)), str(db.session.scalar(select(Delegation.id)))
    found["called"] = at(called, "") | {"call_id": call, "string:call_id": call}
    found["called"] |= {"delegation_id": delegation, "string:delegation_id": delegation}
    found["told"] = told(app, li)
    found["begun"] = at(begun, "") | {"name": "withdraw"}
    found["laned"]["name"] = "withdraw"
    found["stopped"] = at(stuck := start(li, "bench_approval_10")["id"], "") | stopped(app, stuck)
    found["newer"] = newer(app, li)
    found["audited"], found["replied"] = audited(app, ten), audited(app, ten, answered=True)
    return found | {"-": {"path:filename": "app.css"}}


def newer(app: Flask, li: Caller) -> dict[str, str]:
    with app.app_context():
        in_transaction(lambda: publish(db.session(), version(), by="test", now=clock.now()))
        start(li, "care")
        in_transaction(lambda: publish(db.session(), version("check"), by="test", now=clock.now()))
        by = load_actor_by_login(db.session(), "weiyiming", clock.legal_day(clock.now()))
        plan = in_transaction(
            lambda: plan_migration(db.session(), "care", by=by, named={}, reason="新版生效", now=clock.now()).id
        )
    return {"key": "care", "int:version": "2", "plan_id": plan, "string:plan_id": plan}


def asked(li: Caller, meng: Caller) -> dict[str, str]:
    answer = meng.post(f"/instances/{start(li, 'bench_approval_10')['id']}/file-requests", FILE_REQUEST)
    assert answer.status_code == 201, answer.text
    return {"request_id": answer.json["id"], "string:request_id": answer.json["id"]}


def compared(mo: Caller) -> dict[str, str]:
    run = mo.post("/audit/analyses", FORMS["/audit/analysis"]).json["id"]
    return {"run_id": run, "string:run_id": run}


def urgent(li: Caller, wei: Caller, lu: Caller) -> dict[str, str]:
    case = start(li, "bench_approval_10")["id"]
    emergency = wei.post("/emergencies", EMERGENCY | {"case": case, "hours": 2}).json["id"]
    assert lu.post(f"/emergencies/{emergency}/approve", {}).status_code == 200
    return at(case, "") | {"emergency_id": emergency, "string:emergency_id": emergency}


def told(app: Flask, li: Caller) -> dict[str, str]:
    case = start(li, "kept")["id"]
    complete(li, *open_tasks(li, case).values(), {"received_on": "2026-02-10"})
    around = app.extensions["banyan"]
    with app.app_context():
        in_transaction(lambda: give_warnings(db.session(), around, OnThePage(), case, now=clock.now()))
        reminder = str(db.session.scalar(select(Reminder.id)))
    return {"reminder_id": reminder, "string:reminder_id": reminder}


def at(case: str, task: str) -> dict[str, str]:
    return {"instance_id": case, "string:instance_id": case, "task_id": task, "string:task_id": task}


@pytest.mark.parametrize("row", ROWS, ids=" ".join)
def test_each_is_answered_as_the_table_says(house: House, row: tuple[str, str, str]) -> None:
    clock_at(MORNING)
    answered = []
    for login in PEOPLE:
        if row[0] != "GET":
            house.restore()
        with_cookies = keep_cookies(house.browsers[login])
        answered.append(house.ask(*row, login).status_code)
        with_cookies()
    assert dict(zip(PEOPLE, answered, strict=True)) == dict(zip(PEOPLE, ROWS[row], strict=True))


def test_no_route_is_missing_from_the_table_and_none_stands_there_in_vain(house: House) -> None:
    routes = {
        (method, str(rule)) for rule in house.app.url_map.iter_rules() for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert {row[:2] for row in ROWS} == routes
    assert [row for row, cells in ROWS.items() if len(cells) != len(PEOPLE)] == [], "a cell is empty"


def keep_cookies(visitor: Visitor) -> Callable[[], None]:
    """Remember a browser's cookies; the answer puts them back, since signing in and out changes them."""
    token, jar = visitor.token, dict(visitor.client._cookies)

    def put_back() -> None:
        visitor.client._cookies.clear()
        visitor.client._cookies.update(jar)
        visitor.token = token

    return put_back
