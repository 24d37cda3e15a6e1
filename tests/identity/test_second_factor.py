"""The second factor at signing in: a code of the phone opens, once; who guesses waits; two administrators take it off."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.identity.change_password import change_password, prove_change
from app.identity.enrol_factor import confirm_factor, offer_factor, offered_seed
from app.identity.factor_models import FactorOffer, HalfSession, RecoveryCode, SecondFactor
from app.identity.half_sessions import find_half
from app.identity.models import SignInSession
from app.identity.register import close_account
from app.identity.reset_factor import approve_factor_reset, ask_factor_reset
from app.identity.second_factor import Shown, check_factor, factor_of, has_factor
from app.identity.sessions import find_session, forget_old_sessions, open_session, renew_session
from app.identity.sign_in import SignInResult, prove, sign_in
from app.identity.sign_out import sign_out
from app.identity.totp import code_at, step_at
from app.vault import SealBroken, Vault
from app.vault.sealer import KeySealer, Sealer
from tests.cast import CAST, LI_GUIFANG, LIANG_XIAODONG, MO_HAIYAN, WEI_YIMING, actor
from tests.identity.conftest import NOW, PASSWORD

LU_ZHIAN = "luzhian"
"""安全管理员 45"""
OFFICE = "203.0.113.7"
STEP = timedelta(seconds=30)
ALWAYS = frozenset({"policy_officer", "auditor", "sysadmin", "security_admin"})
Try = Callable[..., Refusal | None]


def id_of(login: str) -> UUID:
    return CAST[login].id


@pytest.fixture
def sealer() -> Sealer:
    vault = Vault("v" * 40, "i" * 40)
    return KeySealer(vault, vault.new_data_key("sys/factors", "x")[0])


def enters(session: Session, login: str, *, now: datetime = NOW, two_factor: frozenset[str] = ALWAYS) -> SignInResult:
    return sign_in(session, prove(session, login, PASSWORD, OFFICE, now), now, two_factor=two_factor)


def takes_up(session: Session, sealer: Sealer, login: str, now: datetime = NOW) -> tuple[bytes, list[str]]:
    """The seed in the phone of the person, and the recovery codes on paper. Confirmed with the code of one step ago."""
    secret = f"a browser of {login}"
    offer_factor(session, id_of(login), secret, sealer, now)
    seed = offered_seed(session, id_of(login), secret, sealer, now)
    return seed, list(confirm_factor(session, id_of(login), secret, code_at(seed, step_at(now) - 1), sealer, now))


@pytest.fixture
def tries(session: Session, sealer: Sealer) -> Try:
    def run(
        login: str, code: str = "", *, recovery: str = "", network: str = OFFICE, now: datetime = NOW
    ) -> Refusal | None:
        shown = Shown(code, recovery, network)
        refused = check_factor(session, id_of(login), login, shown, sealer, now)
        session.flush()
        return refused

    return run


def wrong(seed: bytes, now: datetime = NOW) -> str:
    """Six digits that the phone does not show near this instant."""
    near = {code_at(seed, step_at(now) + n) for n in range(-3, 4)}
    return next(code for code in ("000000", "111111", "222222", "333333", "444444", "555555", "666666", "777777")
                if code not in near)  # fmt: skip


def code_of(refusal: Refusal | None) -> str:
    return refusal.code if refusal else "taken"


# Signing in


@pytest.mark.parametrize("login", [LIANG_XIAODONG, MO_HAIYAN, WEI_YIMING, LU_ZHIAN])
def test_a_role_that_asks_for_it_is_signed_in_by_half(session: Session, login: str) -> None:
    entered = enters(session, login)
    assert entered.half and entered.secret
    assert find_session(session, entered.secret, NOW) is None, "no signed-in browser"
    half = find_half(session, entered.secret, NOW)
    assert half is not None and half.login == login


def test_other_roles_and_a_deployment_that_asks_nobody_sign_in_by_password(session: Session) -> None:
    assert not enters(session, LI_GUIFANG).half
    assert not enters(session, WEI_YIMING, two_factor=frozenset()).half


def test_who_took_up_an_authenticator_is_asked_wherever_it_is_not_required(session: Session, sealer: Sealer) -> None:
    takes_up(session, sealer, LI_GUIFANG)
    assert enters(session, LI_GUIFANG, two_factor=frozenset()).half


def test_a_wrong_password_is_answered_alike_with_and_without_an_authenticator(session: Session, sealer: Sealer) -> None:
    takes_up(session, sealer, WEI_YIMING)
    for login in (WEI_YIMING, LI_GUIFANG, "nobody"):
        wrong = sign_in(session, prove(session, login, "wrong", OFFICE, NOW), NOW, two_factor=ALWAYS)
        assert code_of(wrong.refusal) == "sign_in_refused" and not wrong.half and wrong.secret is None


def test_a_half_session_ends_after_ten_minutes(session: Session) -> None:
    secret = enters(session, WEI_YIMING).secret or ""
    assert find_half(session, secret, NOW + timedelta(minutes=9, seconds=59)) is not None
    assert find_half(session, secret, NOW + timedelta(minutes=10)) is None


def test_leaving_a_new_password_and_a_closed_account_end_it(session: Session) -> None:
    gone, changed, closed = (enters(session, login).secret or "" for login in (WEI_YIMING, LU_ZHIAN, LIANG_XIAODONG))
    sign_out(session, gone, NOW)
    change_password(session, prove_change(session, actor(LU_ZHIAN), PASSWORD, "Banyan树荫-2026", "10.1.1.1", NOW), NOW)
    close_account(session, actor(WEI_YIMING), LIANG_XIAODONG, NOW)
    session.flush()
    assert [find_half(session, secret, NOW) for secret in (gone, changed, closed)] == [None] * 3


def test_a_renewed_session_stays_as_strong_as_it_was(session: Session) -> None:
    for strong in (True, False):
        secret = open_session(session, id_of(WEI_YIMING), OFFICE, NOW, strong=strong)
        found = find_session(session, renew_session(session, secret, OFFICE, NOW), NOW)
        assert found is not None and found.strong is strong


def test_half_sessions_are_kept_half_a_year_as_the_others_are(session: Session) -> None:
    enters(session, WEI_YIMING)
    forget_old_sessions(session, NOW + timedelta(days=184))
    assert session.scalar(select(func.count()).select_from(HalfSession)) == 1
    forget_old_sessions(session, NOW + timedelta(days=186))
    assert session.scalar(select(func.count()).select_from(HalfSession)) == 0


# Codes


def test_the_code_of_the_phone_opens_as_typed(session: Session, sealer: Sealer, tries: Try) -> None:
    seed, _ = takes_up(session, sealer, WEI_YIMING)
    code = code_at(seed, step_at(NOW))
    assert tries(WEI_YIMING, f" {code[:3]} {code[3:]}".translate({48 + n: 0xFF10 + n for n in range(10)})) is None


def test_no_code_is_taken_twice_nor_an_earlier_one_after_a_later(session: Session, sealer: Sealer, tries: Try) -> None:
    seed, _ = takes_up(session, sealer, WEI_YIMING)
    here = step_at(NOW)
    assert code_of(tries(WEI_YIMING, code_at(seed, here - 1))) == "code_refused", "it confirmed the enrolment"
    assert tries(WEI_YIMING, code_at(seed, here)) is None
    assert code_of(tries(WEI_YIMING, code_at(seed, here))) == "code_refused"
    assert tries(WEI_YIMING, code_at(seed, here + 1)) is None
    assert code_of(tries(WEI_YIMING, code_at(seed, here), now=NOW + STEP)) == "code_refused"
    assert tries(WEI_YIMING, code_at(seed, here + 2), now=NOW + STEP) is None


def test_five_wrong_codes_lock_the_sign_in_as_five_wrong_passwords_do(
    session: Session, sealer: Sealer, tries: Try
) -> None:
    seed, _ = takes_up(session, sealer, WEI_YIMING)
    assert [code_of(tries(WEI_YIMING, wrong(seed))) for _ in range(5)] == ["code_refused"] * 5
    right = code_at(seed, step_at(NOW))
    assert code_of(tries(WEI_YIMING, right)) == "code_locked"
    assert code_of(enters(session, WEI_YIMING).refusal) == "sign_in_locked"
    later = NOW + timedelta(minutes=15)
    assert tries(WEI_YIMING, code_at(seed, step_at(later)), now=later) is None


def test_wrong_passwords_and_wrong_codes_are_counted_together(session: Session, sealer: Sealer, tries: Try) -> None:
    seed, _ = takes_up(session, sealer, WEI_YIMING)
    for _ in range(3):
        sign_in(session, prove(session, WEI_YIMING, "wrong", OFFICE, NOW), NOW)
    for _ in range(2):
        tries(WEI_YIMING, wrong(seed))
    assert code_of(tries(WEI_YIMING, code_at(seed, step_at(NOW)))) == "code_locked"


def test_guessing_from_many_networks_ends_after_ten_codes_a_day(session: Session, sealer: Sealer, tries: Try) -> None:
    seed, papers = takes_up(session, sealer, WEI_YIMING)
    answers = [code_of(tries(WEI_YIMING, wrong(seed), network=f"198.51.100.{n}")) for n in range(12)]
    assert answers == ["code_refused"] * 10 + ["code_locked_a_day"] * 2
    assert code_of(tries(WEI_YIMING, code_at(seed, step_at(NOW)))) == "code_locked_a_day"
    assert code_of(tries(WEI_YIMING, recovery=papers[0])) == "code_locked_a_day"
    tomorrow = NOW + timedelta(hours=24)
    assert tries(WEI_YIMING, code_at(seed, step_at(tomorrow)), now=tomorrow) is None


def test_wrong_codes_of_one_account_lock_no_other(session: Session, sealer: Sealer, tries: Try) -> None:
    seed, _ = takes_up(session, sealer, WEI_YIMING)
    other, _ = takes_up(session, sealer, LU_ZHIAN)
    for n in range(12):
        tries(WEI_YIMING, wrong(seed), network=f"198.51.100.{n}")
    assert tries(LU_ZHIAN, code_at(other, step_at(NOW))) is None


# Recovery codes


def test_each_of_ten_recovery_codes_opens_once(session: Session, sealer: Sealer, tries: Try) -> None:
    _, papers = takes_up(session, sealer, WEI_YIMING)
    assert len(set(papers)) == 10 and all(re.fullmatch(r"([A-Z2-7]{4} ){3}[A-Z2-7]{4}", paper) for paper in papers)
    sloppy = papers[0].lower().replace(" ", "-").replace("o", "0").replace("i", "1")
    assert tries(WEI_YIMING, recovery=sloppy) is None
    assert code_of(tries(WEI_YIMING, recovery=papers[0])) == "recovery_code_refused"
    assert [tries(WEI_YIMING, recovery=paper) for paper in papers[1:]] == [None] * 9


def test_a_recovery_code_opens_no_other_account(session: Session, sealer: Sealer, tries: Try) -> None:
    _, papers = takes_up(session, sealer, WEI_YIMING)
    takes_up(session, sealer, LU_ZHIAN)
    assert code_of(tries(LU_ZHIAN, recovery=papers[0])) == "recovery_code_refused"


def test_neither_seed_nor_code_nor_secret_stands_in_the_database(session: Session, sealer: Sealer) -> None:
    seed, papers = takes_up(session, sealer, WEI_YIMING)
    half = enters(session, WEI_YIMING).secret
    assert seed not in (session.scalars(select(SecondFactor.sealed)).one() or b"")
    digests = set(session.scalars(select(RecoveryCode.digest)))
    assert len(digests) == 10 and not digests & {paper.replace(" ", "") for paper in papers}
    assert half not in session.scalars(select(HalfSession.digest)).all()


def test_a_seed_moved_to_another_account_opens_nothing(session: Session, sealer: Sealer, tries: Try) -> None:
    """The seal names its row (abuse case 25)."""
    takes_up(session, sealer, WEI_YIMING)
    seed, _ = takes_up(session, sealer, LI_GUIFANG)
    theirs, mine = factor_of(session, id_of(WEI_YIMING)), factor_of(session, id_of(LI_GUIFANG))
    assert theirs and mine
    theirs.sealed = mine.sealed
    session.flush()
    with pytest.raises(SealBroken):
        tries(WEI_YIMING, code_at(seed, step_at(NOW)))


# Taking one up


def test_an_offer_needs_a_code_of_the_phone_and_ends_after_half_an_hour(session: Session, sealer: Sealer) -> None:
    offer_factor(session, id_of(LI_GUIFANG), "browser", sealer, NOW)
    seed = offered_seed(session, id_of(LI_GUIFANG), "browser", sealer, NOW)
    for code, now, refusal in (
        (wrong(seed), NOW, "code_not_confirmed"),
        (code_at(seed, step_at(NOW + timedelta(minutes=30))), NOW + timedelta(minutes=30), "factor_not_offered"),
    ):
        with pytest.raises(Refusal) as refused:
            confirm_factor(session, id_of(LI_GUIFANG), "browser", code, sealer, now)
        assert refused.value.code == refusal
    assert not has_factor(session, id_of(LI_GUIFANG))


def test_what_one_browser_was_offered_no_other_confirms(session: Session, sealer: Sealer) -> None:
    """Else who knows the password could have the owner confirm a seed that both know."""
    offer_factor(session, id_of(LI_GUIFANG), "a thief's browser", sealer, NOW)
    seed = offered_seed(session, id_of(LI_GUIFANG), "a thief's browser", sealer, NOW)
    with pytest.raises(Refusal) as refused:
        confirm_factor(session, id_of(LI_GUIFANG), "the owner's", code_at(seed, step_at(NOW)), sealer, NOW)
    assert refused.value.code == "factor_not_offered"
    takes_up(session, sealer, LI_GUIFANG)
    assert session.scalar(select(func.count()).select_from(FactorOffer)) == 0, "the thief's offer is void"


def test_another_phone_takes_the_place_of_the_former(session: Session, sealer: Sealer, tries: Try) -> None:
    old, papers = takes_up(session, sealer, LI_GUIFANG)
    new, _ = takes_up(session, sealer, LI_GUIFANG)
    assert code_of(tries(LI_GUIFANG, code_at(old, step_at(NOW)))) == "code_refused"
    assert code_of(tries(LI_GUIFANG, recovery=papers[0])) == "recovery_code_refused"
    assert tries(LI_GUIFANG, code_at(new, step_at(NOW))) is None
    ended = session.scalars(select(SecondFactor).where(SecondFactor.ended_at.is_not(None))).one()
    assert ended.sealed is None, "the row stays, the seed is gone"


# Losing it


def test_two_administrators_take_a_lost_authenticator_off(session: Session, sealer: Sealer, tries: Try) -> None:
    seed, papers = takes_up(session, sealer, MO_HAIYAN)
    open_, half = (
        open_session(session, id_of(MO_HAIYAN), OFFICE, NOW, strong=True),
        enters(session, MO_HAIYAN).secret or "",
    )
    reset = ask_factor_reset(session, actor(WEI_YIMING), MO_HAIYAN, "手机遗失，已当面核实", NOW)
    assert has_factor(session, id_of(MO_HAIYAN)), "nothing happens before it is approved"
    approve_factor_reset(session, actor(LU_ZHIAN), reset.id, NOW)
    session.flush()
    assert not has_factor(session, id_of(MO_HAIYAN))
    assert find_session(session, open_, NOW) is None and find_half(session, half, NOW) is None
    assert code_of(tries(MO_HAIYAN, code_at(seed, step_at(NOW)))) == "code_refused"
    assert code_of(tries(MO_HAIYAN, recovery=papers[0])) == "recovery_code_refused"
    assert enters(session, MO_HAIYAN).half, "the next sign-in takes up another one"


@pytest.mark.parametrize(("asks", "about"), [(WEI_YIMING, MO_HAIYAN), (WEI_YIMING, WEI_YIMING)])
def test_who_asks_does_not_approve(session: Session, sealer: Sealer, asks: str, about: str) -> None:
    takes_up(session, sealer, about)
    reset = ask_factor_reset(session, actor(asks), about, "手机遗失", NOW)
    with pytest.raises(Refusal) as refused:
        approve_factor_reset(session, actor(asks, also=actor(LU_ZHIAN)), reset.id, NOW)
    assert refused.value.code == "reset_own"
    with pytest.raises(Refusal) as not_theirs:
        approve_factor_reset(session, actor(WEI_YIMING), reset.id, NOW)
    assert not_theirs.value.status == 404
    assert has_factor(session, id_of(about))


def test_nobody_approves_a_reset_of_the_own_account(session: Session, sealer: Sealer) -> None:
    takes_up(session, sealer, LU_ZHIAN)
    reset = ask_factor_reset(session, actor(WEI_YIMING), LU_ZHIAN, "手机遗失", NOW)
    with pytest.raises(Refusal) as refused:
        approve_factor_reset(session, actor(LU_ZHIAN), reset.id, NOW)
    assert refused.value.code == "reset_own"


@pytest.mark.parametrize("by", [LI_GUIFANG, LIANG_XIAODONG, MO_HAIYAN, LU_ZHIAN])
def test_only_a_system_administrator_asks(session: Session, sealer: Sealer, by: str) -> None:
    takes_up(session, sealer, WEI_YIMING)
    with pytest.raises(Refusal) as refused:
        ask_factor_reset(session, actor(by), WEI_YIMING, "手机遗失", NOW)
    assert refused.value.status == 404


def test_a_reset_says_why_and_is_about_the_authenticator_that_was_lost(session: Session, sealer: Sealer) -> None:
    for reason, code in ((" ", "reset_no_reason"), ("手机遗失", "factor_absent")):
        with pytest.raises(Refusal) as refused:
            ask_factor_reset(session, actor(WEI_YIMING), LI_GUIFANG, reason, NOW)
        assert refused.value.code == code
    takes_up(session, sealer, LI_GUIFANG)
    reset = ask_factor_reset(session, actor(WEI_YIMING), LI_GUIFANG, "手机遗失", NOW)
    takes_up(session, sealer, LI_GUIFANG)
    with pytest.raises(Refusal) as refused:
        approve_factor_reset(session, actor(LU_ZHIAN), reset.id, NOW)
    assert refused.value.code == "factor_absent", "another one was taken up meanwhile"
    assert has_factor(session, id_of(LI_GUIFANG))
    assert session.scalars(select(SignInSession)).all() == []
