"""案号 and certificate numbers without gaps and doubles per authority and year, while many ask at once and some commands
fail after they have taken theirs (handbook 6.3)."""

import json
import threading
from typing import Any

from flask import Flask
from sqlalchemy import select

from app import clock
from app.catalogue.bundle import Bundle
from app.catalogue.publish import publish
from app.db import db, in_transaction
from app.instances.models import Instance
from app.parameters.series import issue, last_issued
from tests.doors import Program
from tests.engine import drawing as d
from tests.faults.crowd import PATIENCE, at_once
from tests.faults.town import Town

WINDOWS, ROUNDS = 6, 5
LI, ZHOU = "liguifang", "zhoumin"
COUNTIES = {LI: "450123", ZHOU: "450124"}

SETTINGS = """
key = "numbered"
title = "编号试办"
code = "BH"
process = "numbered"
[start]
roles = ["adoption_registrar"]
[facts.verdict]
kind = "code"
values = ["yes", "unclear"]
[facts.case_number]
kind = "text"
[facts.certificate]
kind = "text"
[forms.verdict]
title = "审定"
[forms.verdict.facts]
verdict = "verdict"
"""
FORM = {
    "type": "default",
    "schemaVersion": 19,
    "components": [
        {
            "type": "radio",
            "key": "verdict",
            "label": "结论",
            "values": [{"label": one, "value": one} for one in ("yes", "unclear")],
        }
    ],
}


def numbered() -> Bundle:
    """Both numbers are taken, then the machine cannot decide when the verdict is unclear: all is rolled back."""
    drawing = d.bpmn(
        d.start(),
        d.user("judge", name="审定", form="verdict", role="adoption_registrar"),
        d.node("serviceTask", "case", call="local:issue_case_number", output="{case_number: answer.number}"),
        d.node(
            "serviceTask", "paper", call="local:issue_number", input='{series: "certificate"}',
            output="{certificate: answer.number}",
        ),
        d.exclusive("weigh", "weigh-keep"),
        d.user("keep", name="归档", role="adoption_registrar"),
        d.end(),
        d.end("never"),
        d.chain("start", "judge", "case", "paper", "weigh"),
        d.flow("weigh", "never", 'if verdict = "yes" then false else null'),
        d.flow("weigh", "keep"),
        d.chain("keep", "end"),
        id="numbered",
    )  # fmt: skip
    files = {"process.bpmn": drawing.decode(), "process.toml": SETTINGS, "forms/verdict.json": json.dumps(FORM)}
    return Bundle("numbered", {f"numbered/{name}": text for name, text in files.items()})


def window(program: Program, number: int) -> list[str]:
    """One clerk's afternoon: cases started, judged; every third verdict at first cannot be carried out."""
    cases = []
    for round in range(ROUNDS):
        case = program.post("/instances", {"process": "numbered"}).json
        [task] = case["tasks"]
        if (number + round) % 3 == 0:
            refused = program.post(f"/tasks/{task['id']}/complete", {"answers": {"verdict": "unclear"}})
            assert refused.status_code == 409 and "无法判断走向" in refused.json["detail"], refused.text
        done = program.post(f"/tasks/{task['id']}/complete", {"answers": {"verdict": "yes"}})
        assert done.status_code == 200, done.text
        cases.append(case["id"])
    return cases


def test_numbers_have_no_gap_whoever_fails_in_between(town: Town) -> None:
    with town.app.app_context():
        in_transaction(lambda: publish(db.session(), numbered(), by="test", now=clock.now()))
    clerks = [(login, town.api(login)) for login in (LI, LI, LI, ZHOU, ZHOU, LI)]
    assert len(clerks) == WINDOWS
    year = clock.legal_day(clock.now()).year

    worked = at_once(
        *(lambda number=number, one=one: window(one, number) for number, (_, one) in enumerate(clerks))
    )  # fmt: skip

    for login, county in COUNTIES.items():
        mine = [case for (who, _), cases in zip(clerks, worked, strict=True) if who == login for case in cases]
        expected = range(1, len(mine) + 1)
        taken = [facts_of(town, case) for case in mine]
        assert sorted(one["case_number"] for one in taken) == [f"BH-{county}-{year}-{n:06d}" for n in expected]
        assert sorted(one["certificate"][-5:] for one in taken) == [f"{n:05d}" for n in expected]
        with town.app.app_context():
            assert last_issued(db.session(), county, "BH", year) == len(mine)
            assert last_issued(db.session(), county, "certificate", year) == len(mine)


def facts_of(town: Town, case: str) -> dict[str, Any]:
    """The numbers as the record has them, and as the case row shows the first."""
    known: dict[str, Any] = {}
    for event in town.events(case):
        known |= ((event.fields or {}).get("effects") or {}).get("facts") or {}
    with town.app.app_context():
        assert db.session.scalar(select(Instance.number).where(Instance.id == case)) == known["case_number"]
    return known


def test_two_commands_that_want_two_series_the_other_way_round_both_get_them(application: Flask, dialect: str) -> None:
    """A deadlock on PostgreSQL: one of the two is told to begin again, and no number is lost (engine rule 21)."""
    both_hold_one = threading.Barrier(2, timeout=PATIENCE)
    tries = {"there": 0, "back": 0}

    def command(name: str, *series: str) -> list[int]:
        tries[name] += 1
        first = issue(db.session(), "450123", series[0], 2026)
        if dialect == "postgresql" and tries[name] == 1:
            both_hold_one.wait()
        return [first, issue(db.session(), "450123", series[1], 2026)]

    def clerk(name: str, *series: str) -> list[int]:
        with application.app_context():
            return in_transaction(lambda: command(name, *series))

    there, back = at_once(lambda: clerk("there", "SY", "letter"), lambda: clerk("back", "letter", "SY"))

    assert sorted([there[0], back[1]]) == [1, 2] and sorted([there[1], back[0]]) == [1, 2]
    if dialect == "postgresql":
        assert sorted(tries.values()) == [1, 2], "one of the two was rolled back and tried again"


def test_a_command_that_fails_gives_its_numbers_back_and_leaves_none_on_the_case(town: Town) -> None:
    with town.app.app_context():
        in_transaction(lambda: publish(db.session(), numbered(), by="test", now=clock.now()))
    li, case = town.api(LI), town.start("numbered")
    [task] = town.tasks(case).values()
    for _ in range(3):
        assert li.post(f"/tasks/{task}/complete", {"answers": {"verdict": "unclear"}}).status_code == 409
    with town.app.app_context():
        assert db.session.scalar(select(Instance.number).where(Instance.id == case)) is None
        assert last_issued(db.session(), "450123", "BH", clock.legal_day(clock.now()).year) == 0
    assert town.kinds(case) == ["started"]
