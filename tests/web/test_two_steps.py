"""The second factor at the pages: asked for after the password, taken up at the first sign-in, changed, given up, reset."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app import clock
from app.db import db
from app.history.read import read_events
from app.identity.models import RoleGrant
from app.identity.totp import written_seed
from tests.conftest import PASSWORD, application_on, let_go
from tests.doors import Browser, Visitor
from tests.web.authenticator import PAPER, password, scans, takes_up

NINE = datetime(2026, 3, 2, 1, tzinfo=UTC)
ROLES = "policy_officer,auditor,sysadmin,security_admin"
ALERT = re.compile(r'role="alert"[^>]*>([^<]*)<')


class Days:
    def __init__(self) -> None:
        self.now = NINE

    def later(self, **how_much: float) -> None:
        self.now += timedelta(**how_much)


@pytest.fixture
def days() -> Days:
    days = Days()
    clock.set_source(lambda: days.now)
    return days


@pytest.fixture
def house(template: str, new_database: Callable[[str | None], str], days: Days) -> Iterator[Flask]:
    """As outside the demonstration: four roles need a second factor."""
    app = application_on(new_database(template), TWO_FACTOR=ROLES)
    yield app
    let_go(app)


def secret(visitor: Visitor) -> str:
    return {name[2]: cookie.value for name, cookie in visitor.client._cookies.items()}["banyan"]


def said(answer: object) -> str:
    return "".join(ALERT.findall(answer.text))  # type: ignore[attr-defined]


def test_the_first_sign_in_takes_up_an_authenticator_and_leads_on(house: Flask) -> None:
    mo = Visitor(house)
    first = password(mo, "mohaiyan", next="/audit/looks")
    assert first.headers["Location"] == "/second-factor?next=/audit/looks"
    page = mo.follow(first)
    assert "您的角色必须使用两步验证" in page.text and "支持 TOTP" in page.text
    offered = mo.follow(mo.post("/second-factor/begin", next="/audit/looks"))
    phone = scans(offered)
    assert "<svg" in offered.text and "http" not in offered.text.partition("<svg")[2].partition("</svg>")[0].replace(
        "http://www.w3.org/2000/svg", ""
    )
    assert 'inputmode="numeric" autocomplete="one-time-code"' in offered.text
    assert mo.get("/inbox").status_code == 303, "nothing is open before it is confirmed"
    wrong = mo.post("/second-factor/confirm", code=phone.shows_not(), next="/audit/looks")
    assert wrong.status_code == 422 and "自动设置时间" in said(wrong) and scans(wrong).seed == phone.seed
    done = mo.post("/second-factor/confirm", code=phone.shows(), next="/audit/looks")
    papers = PAPER.findall(done.text)
    assert done.status_code == 200 and len(papers) == 10 and 'href="/audit/looks"' in done.text
    assert mo.get("/audit/looks").status_code == 200
    for later in (mo.get("/second-factor"), mo.post("/second-factor/confirm", code=phone.shows())):
        assert not PAPER.findall(later.text) and papers[0] not in later.text, "shown once"


def test_afterwards_password_and_code_open_and_each_step_has_its_own_session(house: Flask, days: Days) -> None:
    first = Visitor(house)
    password(first, "mohaiyan")
    half = secret(first)
    phone = takes_up(first)
    assert secret(first) != half
    days.later(minutes=1)
    mo = Visitor(house)
    asked = mo.follow(password(mo, "mohaiyan"))
    assert "6 位验证码" in asked.text and "mohaiyan" not in asked.text
    assert 'inputmode="numeric" autocomplete="one-time-code"' in asked.text
    half, token = secret(mo), mo.token
    opened = mo.post("/second-factor", code=phone.shows())
    assert (opened.status_code, opened.headers["Location"]) == (303, "/")
    assert secret(mo) != half and mo.get("/inbox").status_code == 200
    assert mo.client.post("/preferences/mask", data={"csrf_token": token}).status_code == 400, "and its own page token"
    thief = house.test_client()
    thief.set_cookie("banyan", half)
    assert "/sign-in" in thief.get("/second-factor").headers["Location"], "the half session is over"


def test_who_needs_none_signs_in_as_ever_and_may_take_one_up_and_give_it_up(house: Flask, days: Days) -> None:
    other, li = Browser(house, "liguifang", PASSWORD), Browser(house, "liguifang", PASSWORD)
    before = secret(li)
    assert '<a href="/second-factor">两步验证</a>' in li.get("/inbox").text
    phone = takes_up(li)
    assert secret(li) != before and li.get("/inbox").status_code == 200
    assert other.get("/inbox").status_code == 303, "other browsers are signed out"
    assert "已启用（2026-03-02 起）" in li.get("/second-factor").text
    days.later(minutes=1)
    again = Visitor(house)
    assert password(again, "liguifang").headers["Location"] == "/second-factor"
    assert again.post("/second-factor", code=phone.shows()).status_code == 303
    days.later(minutes=1)
    assert again.get("/second-factor").status_code == 200
    wrong = again.post("/second-factor/stop", code=phone.shows_not())
    assert wrong.status_code == 401 and "验证码不对" in said(wrong)
    before = secret(again)
    assert again.post("/second-factor/stop", code=phone.shows()).status_code == 303
    assert secret(again) != before and again.get("/inbox").status_code == 200
    assert password(Visitor(house), "liguifang").headers["Location"] == "/"


def test_a_role_that_needs_it_cannot_give_it_up_but_may_change_the_phone(house: Flask, days: Days) -> None:
    wei = Visitor(house)
    password(wei, "weiyiming")
    old = takes_up(wei)
    refused = wei.post("/second-factor/stop", code=old.shows())
    assert refused.status_code == 403 and "不能停用" in refused.text
    assert wei.post("/second-factor/begin").status_code == 401, "the old one is shown first"
    new = scans(wei.follow(wei.post("/second-factor/begin", code=old.shows())))
    days.later(minutes=1)
    still = Visitor(house)
    password(still, "weiyiming")
    assert still.post("/second-factor", code=old.shows()).status_code == 303, "until the new one is confirmed"
    assert wei.post("/second-factor/confirm", code=new.shows(-1)).status_code == 200
    days.later(minutes=1)
    again = Visitor(house)
    password(again, "weiyiming")
    assert again.post("/second-factor", code=old.shows()).status_code == 401
    assert again.post("/second-factor", code=new.shows()).status_code == 303


def test_without_the_phone_a_recovery_code_opens_and_new_ones_are_made(house: Flask, days: Days) -> None:
    first = Visitor(house)
    password(first, "mohaiyan")
    phone = takes_up(first)
    mo = Visitor(house)
    password(mo, "mohaiyan")
    assert mo.post("/second-factor", recovery=phone.papers[0]).status_code == 303
    assert "还有 9 个恢复码" in mo.get("/second-factor").text
    made = mo.post("/second-factor/codes", code=phone.shows())
    fresh = PAPER.findall(made.text)
    assert len(fresh) == 10 and not set(fresh) & set(phone.papers)
    again = Visitor(house)
    password(again, "mohaiyan")
    old = again.post("/second-factor", recovery=phone.papers[1])
    assert old.status_code == 401 and "只能用一次" in said(old)
    assert again.post("/second-factor", recovery=fresh[0]).status_code == 303


def test_a_role_given_to_somebody_at_work_opens_nothing_before_it_is_taken_up(house: Flask) -> None:
    """The browser was signed in by password alone, rightly; now the role asks for more."""
    li = Browser(house, "liguifang", PASSWORD)
    with house.app_context():
        db.session.query(RoleGrant).filter_by(role="adoption_registrar", division="450123").update({"role": "policy_officer",
                                                                                                    "division": "45"})  # fmt: skip
        db.session.commit()
    moved = li.get("/inbox")
    assert (moved.status_code, moved.headers["Location"]) == (303, "/second-factor")
    refused = li.post("/preferences/mask")
    assert refused.status_code == 403 and "须先设置两步验证" in refused.text
    takes_up(li)
    assert li.get("/inbox").status_code == 200


def test_a_changed_password_leaves_the_session_as_strong_as_it_was(house: Flask) -> None:
    mo = Visitor(house)
    password(mo, "mohaiyan")
    takes_up(mo)
    mo.get("/password")
    changed = mo.post("/password", old=PASSWORD, new="Banyan树荫-2026", again="Banyan树荫-2026")
    assert changed.status_code == 303 and mo.get("/inbox").status_code == 200


def test_a_lost_phone_is_taken_off_by_two_administrators_and_the_chain_says_so(house: Flask) -> None:
    def run(*words: str) -> tuple[int, str]:
        done = house.test_cli_runner().invoke(args=["people", *words])
        return done.exit_code, done.output

    mo = Visitor(house)
    password(mo, "mohaiyan")
    phone = takes_up(mo)
    code, asked = run("reset-factor", "mohaiyan", "--reason", "手机遗失，已当面核实", "--by", "weiyiming")
    assert code == 0, asked
    number = asked.split("编号 ")[1].split("，")[0]
    own = run("approve-reset", number, "--by", "weiyiming")
    assert own[0] != 0 and mo.get("/inbox").status_code == 200
    assert run("approve-reset", number, "--by", "luzhian")[0] == 0
    assert mo.get("/inbox").status_code == 303
    page = mo.follow(password(mo, "mohaiyan"))
    assert "设置完成后才能继续" in page.text
    assert mo.post("/second-factor", code=phone.shows()).status_code == 409
    sealed = house.test_cli_runner().invoke(args=["history", "seal"])
    assert sealed.exit_code == 0, sealed.output
    with house.app_context():
        rows = [
            row
            for entry in read_events(db.session(), house.extensions["banyan"].vault, "sys/grants")
            for name, row in dict(entry.fields or {})["effects"]["rows"].items()  # type: ignore[index, call-overload, union-attr]
            if name.startswith(("factor_reset/", "second_factor/"))
        ]
        db.session.rollback()
    [reset] = [row for row in rows if "reason" in row]
    [factor] = [row for row in rows if "confirmed_at" in row]
    assert reset["reason"] == "手机遗失，已当面核实" and reset["approved_by"] and factor["ended_at"]
    assert "sealed" not in factor and "last_step" not in factor


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM second_factor",
        "UPDATE second_factor SET ended_at = NULL",
        "UPDATE second_factor SET person_id = (SELECT id FROM person WHERE login = 'liguifang')",
    ],
)
def test_an_authenticator_taken_off_past_all_acts_is_named(house: Flask, statement: str) -> None:
    mo = Visitor(house)
    password(mo, "mohaiyan")
    phone = takes_up(mo)
    mo.post("/second-factor/begin", code=phone.shows())
    assert mo.post("/second-factor/confirm", code=scans(mo.get("/second-factor")).shows(-1)).status_code == 200
    run = house.test_cli_runner().invoke
    assert run(args=["history", "seal"]).exit_code == 0 and run(args=["history", "verify"]).exit_code == 0
    with house.app_context():
        if "NULL" in statement:
            db.session.execute(db.text("DELETE FROM second_factor WHERE ended_at IS NULL"))
        db.session.execute(db.text(statement))
        db.session.commit()
    verified = run(args=["history", "verify"])
    assert verified.exit_code == 1 and "second_factor/" in verified.output, verified.output


def test_in_the_demonstration_nobody_locks_a_shared_account(
    template: str, new_database: Callable[[str | None], str], days: Days
) -> None:
    app = application_on(new_database(template), BANYAN_MODE="demo")
    li = Browser(app, "liguifang", PASSWORD)
    page = li.get("/second-factor")
    assert "演示账号由大家共用" in page.text and "/second-factor/begin" not in page.text
    assert li.post("/second-factor/begin").status_code == 403
    let_go(app)


def test_a_phone_scans_what_the_page_tells_to_type(house: Flask) -> None:
    mo = Visitor(house)
    password(mo, "mohaiyan")
    page = mo.follow(mo.post("/second-factor/begin"))
    typed = re.search(r'<p class="code"[^>]*>([A-Z2-7 ]+)</p>', page.text)
    assert typed and typed[1].replace(" ", "") == written_seed(scans(page).seed)
    assert all(len(group) == 4 for group in typed[1].split())
