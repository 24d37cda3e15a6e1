"""A person's command that the diagram cannot carry out: nothing of it stays but the draft, and somebody is told at once
(engine rule 18)."""

from collections.abc import Iterator

import pytest

from app import clock
from app.catalogue.publish import publish
from app.db import db, in_transaction
from app.instances.models import Incident
from tests.doors.house import fingerprint
from tests.faults.crowd import at_once
from tests.faults.test_numbers_at_once import numbered
from tests.faults.town import Town

LI = "liguifang"
UNCLEAR, CLEAR = {"verdict": "unclear"}, {"verdict": "yes"}


@pytest.fixture
def case(town: Town) -> Iterator[str]:
    with town.app.app_context():
        in_transaction(lambda: publish(db.session(), numbered(), by="test", now=clock.now()))
    return town.start("numbered")


def incidents(town: Town) -> list[Incident]:
    with town.app.app_context():
        return db.session.query(Incident).order_by(Incident.opened_at).all()


@pytest.mark.parametrize("door", ["page", "api"])
def test_the_person_reads_the_number_and_the_answers_are_kept(town: Town, case: str, door: str) -> None:
    [task] = town.tasks(case).values()
    page = town.page(LI)
    page.post(f"/tasks/{task}/claim")
    before = fingerprint(town.app)["heads"]
    page.get(f"/tasks/{task}")
    if door == "page":
        answer = page.post(f"/tasks/{task}/complete", **UNCLEAR)
        read = answer.text
    else:
        answer = town.api(LI).post(f"/tasks/{task}/complete", {"answers": UNCLEAR})
        read = answer.json["detail"]

    [incident] = incidents(town)
    assert answer.status_code == 409
    assert "BH-450123" not in read, "the number it took was rolled back with it"
    assert "无法判断走向" in read and f"故障编号 {incident.id[:8]}" in read and "已填内容仍在" in read
    assert (incident.what, incident.node, incident.error) == ("command", "weigh-never", "condition_not_boolean")
    assert fingerprint(town.app)["heads"] == before, "the record has not moved"
    assert incident.id[:8] in page.get(f"/cases/{case}").text
    assert "提交的办理" in town.app.test_cli_runner().invoke(args=["incidents", "list"]).output
    if door == "page":
        shown = page.get(f"/tasks/{task}").text
        assert 'value="unclear" checked' in shown or 'checked value="unclear"' in shown, shown


def test_the_same_trouble_for_two_at_once_is_one_incident(town: Town, case: str) -> None:
    [task] = town.tasks(case).values()
    li = town.api(LI)
    answers = at_once(*[lambda: li.post(f"/tasks/{task}/complete", {"answers": UNCLEAR})] * 3)
    assert {one.status_code for one in answers} == {409}
    assert len(incidents(town)) == 1 and len({one.json["detail"] for one in answers}) == 1
    town.complete(task, LI, CLEAR)


def test_what_another_person_did_meanwhile_is_no_incident(town: Town, case: str) -> None:
    [task] = town.tasks(case).values()
    town.complete(task, LI, CLEAR)
    assert town.api(LI).post(f"/tasks/{task}/complete", {"answers": CLEAR}).status_code == 409
    assert incidents(town) == []
