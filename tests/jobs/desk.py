"""A procedure with one clock of 30 days, a case of it, and what was told of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.catalogue.bundle import Bundle
from app.catalogue.publish import publish
from app.clock import legal_day
from app.db import db, in_transaction
from app.instances.complete_task import complete_task
from app.instances.models import Task
from app.instances.start import start as start_case
from app.instances.surroundings import Surroundings
from app.notifications.give_warnings import give_warnings
from app.notifications.notifier import OnThePage
from app.notifications.reminders import reminders
from app.notifications.wording import words
from tests.cast import CAST, HUANG_JIANGUO, LI_GUIFANG, NONG_XIAOLAN, actor
from tests.engine.drawing import bpmn, chain, end, start, user
from tests.jobs.office import Office

LADDER = [LI_GUIFANG, NONG_XIAOLAN, HUANG_JIANGUO]
FORM = """{"type": "default", "id": "dates", "schemaVersion": 19, "components": [
 {"type": "datetime", "subtype": "date", "key": "%s", "id": "a", "dateLabel": "%s"}]}"""
CLOCK = """
[limits."kept.total"]
value = 30
unit = "CD"
source = "试验"
mark = "certain"
[clocks.K]
title = "办理期限"
limit = "kept.total"
start = "received_on"
end = "ended_on"
source = "试验"
stops = [{ from = "stopped_on", to = "resumed_on", title = "补正", source = "试验", mark = "design" }]
"""
NAMED = "".join(
    f'[limits."kept.warning_{n}"]\nvalue = {days}\nunit = "CD"\nsource = "试验"\nmark = "design"\n'
    for n, days in enumerate((20, 25, 28), 1)
)
FACTS = ("received_on", "stopped_on", "resumed_on", "ended_on")


def kept(*, named: bool = False, waits: bool = False, role: str = "caseworker", more: str = "") -> Bundle:
    """One task for each date of the clock: they are worked off in this order."""
    clock = CLOCK
    if named:
        clock += 'warnings = ["kept.warning_1", "kept.warning_2", "kept.warning_3"]\n' + NAMED
    if waits:
        clock = clock.replace('end = "ended_on"', "waits = true")
    settings = 'key = "kept"\ntitle = "试办"\ncode = "CS"\nprocess = "kept"\n[start]\n'
    settings += f'roles = ["{role}"]\n'
    settings += "".join(f'[facts.{one}]\nkind = "date"\n' for one in FACTS)
    settings += "".join(f'[forms.{one}.facts]\n{one} = "{one}"\n' for one in FACTS)
    drawing = bpmn(
        start(), *(user(one, form=one, role=role) for one in FACTS), user("rest", role=role), end(),
        chain("start", *FACTS, "rest", "end"), id="kept",
    )  # fmt: skip
    files = {"kept/process.bpmn": drawing.decode(), "kept/process.toml": settings + clock + more}
    return Bundle("kept", files | {f"kept/forms/{one}.json": FORM % (one, one) for one in FACTS})


class Desk:
    """A case whose materials were received on 2026-03-02, and what was told of it."""

    def __init__(self, county: Office) -> None:
        self.county, self.case = county, county.begin("kept")
        self.enter("received_on", "2026-03-02")

    def enter(self, fact: str, day: str) -> None:
        self.county.complete(fact, **{fact: day})

    def on(self, day: str, hour: int = 9) -> "Desk":
        """At that hour in China, after the worker has done what is due."""
        self.county.now = datetime.fromisoformat(f"{day}T{hour:02}:00:00+08:00").astimezone(UTC)
        self.county.turn()
        return self

    def told(self) -> list[tuple[str, list[str]]]:
        """What the record says was told, with the days used, and to whom."""
        said = []
        for event in self.county.chain(self.case):
            if event.kind in ("warned", "escalated"):
                fields: Any = self.county.of(event)
                people = [login for login in LADDER if str(CAST[login].id) in fields["payload/~told"]]
                assert len(people) == len(fields["payload/~told"])
                said.append((f"{event.kind} {fields['effects']['count']}", people))
        return said

    def list_of(self, login: str) -> list[str]:
        with self.county.context():
            found = reminders(db.session(), actor(login))
            assert found.total == len(found.rows)
            return [words(one.content) for one, _, _ in found.rows]


def half_used(around: Surroundings, now: datetime) -> None:
    """A case whose clock has run for three weeks, and who answers for it told so; for stories about pages."""
    li, received = actor(LI_GUIFANG), legal_day(now) - timedelta(days=21)
    in_transaction(lambda: publish(db.session(), kept(), by="test", now=now))
    case = in_transaction(lambda: start_case(db.session(), around, "kept", by=li, now=now).id)
    task = str(db.session.scalar(select(Task.id).where(Task.instance_id == case)))
    answers = {"received_on": received.isoformat()}
    in_transaction(lambda: complete_task(db.session(), around, task, by=li, answers=answers, now=now))
    assert in_transaction(lambda: give_warnings(db.session(), around, OnThePage(), case, now=now)) == 1
