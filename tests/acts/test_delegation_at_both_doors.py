"""代理 through page and API: the same act leaves the same row, and a token needs a scope of its own for it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from app import clock
from app.db import db, in_transaction
from app.identity.actor import load_actor_by_login
from app.identity.models import Delegation
from app.identity.tokens import create_token
from tests.acts.conftest import MONDAY, Office
from tests.doors import Caller

NONG, LUO, ZHOU, QIN = "nongxiaolan", "luoxiuzhen", "zhoumin", "qinlixin"
WEEK = {"from_day": "2026-11-23", "to_day": "2026-11-27", "reason": "出差"}


def rows(office: Office) -> list[Delegation]:
    with office.app.app_context():
        return list(db.session.query(Delegation).order_by(Delegation.recorded_at).all())


def content(row: Delegation) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__table__.columns.keys() if name != "id"}


def at_page(office: Office, ends: bool) -> None:
    page = office.page(NONG)
    page.get("/delegations")
    assert page.post("/delegations", person=LUO, **WEEK).status_code == 303
    if ends:
        assert page.post(f"/delegations/{rows(office)[-1].id}/end").status_code == 303


def at_api(office: Office, ends: bool) -> None:
    made = office.api(NONG).post("/delegations", WEEK | {"to": LUO})
    assert made.status_code == 201, made.text
    if ends:
        assert office.api(NONG).delete(f"/delegations/{made.json['id']}").status_code == 204


@pytest.mark.parametrize("ends", [False, True], ids=["asked", "asked and ended"])
def test_both_doors_leave_the_same_row(office: Office, ends: bool) -> None:
    at_page(office, ends)
    at_api(office, ends)
    first, second = map(content, rows(office))
    assert first == second
    assert (first["ended_at"] == MONDAY) is ends


def test_both_parties_see_it_and_a_stranger_neither_sees_nor_ends_it(office: Office) -> None:
    at_api(office, False)
    [given] = office.api(NONG).get("/delegations").json["given"]
    assert office.api(LUO).get("/delegations").json == {"given": [], "received": [given]}
    assert given | WEEK == given and (given["giver"], given["deputy"], given["state"]) == (
        "农小兰",
        "罗秀珍",
        "running",
    )
    assert "正代 农小兰 办理" in office.page(LUO).get("/delegations").text
    assert office.api(ZHOU).get("/delegations").json == {"given": [], "received": []}
    for stranger in (ZHOU, QIN):
        assert office.api(stranger).delete(f"/delegations/{given['id']}").status_code == 404
    assert office.api(NONG).delete("/delegations/none").status_code == 404
    assert office.api(LUO).delete(f"/delegations/{given['id']}").status_code == 204
    assert office.api(NONG).get("/delegations").json["given"][0]["state"] == "over"


def test_sent_twice_under_one_key_it_is_one(office: Office) -> None:
    answers = [office.api(NONG).post("/delegations", WEEK | {"to": LUO}, Idempotency_Key="d-1") for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json == answers[1].json and len(rows(office)) == 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"from_day": "2026-11-01"}, "代理期限须从今天"),
        ({"to": ZHOU}, "代理人须是本单位的同事"),
        ({"to": "nobody"}, "请从本单位人员中选择"),
        ({"to": NONG}, "同一个人"),
        ({"from_day": "明天"}, ""),
        ({"reason": ""}, ""),
        ({"from": ZHOU}, ""),
    ],
)
def test_what_is_wrong_is_said(office: Office, change: dict[str, str], says: str) -> None:
    """Also that nobody else can be put in the place of the one who asks."""
    refused = office.api(NONG).post("/delegations", WEEK | {"to": LUO} | change)
    assert refused.status_code == 422 and says in refused.text
    assert rows(office) == []


@pytest.fixture
def program_with(office: Office) -> Callable[..., Caller]:
    def make(login: str, *scopes: str) -> Caller:
        now = clock.now()
        with office.app.app_context():
            person = load_actor_by_login(db.session(), login, date(2026, 11, 23))
            secret = in_transaction(
                lambda: create_token(db.session(), person, "试", scopes, now + timedelta(days=1), now)
            )
        caller = Caller(office.app)
        caller.headers = {"Authorization": f"Bearer {secret}"}
        return caller

    return make


def test_a_token_without_the_scope_does_none_of_it(office: Office, program_with: Callable[..., Caller]) -> None:
    at_api(office, False)
    [known] = rows(office)
    plain = program_with(NONG, "write:county_reviewer")
    for refused in (
        plain.get("/delegations"),
        plain.post("/delegations", WEEK | {"to": LUO}),
        plain.delete(f"/delegations/{known.id}"),
    ):
        assert refused.status_code == 403 and "范围中没有 delegate" in refused.text
    assert [one.ended_at for one in rows(office)] == [None]


def test_the_scope_alone_opens_nothing_else(office: Office, program_with: Callable[..., Caller]) -> None:
    office.received()
    only = program_with(NONG, "delegate")
    assert only.post("/delegations", WEEK | {"to": LUO}).status_code == 201
    assert only.get("/tasks").json["total"] == 0
    assert only.post(f"/tasks/{office.task('审查')['id']}/claim").status_code == 403


def test_a_leaders_token_that_may_only_read_ends_nobody_elses(
    office: Office, program_with: Callable[..., Caller]
) -> None:
    """黄建国 may record and end 代理 for his people, with a power to write."""
    at_api(office, False)
    [known] = rows(office)
    reading = program_with("huangjianguo", "read:county_approver", "delegate")
    assert reading.delete(f"/delegations/{known.id}").status_code == 404
    writing = program_with("huangjianguo", "write:county_approver", "delegate")
    assert writing.delete(f"/delegations/{known.id}").status_code == 204
