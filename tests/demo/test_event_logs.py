"""Event logs of all invented cases: sound by the rules of both standards, under pseudonyms, written as they come."""

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from lxml import etree
from sqlalchemy import select

from app.cli.demo_cases.stories import families
from app.db import db
from app.identity.demo import demo_people
from app.instances.models import Instance
from app.replay.mining.ocel import write_ocel
from app.replay.mining.pseudonyms import pseudonyms
from app.replay.mining.selection import Selection, selected, size_of
from app.replay.mining.traces import traces
from app.replay.mining.xes import write_xes
from tests.demo.mining_rules import ocel_faults, xes_faults

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")
ALL = Selection()
Logged = Callable[..., Path]


@pytest.fixture
def logged(told: Flask, tmp_path: Path) -> Logged:
    """A log of the invented cases as a file: `logged("xes", Selection(state="ended"), series="…")`."""

    def write(kind: str, wanted: Selection = ALL, *, series: str = "", mandate: tuple[str, ...] = ("45",)) -> Path:
        around = told.extensions["banyan"]
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.{kind}"
        with told.app_context(), path.open("wb") as file:
            session = db.session()
            names = pseudonyms(around.vault, series)
            found = traces(session, around.vault, names, selected(session, wanted, mandate))
            write_xes(file, "log", found) if kind == "xes" else write_ocel(file, found)
            db.session.remove()
        return path

    return write


def test_both_kinds_keep_the_rules_of_their_standards(logged: Logged) -> None:
    assert xes_faults(logged("xes")) == []
    assert ocel_faults(logged("ocel")) == []


@pytest.mark.parametrize(
    ("was", "becomes", "fault"),
    [
        ('<global scope="event">', '<global scope="trace">', "twice"), ('key="kind"', 'key="version"', "stands twice"),
        ('value="complete"', 'value="done"', "no transition"), ('"concept:name"', '"name of it"', "is no name"),
        ("<date ", "<string ", "is no string"), ("1849.2023", "1849-2023", "decimal"),
        (' prefix="org"', ' prefix="og"', "nobody declared"), ("T00:", "T37:", "holds no date"),
    ],
)  # fmt: skip
def test_the_rules_find_what_is_wrong_with_xes(logged: Logged, was: str, becomes: str, fault: str) -> None:
    path = logged("xes")
    path.write_text(path.read_text("utf-8").replace(was, becomes), "utf-8")
    found = xes_faults(path)
    assert any(fault in one for one in found), found[:3]


def test_the_rules_find_what_is_wrong_with_ocel(logged: Logged) -> None:
    whole = json.loads(logged("ocel").read_bytes())
    for spoil, fault in (
        (lambda log: log["objects"].pop(0), "related to nothing"), (lambda log: log["eventTypes"].pop(0), "not declared"),
        (lambda log: log["events"].append(log["events"][0]), "stands twice"), (lambda log: log.pop("objectTypes"), "parts"),
    ):  # fmt: skip
        log = json.loads(json.dumps(whole))
        spoil(log)
        path = logged("ocel").with_suffix(".spoilt")
        path.write_text(json.dumps(log))
        try:
            found = ocel_faults(path)
        except KeyError:
            found = ["parts"]
        assert any(fault in one for one in found), fault


def test_both_kinds_tell_the_same_events(logged: Logged) -> None:
    log, objects = (
        etree.parse(logged("xes", series="甲")).getroot(),
        json.loads(logged("ocel", series="甲").read_bytes()),
    )
    told = [(_of(event, "concept:name"), _of(event, "time:timestamp"), _of(event, "org:resource"))
            for event in log.iter("event")]  # fmt: skip
    named = {"经办人": ""}
    again = []
    for one in objects["events"]:
        officials = [each["objectId"] for each in one["relationships"] if each["qualifier"] == "经办人"]
        again.append((one["type"], one["time"], officials[0] if officials else named["经办人"]))
    assert told == again and len(told) > 500


def test_nobody_is_named_in_them(logged: Logged, told: Flask) -> None:
    with told.app_context():
        numbers = [number for number in db.session.scalars(select(Instance.number)) if number]
        ids = list(db.session.scalars(select(Instance.id)))
        db.session.remove()
    people = demo_people().values()
    secrets = {one.name for one in people} | {one.login for one in people} | {str(one.id) for one in people}
    secrets |= {str(one.natural_person) for one in people} | {*numbers, *ids}
    secrets |= set(re.findall(r"[\u4e00-\u9fff]{2,4}(?=', )", repr(families())))
    for kind in ("xes", "ocel"):
        text = logged(kind).read_text("utf-8")
        assert [one for one in secrets if one in text] == []
        assert "fact" not in text, "no invented process declares a fact non-personal"


def test_pseudonyms_differ_from_export_to_export_unless_asked_for(logged: Logged) -> None:
    def cases(series: str) -> set[str]:
        log = etree.parse(logged("xes", series=series)).getroot()
        return {_of(trace, "concept:name") for trace in log.iter("trace")}

    assert len(cases("")) == 40 and cases("").isdisjoint(cases(""))
    assert cases("2026-3") == cases("2026-3") and cases("2026-3").isdisjoint(cases("2026-4"))


def test_it_is_narrowed_by_what_was_asked(told: Flask) -> None:
    with told.app_context():
        session = db.session()

        def size(wanted: Selection, mandate: tuple[str, ...] = ("45",)) -> int:
            cases, _entries = size_of(session, wanted, mandate)
            assert cases == len(list(selected(session, wanted, mandate)))
            return cases

        whole = size(ALL)
        assert 0 < size(Selection(process="adoption")) < whole
        assert size(Selection(process="adoption", version=1)) == size(Selection(process="adoption"))
        assert size(Selection(state="open")) + size(Selection(state="ended")) == whole
        assert size(Selection(division="450123"), ("45",)) == size(ALL, ("450123",))
        assert size(Selection(division="450123"), ("4503",)) == 0 and size(Selection(state="x")) == 0
        until = date(2026, 6, 30)
        assert size(Selection(until=until)) + size(Selection(since=until + timedelta(days=1))) == whole
        db.session.remove()


def _of(part: etree._Element, key: str) -> str:
    return next((str(one.get("value")) for one in part if one.get("key") == key), "")
