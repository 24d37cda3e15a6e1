"""Signing in: nothing tells whether an account exists, a guesser waits and nobody else, an old cookie is dead."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.identity import passwords
from app.identity import sign_in as door
from app.identity.actor import Actor
from app.identity.change_password import change_password, prove_change, reset_password
from app.identity.lock_out import forget_old_failures
from app.identity.models import Person, SignInFailure, SignInSession
from app.identity.network import network
from app.identity.passwords import check_password
from app.identity.register import close_account
from app.identity.sessions import (
    find_session,
    forget_old_sessions,
    renew_session,
    revoke_sessions_of,
    touch_session,
)
from app.identity.sign_in import SignInResult, prove, sign_in
from app.identity.sign_out import sign_out
from tests.cast import CAST, LI_GUIFANG, WEI_YIMING, ZHOU_MIN, actor
from tests.identity.conftest import NOW, PASSWORD

OFFICE, ELSEWHERE = "203.0.113.7", "198.51.100.9"
MINUTE = timedelta(minutes=1)
Attempt = Callable[..., SignInResult]


@pytest.fixture
def attempt(session: Session) -> Attempt:
    def run(
        password: str = PASSWORD, *, login: str = LI_GUIFANG, address: str = OFFICE, now: datetime = NOW
    ) -> SignInResult:
        return sign_in(session, prove(session, login, password, address, now), now)

    return run


def refusal(result: SignInResult) -> str:
    assert result.refusal is not None and result.secret is None
    return result.refusal.code


def secret(result: SignInResult) -> str:
    assert result.secret is not None and result.refusal is None
    return result.secret


def test_the_right_password_opens_a_session(session: Session, attempt: Attempt) -> None:
    found = find_session(session, secret(attempt(login=" LiGuifang ")), NOW)
    assert found is not None and found.person_id == str(CAST[LI_GUIFANG].id)


def test_wrong_absent_and_closed_answer_alike(session: Session, attempt: Attempt) -> None:
    session.execute(update(Person).where(Person.login == ZHOU_MIN).values(active=False))
    answers = {
        refusal(attempt("wrong")),
        refusal(attempt(login="nobody")),
        refusal(attempt(login=ZHOU_MIN)),
        refusal(attempt("", login="")),
    }
    assert answers == {"sign_in_refused"}


def test_an_absent_account_costs_one_hash_as_well(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of argon2 runs is counted; measuring time would be a test that fails by chance."""
    runs: list[str] = []
    real = passwords.matches

    def counted(password_hash: str, password: str) -> bool:
        runs.append(password_hash)
        return real(password_hash, password)

    monkeypatch.setattr(door, "matches", counted)
    for login in (LI_GUIFANG, "nobody"):
        prove(session, login, "wrong", OFFICE, NOW)
    parameters = {run.rsplit("$", 2)[0] for run in runs}
    assert len(runs) == 2 and len(parameters) == 1


def test_five_failures_lock_this_login_from_this_network(session: Session, attempt: Attempt) -> None:
    for _ in range(5):
        assert refusal(attempt("wrong")) == "sign_in_refused"
    assert refusal(attempt()) == "sign_in_locked"
    assert attempt(address=ELSEWHERE).secret
    assert attempt(login=ZHOU_MIN).secret
    assert attempt(now=NOW + 15 * MINUTE).secret


def test_an_absent_account_is_locked_in_the_same_way(attempt: Attempt) -> None:
    answers = [refusal(attempt("wrong", login="nobody")) for _ in range(6)]
    assert answers == ["sign_in_refused"] * 5 + ["sign_in_locked"]


def test_what_was_typed_as_an_unknown_login_is_not_kept(session: Session, attempt: Attempt) -> None:
    attempt("wrong", login=PASSWORD)
    assert PASSWORD.casefold() not in session.scalars(select(SignInFailure.login)).one()


@pytest.mark.parametrize("odd", ["li\0guifang", "\ud800", "李" * 500, "' OR 1=1 --"])
def test_odd_characters_are_a_wrong_login_or_password_and_no_error(attempt: Attempt, odd: str) -> None:
    assert refusal(attempt(login=odd + "x")) == "sign_in_refused"
    assert refusal(attempt(odd)) == "sign_in_refused"


def test_while_locked_no_further_failure_prolongs_it(session: Session, attempt: Attempt) -> None:
    for minute in range(7):
        attempt("wrong", now=NOW + minute * MINUTE)
    assert session.scalar(select(func.count()).select_from(SignInFailure)) == 5


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
        ("unix:", "unknown"),
    ],
)
def test_an_ipv6_host_cannot_step_aside(address: str, counted: str) -> None:
    assert network(address) == counted


def test_signing_in_gives_a_new_secret_and_kills_the_one_brought_along(session: Session) -> None:
    planted = secret(sign_in(session, prove(session, ZHOU_MIN, PASSWORD, OFFICE, NOW), NOW))
    fresh = secret(sign_in(session, prove(session, LI_GUIFANG, PASSWORD, OFFICE, NOW), NOW, former=planted))
    assert fresh != planted
    assert find_session(session, planted, NOW) is None


def test_a_change_of_power_renews_the_secret_but_not_the_twelve_hours(session: Session, attempt: Attempt) -> None:
    old = secret(attempt())
    now = NOW
    while now < NOW + timedelta(hours=11, minutes=30):
        now += 20 * MINUTE
        touch_session(session, old, now)
    new = renew_session(session, old, OFFICE, now)
    assert find_session(session, old, now) is None
    assert find_session(session, new, NOW + timedelta(hours=11, minutes=59)) is not None
    assert find_session(session, new, NOW + timedelta(hours=12)) is None


def test_a_session_ends_after_thirty_idle_minutes(session: Session, attempt: Attempt) -> None:
    cookie = secret(attempt())
    found = find_session(session, cookie, NOW + 29 * MINUTE)
    assert found is not None and found.touch
    assert find_session(session, cookie, NOW + 30 * MINUTE) is None
    touch_session(session, cookie, NOW + 29 * MINUTE)
    assert find_session(session, cookie, NOW + 58 * MINUTE) is not None


def test_a_session_that_is_not_alive_cannot_be_renewed(session: Session, attempt: Attempt) -> None:
    cookie = secret(attempt())
    with pytest.raises(Refusal) as refused:
        renew_session(session, cookie, OFFICE, NOW + timedelta(hours=1))
    assert (refused.value.code, refused.value.status) == ("signed_out", 401)


def test_signing_out_revokes_on_the_server(session: Session, attempt: Attempt) -> None:
    mine, other = secret(attempt()), secret(attempt())
    sign_out(session, mine, NOW)
    assert find_session(session, mine, NOW) is None and find_session(session, other, NOW) is not None
    revoke_sessions_of(session, CAST[LI_GUIFANG].id, NOW)
    assert find_session(session, other, NOW) is None


def test_the_secret_itself_is_nowhere_in_the_database(session: Session, attempt: Attempt) -> None:
    cookie = secret(attempt())
    kept = session.scalars(select(SignInSession.digest)).all()
    assert kept and cookie not in kept
    assert find_session(session, kept[0], NOW) is None


def test_closing_an_account_closes_its_browsers(session: Session, attempt: Attempt) -> None:
    cookie = secret(attempt())
    close_account(session, actor(WEI_YIMING), LI_GUIFANG, NOW)
    session.flush()
    assert find_session(session, cookie, NOW) is None
    assert refusal(attempt()) == "sign_in_refused"


NEW = "Banyan树荫-2026"


def test_a_changed_password_signs_out_every_browser(session: Session, attempt: Attempt) -> None:
    cookie = secret(attempt())
    change_password(session, prove_change(session, actor(LI_GUIFANG), PASSWORD, NEW, "10.1.1.1", NOW), NOW)
    session.flush()
    assert find_session(session, cookie, NOW) is None
    assert refusal(attempt()) == "sign_in_refused" and attempt(NEW).secret


def test_a_password_cannot_be_used_again_nor_changed_without_the_old_one(session: Session) -> None:
    li = actor(LI_GUIFANG)
    with pytest.raises(Refusal) as refused:
        change_password(session, prove_change(session, li, "wrong", NEW, "10.1.1.1", NOW), NOW)
    assert refused.value.code == "password_wrong"
    change_password(session, prove_change(session, li, PASSWORD, NEW, "10.1.1.1", NOW), NOW)
    session.flush()
    with pytest.raises(Refusal) as again:
        change_password(session, prove_change(session, li, NEW, PASSWORD, "10.1.1.1", NOW), NOW)
    assert again.value.code == "password_used_before"


def test_a_password_ages_and_one_given_by_an_administrator_is_old_at_once(session: Session, attempt: Attempt) -> None:
    assert not attempt().password_expired
    assert attempt(now=NOW + timedelta(days=91)).password_expired
    reset_password(session, actor(WEI_YIMING), LI_GUIFANG, NEW, NOW)
    session.flush()
    assert attempt(NEW).password_expired


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("Ab1!efghi", "password_too_short"),
        ("a1!" * 50, "password_too_long"),
        ("abcdefghijkl", "password_too_simple"),
        ("Aa1Aa1Aa1Aa1", "password_too_simple"),
        ("LiGuiFang2026!", "password_tells_name"),
        ("李桂芳Abc-2026", "password_tells_name"),
    ],
)
def test_weak_passwords_are_refused(password: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_password(password, LI_GUIFANG, "李桂芳")
    assert refused.value.code == code


def test_logs_of_signing_in_are_kept_half_a_year(session: Session, attempt: Attempt) -> None:
    attempt("wrong")
    cookie = secret(attempt())
    later = datetime(2026, 8, 1, tzinfo=UTC)
    forget_old_failures(session, later)
    forget_old_sessions(session, later)
    assert session.scalar(select(func.count()).select_from(SignInFailure)) == 1
    forget_old_failures(session, later + timedelta(days=60))
    forget_old_sessions(session, later + timedelta(days=60))
    assert session.scalar(select(func.count()).select_from(SignInFailure)) == 0
    assert session.scalar(select(func.count()).select_from(SignInSession)) == 0
    assert find_session(session, cookie, NOW) is None


def test_cast_signs_in_with_the_one_demo_password(signed: Callable[..., Actor], attempt: Attempt) -> None:
    assert all(attempt(login=login).secret for login in list(CAST)[:3])
