"""Every act through the page and through the API leaves the same record: the same kinds with the same fields.

Answers to other departments' calls at both doors: `tests/jobs`; a start, ten completions: `tests/spine`. Changing a
password is an act of a person who is signed in; no token does it, and none carries the powers of a stand-in.
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.acts.conftest import AGREE, INTAKE, Office, grant

LI, NONG, LUO = "liguifang", "nongxiaolan", "luoxiuzhen"
WITHDRAWAL = {"day": "2026-11-23", "why": "不再需要"}


def review(office: Office) -> str:
    return str(office.task("审查")["id"])


def claimed(office: Office) -> None:
    office.received()
    assert office.api(NONG).post(f"/tasks/{review(office)}/claim").status_code == 200


def with_a_colleague(office: Office) -> None:
    grant(office, LUO, "county_reviewer")
    claimed(office)


def page(by: str, address: Callable[[Office], str], **fields: str) -> Callable[[Office], int]:
    def act(office: Office) -> int:
        where, browser = address(office), office.page(by)
        browser.get(where.removesuffix("/claim").removesuffix("/complete"))
        return browser.post(where, **fields).status_code

    return act


def program(by: str, address: Callable[[Office], str], body: Callable[[Office], Any]) -> Callable[[Office], int]:
    return lambda office: office.api(by).post(address(office), body(office)).status_code


def task(ending: str) -> Callable[[Office], str]:
    return lambda office: f"/tasks/{review(office)}/{ending}"


def case(root: str, ending: str) -> Callable[[Office], str]:
    return lambda office: f"/{root}/{office.case}/{ending}"


def nothing(_: Office) -> None:
    return None


def message(office: Office) -> dict[str, Any]:
    return {"instance": office.case, "name": "withdraw", "id": "m-1", "answers": WITHDRAWAL | {"signed": []}}


ACTS = {
    "claim": (Office.received, page(NONG, task("claim")), program(NONG, task("claim"), nothing)),
    "release": (claimed, page(NONG, task("release")), program(NONG, task("release"), nothing)),
    "transfer": (
        with_a_colleague,
        page(NONG, task("transfer"), person=LUO, reason="外出培训"),
        program(NONG, task("transfer"), lambda _: {"to": LUO, "reason": "外出培训"}),
    ),
    "complete": (
        claimed,
        page(NONG, task("complete"), **AGREE),
        program(NONG, task("complete"), lambda _: {"answers": AGREE | {"attachments": []}}),
    ),
    "urge": (claimed, page(LI, task("urge")), program(LI, task("urge"), nothing)),
    "phone": (
        claimed,
        page(LI, case("cases", "phone")),
        program(LI, case("instances", "phone-answers"), nothing),
    ),
    "interest": (
        claimed,
        page(NONG, case("cases", "interest"), reason="表亲"),
        program(NONG, case("instances", "interest"), lambda _: {"reason": "表亲"}),
    ),
    "message": (
        claimed,
        page(LI, case("cases", "messages/withdraw"), **WITHDRAWAL),
        program(LI, lambda _: "/messages", message),
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_both_doors_leave_the_same_record(office: Office, act: str) -> None:
    prepare, at_page, at_api = ACTS[act]
    records = []
    for door in (at_page, at_api):
        prepare(office)
        before = len(office.events())
        assert door(office) in {200, 204, 303}
        records.append([(one.kind, sorted(one.fields or {})) for one in office.events()[before:]])
        office.record_holds()
    assert records[0] and records[0] == records[1]


def test_taking_back_leaves_the_same_record(office: Office) -> None:
    records = []
    for at_page in (True, False):
        intake = office.received()
        if at_page:
            office.page(LI).get(f"/tasks/{intake}/take-back")
            assert office.page(LI).post(f"/tasks/{intake}/take-back").status_code == 303
        else:
            assert office.api(LI).post(f"/tasks/{intake}/take-back").status_code == 200
        records.append(sorted(office.last("repositioned")))
    assert records[0] == records[1]


def test_the_follow_up_day_is_set_and_cleared_at_the_api(office: Office) -> None:
    office.received()
    li, address = office.api(LI), f"/instances/{office.case}/follow-up"
    assert li.post(address, {"day": "2026-11-30"}).status_code == 204
    assert "11-30" in office.page(LI).get("/cases").text
    assert li.post(address, {"day": "2026-11-01"}).status_code == 422
    assert li.post(address, {"day": "明天"}).status_code == 422
    assert office.api(NONG).post(address, {"day": None}).status_code == 403
    assert li.post(address, {"day": None}).status_code == 204
    assert "11-30" not in office.page(LI).get("/cases").text.split("<tbody")[1]
    assert INTAKE["party"] in office.page(LI).get("/cases").text
