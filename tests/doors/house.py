"""The two procedures the doors are tried with, and a case of each in 隆安县 (450123).

`bench_approval_10` is the plain file of ten steps. `doors_check` has lanes, a form, two tasks at once, a message, a letter
and a timer:

    填报申请 (登记岗; 撤回) → 受理通知 → 入户走访 ‖ 邻里询问 (评估员) → 分管领导审批 (逾期 1 天) → 办结
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.catalogue.bundle import Bundle, from_diagram
from app.catalogue.publish import publish
from app.db import Base, db, in_transaction
from app.errors import Refusal
from app.identity.actor import load_actor_by_login
from app.instances.incidents import open_incident
from app.instances.models import Incident, Instance
from app.instances.plan_discard import plan_discard
from app.replay.audits.draw_sample import draw_sample
from app.replay.audits.move_finding import answer_finding
from app.replay.audits.open_project import open_project
from app.replay.audits.population import Population
from app.replay.audits.raise_finding import raise_finding
from tests.doors import Program

DIAGRAMS = Path(__file__).parent.parent / "diagrams"
TEN = (DIAGRAMS / "bench_approval_10.bpmn").read_text("utf-8")
LANED = (DIAGRAMS / "doors_check.bpmn").read_text("utf-8")
AGREE = {"decision": "agree", "opinion": "同意"}
APPLICATION = {"reason": "家庭收养", "amount": "1200.5", "phone": "0771-6520000"}

SETTINGS = """
key = "doors_check"
title = "门禁核验"
code = "MJ"
process = "doors_check"
[start]
roles = ["adoption_registrar"]
[lanes]
"登记岗" = "adoption_registrar"
"评估员" = "assessor"
"分管领导" = "county_approver"
[facts.amount]
kind = "number"
label = "金额"
[forms.application]
title = "申请"
[forms.application.facts]
amount = "amount"
[messages.withdraw]
title = "撤回申请"
roles = ["adoption_registrar"]
[letters.notice]
title = "受理通知"
file = "notice.txt"
fields = { reason = "application.reason" }
"""


def _field(type_: str, key: str, label: str, **more: Any) -> dict[str, Any]:
    return {"type": type_, "key": key, "label": label, "id": f"field_{key}", **more}


FORM = orjson.dumps(
    {
        "type": "default",
        "id": "application",
        "schemaVersion": 19,
        "components": [
            _field("textfield", "reason", "事由", validate={"required": True, "maxLength": 100}),
            _field("number", "amount", "金额"),
            _field("textfield", "phone", "联系电话", properties={"kind": "phone"}),
            _field("textfield", "relief", "减免理由", conditional={"hide": "=amount = null or amount < 5000"}),
            _field("filepicker", "papers", "证明材料", accept=".pdf,.png"),
        ],
    }
).decode()


FILE_REQUEST: dict[str, Any] = {
    "kind": "court", "authority": "隆安县人民法院", "paper": "（2026）桂0123行初12号", "received_on": "2026-03-02",
    "wanted": "全部证据", "scope": "procedure", "bearers": [{"name": "甲", "card": "123X"}, {"name": "乙", "card": "4567"}],
}  # fmt: skip
"""A court asks for a file."""


def laned_bundle(bpmn: str = LANED, settings: str = SETTINGS) -> Bundle:
    files = {"process.bpmn": bpmn, "process.toml": settings, "forms/application.json": FORM}
    return Bundle(
        "doors_check", {f"doors_check/{name}": text for name, text in files.items()}
        | {"doors_check/letters/notice.txt": "受理通知\n\n您申请的{{reason}}已受理。\n"},
    )  # fmt: skip


def publish_both(application: Flask) -> None:
    """Both procedures into the catalogue."""
    with application.app_context():
        for bundle in (from_diagram("bench_approval_10", TEN), laned_bundle()):
            in_transaction(lambda bundle=bundle: publish(db.session(), bundle, by="test", now=clock.now()))


def start(program: Program, process: str) -> dict[str, Any]:
    """The case as the API gives it, with its open tasks."""
    answer = program.post("/instances", {"process": process})
    assert answer.status_code == 201, answer.text
    return answer.json


def complete(program: Program, task_id: str, answers: Mapping[str, Any] = AGREE) -> None:
    answer = program.post(f"/tasks/{task_id}/complete", {"answers": dict(answers)})
    assert answer.status_code == 200, answer.text


def open_tasks(program: Program, case: str) -> dict[str, str]:
    """Id by name of the open tasks of a case."""
    return {task["name"]: task["id"] for task in program.get(f"/instances/{case}").json["tasks"]}


def assessed_case(li: Program) -> str:
    """A case of `doors_check` with both assessors' tasks open."""
    case = start(li, "doors_check")
    complete(li, case["tasks"][0]["id"], APPLICATION)
    return case["id"]


def stopped(app: Flask, case: str) -> dict[str, str]:
    """An act of the case could not be carried out; an administrator has planned to let it be."""
    around, now = app.extensions["banyan"], clock.now()

    def command() -> dict[str, str]:
        session = db.session()
        open_incident(session, case, "command", f"{case}/x", "x", Refusal("no_flow_taken"), now=now)
        session.flush()
        incident = session.scalars(select(Incident.id).where(Incident.instance_id == case)).one()
        admin = load_actor_by_login(session, "weiyiming", clock.legal_day(now))
        plan = plan_discard(session, around, incident, by=admin, reason="已另行办理", now=now).id
        return {"incident_id": incident, "plan_id": plan}

    with app.app_context():
        found = in_transaction(command)
    return found | {f"string:{name}": value for name, value in found.items()}


def audited(app: Flask, case: str, *, answered: bool = False) -> dict[str, str]:
    """An audit project over the county with a sample and a finding; the office has accepted it where it is `answered`."""
    around, now = app.extensions["banyan"], clock.now()

    def command() -> dict[str, str]:
        session, day = db.session(), clock.legal_day(now)
        mo, huang = (load_actor_by_login(session, login, day) for login in ("mohaiyan", "huangjianguo"))
        population = Population("450123", ended=False)
        project = open_project(session, around, population, by=mo, title="专项审计", ground="年度计划", now=now).id
        draw_sample(session, around, project, by=mo, size=50, strata="", reason="", now=now)
        finding = raise_finding(
            session, around, project, by=mo, case=case, seq=1, kind="limit", words="受理迟了", now=now
        ).id
        if answered:
            answer_finding(
                session, around, finding, by=huang, stance="accepted", words="属实，即改", promised_on=day, now=now
            )
        found = {"project_id": project, "finding_id": finding, "instance_id": case}
        return found | {f"string:{name}": value for name, value in found.items()}

    with app.app_context():
        return in_transaction(command)


def fingerprint(application: Flask) -> dict[str, Any]:
    """Rows of every table and the head of every chain. What only tells that somebody was here is left out."""
    with application.app_context():
        session = db.session()
        rows = {
            table.name: session.scalar(select(func.count()).select_from(table))
            for table in Base.metadata.sorted_tables
            if table.name not in {"access_look", "refused_attempt"}
        }
        heads = session.execute(select(Instance.id, Instance.head_seq, Instance.head_hash, Instance.revision)).all()
        session.rollback()
    return {"rows": rows, "heads": sorted(map(tuple, heads))}


@contextmanager
def unchanged(application: Flask) -> Iterator[None]:
    """Whatever happens inside leaves no row and moves no chain."""
    before = fingerprint(application)
    yield
    assert fingerprint(application) == before


def clock_at(instant: datetime) -> Callable[[], datetime]:
    clock.set_source(lambda: instant)
    return clock.now
