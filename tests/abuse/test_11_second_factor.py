"""Cases 11 and 29 at the second factor: a half session opens nothing, no code is replayed or guessed, nothing tells more than
that the password was right."""

import logging
import re
import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.db import db
from app.identity.factor_models import SecondFactor
from app.identity.models import Person, SignInFailure, SignInSession
from tests.abuse.conftest import furnished
from tests.conftest import PASSWORD, application_on, let_go
from tests.doors import Caller, Visitor
from tests.doors.house import unchanged
from tests.web.authenticator import Phone, password, scans, takes_up

ROLES = "policy_officer,auditor,sysadmin,security_admin"
ALERT = re.compile(r'role="alert"[^>]*>([^<]*)<')
OPEN_BY_HALF = frozenset({"/second-factor", "/second-factor/begin", "/second-factor/confirm"})
"""Where a half session goes on: it shows the code, or takes up an authenticator."""


@pytest.fixture
def strict(template: str, new_database: Callable[[str | None], str]) -> Iterator[Flask]:
    """As outside the demonstration: four roles need a second factor."""
    app = application_on(new_database(template), TWO_FACTOR=ROLES)
    yield furnished(app)
    let_go(app)


def secret(visitor: Visitor) -> str:
    return {name[2]: cookie.value for name, cookie in visitor.client._cookies.items()}.get("banyan", "")


def enrolled(app: Flask, login: str) -> Phone:
    visitor = Visitor(app)
    password(visitor, login)
    return takes_up(visitor)


def half(app: Flask, login: str) -> Visitor:
    visitor = Visitor(app)
    password(visitor, login)
    return visitor


sqlite = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")


@sqlite
@pytest.mark.parametrize("has_one", [True, False])
def test_a_half_session_is_answered_as_nobody_at_every_address(strict: Flask, has_one: bool) -> None:
    """Each route and method of the program: same status, same place sent to, same words, and nothing is written."""
    if has_one:
        enrolled(strict, "weiyiming")
    nobody, known = Visitor(strict), half(strict, "weiyiming")
    assert secret(known)
    differing, asked = [], 0
    with unchanged(strict):
        for rule in strict.url_map.iter_rules():
            address = re.sub(r"<(?:\w+:)?(\w+)>", lambda name: "1" if name[1] in {"version", "seq"} else "x", str(rule))
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                if str(rule) in OPEN_BY_HALF | {"/sign-in", "/sign-out"}:
                    continue
                answers = [_asked(one, method, address) for one in (nobody, known)]
                asked += 1
                if answers[0] != answers[1]:
                    differing.append((method, address, answers))
    assert differing == [] and asked > 150


def _asked(visitor: Visitor, method: str, address: str) -> tuple[int, str | None, str]:
    data = {"csrf_token": visitor.token} if method == "POST" else None
    answer = visitor.client.open(address, method=method, data=data)
    return answer.status_code, answer.headers.get("Location"), re.sub(r'value="[^"]{40,}"', "", answer.text)


@sqlite
def test_a_half_session_takes_no_other_authenticator_up(strict: Flask) -> None:
    """Else the password alone would open everything by way of a new phone."""
    enrolled(strict, "weiyiming")
    thief = half(strict, "weiyiming")
    for address in ("begin", "confirm", "codes", "stop"):
        assert thief.post(f"/second-factor/{address}", code="000000").status_code == 401, address
    with strict.app_context():
        assert db.session.query(SecondFactor).filter_by(ended_at=None).count() == 1
        assert db.session.query(SignInFailure).count() == 0


@sqlite
def test_an_offer_of_one_browser_is_not_seen_in_another(strict: Flask) -> None:
    thief, owner = half(strict, "weiyiming"), half(strict, "weiyiming")
    seen = scans(thief.follow(thief.post("/second-factor/begin")))
    assert "otpauth" not in owner.get("/second-factor").text
    assert owner.post("/second-factor/confirm", code=seen.shows()).status_code == 409
    mine = takes_up(owner)
    assert thief.post("/second-factor/confirm", code=seen.shows()).status_code == 401, "the owner's ended it"
    assert mine.seed != seen.seed


@sqlite
def test_a_planted_half_session_does_not_become_a_whole_one(strict: Flask) -> None:
    phone = enrolled(strict, "weiyiming")
    owner = half(strict, "weiyiming")
    known_to_the_thief = secret(owner)
    assert owner.post("/second-factor", code=phone.shows()).status_code == 303
    assert secret(owner) != known_to_the_thief
    thief = strict.test_client()
    thief.set_cookie("banyan", known_to_the_thief)
    assert thief.get("/inbox").status_code == 303
    assert "/sign-in" in thief.get("/second-factor").headers["Location"]


@sqlite
def test_a_code_seen_over_the_shoulder_opens_no_second_browser(strict: Flask) -> None:
    phone = enrolled(strict, "weiyiming")
    owner, thief = half(strict, "weiyiming"), half(strict, "weiyiming")
    assert owner.post("/second-factor", code=phone.shows()).status_code == 303
    again = thief.post("/second-factor", code=phone.shows())
    assert again.status_code == 401 and thief.get("/inbox").status_code == 303


@sqlite
def test_a_used_a_wrong_and_an_old_code_are_refused_in_the_same_words(strict: Flask) -> None:
    phone = enrolled(strict, "weiyiming")
    owner = half(strict, "weiyiming")
    owner.post("/second-factor", code=phone.shows())
    thief = half(strict, "weiyiming")
    codes = (phone.shows(), phone.shows_not(), phone.shows(-5), "", "abc")
    told = {
        (answer.status_code, *ALERT.findall(answer.text))
        for answer in (thief.post("/second-factor", code=c) for c in codes)
    }
    assert len(told) == 1 and "已经用过一次" in next(iter(told))[1]


@sqlite
def test_codes_are_not_guessed_however_many_browsers_and_passwords_are_sent(strict: Flask) -> None:
    """The count is in the database and by account: another browser, another sign-in or another node begins no new one."""
    phone, statuses = enrolled(strict, "weiyiming"), []
    for n in range(12):
        guesser = Visitor(strict)
        guesser.client.environ_base["REMOTE_ADDR"] = f"203.0.113.{n}"
        password(guesser, "weiyiming")
        statuses.append(guesser.post("/second-factor", code=phone.shows_not()).status_code)
    assert statuses == [401] * 10 + [429] * 2
    owner = half(strict, "weiyiming")
    refused = owner.post("/second-factor", code=phone.shows())
    assert refused.status_code == 429 and "有人知道了您的密码" in "".join(ALERT.findall(refused.text))


@sqlite
def test_five_wrong_codes_from_one_place_lock_the_password_there_too(strict: Flask) -> None:
    phone, guesser = enrolled(strict, "weiyiming"), half(strict, "weiyiming")
    answers = [guesser.post("/second-factor", code=phone.shows_not()).status_code for _ in range(6)]
    assert answers == [401] * 5 + [429]
    assert Visitor(strict).post("/sign-in", login="weiyiming", password=PASSWORD).status_code == 429


@sqlite
def test_before_the_password_is_right_nothing_tells_who_has_a_second_factor(strict: Flask) -> None:
    """One sentence and status; that no more is computed for one than for the other: `test_sign_in.py` counts the hashes, and
    an authenticator is looked for only behind them."""
    enrolled(strict, "weiyiming")
    told = set()
    for login in ("weiyiming", "luzhian", "liguifang", "nobody-has-this-name"):
        answer = Visitor(strict).post("/sign-in", login=login, password="Wrong-2026-pass")
        told.add(
            (answer.status_code, *ALERT.findall(answer.text), answer.headers.get("Set-Cookie", "").partition("=")[0])
        )
    assert len(told) == 1


@sqlite
def test_a_locked_guesser_is_not_told_by_the_second_step_that_the_password_was_right(strict: Flask) -> None:
    enrolled(strict, "weiyiming")
    guesser = Visitor(strict)
    for _ in range(5):
        guesser.post("/sign-in", login="weiyiming", password="Wrong-2026-pass")
    assert guesser.post("/sign-in", login="weiyiming", password=PASSWORD).status_code == 429
    assert guesser.get("/second-factor").status_code == 303


@sqlite
def test_no_code_seed_or_recovery_code_is_written_to_a_log(strict: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        phone = enrolled(strict, "weiyiming")
        owner = half(strict, "weiyiming")
        wrong = phone.shows_not()
        owner.post("/second-factor", code=wrong)
        owner.post("/second-factor", recovery=phone.papers[0])
    for hidden in (wrong, phone.shows(-1), *phone.papers, phone.papers[0].replace(" ", ""), phone.seed.hex()):
        assert hidden not in caplog.text


@sqlite
@pytest.mark.parametrize("wanted", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)"])
def test_the_second_step_leads_nowhere_else(strict: Flask, wanted: str) -> None:
    phone = enrolled(strict, "weiyiming")
    owner = Visitor(strict)
    assert password(owner, "weiyiming", next=wanted).headers["Location"] == "/second-factor"
    page = owner.get("/second-factor", query_string={"next": wanted})
    assert "evil" not in page.text and "javascript" not in page.text
    assert owner.post("/second-factor", code=phone.shows(), next=wanted).headers["Location"] == "/"


def test_of_one_code_sent_at_once_from_two_browsers_one_opens(strict: Flask) -> None:
    """On both databases: the row of the authenticator is locked while its code is checked."""
    phone = enrolled(strict, "weiyiming")
    browsers, code = [half(strict, "weiyiming") for _ in range(4)], phone.shows()
    start, answers = threading.Barrier(len(browsers)), []

    def send(visitor: Visitor) -> None:
        start.wait()
        answers.append(visitor.post("/second-factor", code=code).status_code)

    threads = [threading.Thread(target=send, args=(one,)) for one in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 401, 401, 401]
    with strict.app_context():
        strong = select(SignInSession).where(SignInSession.strong, SignInSession.revoked_at.is_(None))
        assert len(db.session.scalars(strong).all()) == 2, "that of the enrolment and one more"


def test_the_seal_of_a_seed_names_its_owner(strict: Flask) -> None:
    """Case 25: the owner of the tables puts the own seed into another account; the code of the own phone opens nothing."""
    mine = enrolled(strict, "mohaiyan")
    enrolled(strict, "weiyiming")
    with strict.app_context():
        ids = {
            row.login: row.id for row in db.session.query(Person).filter(Person.login.in_(["mohaiyan", "weiyiming"]))
        }
        seeds = {row.person_id: row.sealed for row in db.session.query(SecondFactor)}
        db.session.query(SecondFactor).filter_by(person_id=ids["weiyiming"]).update({"sealed": seeds[ids["mohaiyan"]]})
        db.session.commit()
        assert db.session.execute(text("SELECT count(*) FROM second_factor")).scalar() == 2
    thief = half(strict, "weiyiming")
    assert thief.post("/second-factor", code=mine.shows()).status_code == 500
    assert thief.get("/inbox").status_code == 303


@sqlite
def test_the_api_knows_no_half_session(strict: Flask) -> None:
    known = half(strict, "weiyiming")
    assert known.client.get("/api/v1/tasks").status_code == Caller(strict).get("/tasks").status_code == 401
