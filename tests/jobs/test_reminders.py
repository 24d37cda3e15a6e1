"""提醒 at both doors: what one was told, read or unread, counted and shown only of cases that are theirs to see."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import update

from app.db import db
from app.identity.models import RoleGrant
from app.notifications.models import Reminder
from tests.cast import CAST
from tests.doors import Browser, Program
from tests.jobs.desk import Desk, kept
from tests.jobs.office import Office

SENTENCE = "办理期限 30 日已满 15 日，2026-04-01 到期"
LI, NONG, HUANG, LUO, ZHOU = "liguifang", "nongxiaolan", "huangjianguo", "luoxiuzhen", "zhoumin"
People = Callable[[str], Browser]
Programs = Callable[[str], Program]


@pytest.fixture
def warned(office: Callable[..., Office]) -> Desk:
    """Half of the limit is used up: 李桂芳 has been told."""
    return Desk(office(kept())).on("2026-03-18")


def the_reminder(desk: Desk) -> Reminder:
    [row] = desk.county.rows(Reminder)
    return row


def test_the_badge_the_list_and_the_case(warned: Desk, browser_of: People) -> None:
    li = browser_of(LI)
    assert '>提醒 <span class="num">1</span></a>' in li.get("/inbox").text
    page = li.get("/reminders")
    assert SENTENCE in page.text and "未读 1 条" in page.text
    assert f'href="/cases/{warned.case}"' in page.text
    assert "到期预警“办理期限”满 15 日（李桂芳）" in li.get(f"/cases/{warned.case}").text

    assert li.post(f"/reminders/{the_reminder(warned).id}/read").status_code == 303
    after = li.get("/reminders").text
    assert SENTENCE in after and "未读 1 条" not in after
    assert '提醒 <span class="num">' not in li.get("/inbox").text


def test_all_are_read_at_once(warned: Desk, browser_of: People) -> None:
    warned.on("2026-03-27").on("2026-04-02")
    li = browser_of(LI)
    assert "未读 3 条" in li.get("/reminders").text
    assert "提醒已全部标为已读" in li.follow(li.post("/reminders/read")).text
    assert {one.read_at is None for one in warned.county.rows(Reminder) if one.person_id == str(CAST[LI].id)} == {False}
    assert {one.read_at is None for one in warned.county.rows(Reminder) if one.person_id != str(CAST[LI].id)} == {True}


def test_a_stranger_finds_nothing_at_either_door(warned: Desk, browser_of: People, program_of: Programs) -> None:
    reminder = the_reminder(warned).id
    for login in (ZHOU, NONG):
        page, program = browser_of(login), program_of(login)
        assert SENTENCE not in page.get("/reminders").text
        assert page.post(f"/reminders/{reminder}/read").status_code == 404
        assert program.get("/reminders").json == {"reminders": [], "page": 1, "total": 0, "unread": 0}
        assert program.post(f"/reminders/{reminder}/read").status_code == 404
        page.get("/reminders")
        page.post("/reminders/read")
    assert the_reminder(warned).read_at is None


def test_a_program_reads_the_same_list(warned: Desk, program_of: Programs) -> None:
    li = program_of(LI)
    [shown] = li.get("/reminders").json["reminders"]
    assert shown["text"] == SENTENCE and (shown["clock"], shown["level"]) == ("K", 1)
    assert (shown["instance"], shown["due_on"], shown["read_at"]) == (warned.case, "2026-04-01", None)
    assert li.post(f"/reminders/{shown['id']}/read").status_code == 204
    found = li.get("/reminders").json
    assert found["unread"] == 0 and found["reminders"][0]["read_at"] is not None


def test_who_stands_in_reads_it_and_who_has_left_the_office_does_not(warned: Desk, browser_of: People) -> None:
    li = browser_of(LI)
    li.get("/delegations")
    days = {"from_day": "2026-03-18", "to_day": "2026-03-20"}
    assert li.post("/delegations", person=LUO, reason="出差", **days).status_code == 303
    luo = browser_of(LUO)
    assert SENTENCE in luo.get("/reminders").text
    luo.post(f"/reminders/{the_reminder(warned).id}/read")
    assert the_reminder(warned).read_by == str(CAST[LUO].id)

    warned.county.act(lambda: leave(LI))
    assert SENTENCE not in browser_of(LI).get("/reminders").text


def leave(login: str) -> None:
    mine = RoleGrant.person_id == CAST[login].id
    db.session.execute(update(RoleGrant).where(mine).values(valid_to=date(2026, 3, 1)))
