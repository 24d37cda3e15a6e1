"""Loading who acts: grants of the day, own and delegated, in two statements."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, update
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.identity.actor import Actor, Grant, load_actor
from app.identity.delegate import delegate
from app.identity.end_delegation import end_delegation
from app.identity.may import Need, may_work
from app.identity.models import Delegation, Person, RoleGrant
from tests.cast import CAST, HUANG_JIANGUO, LI_GUIFANG, MO_HAIYAN, NONG_XIAOLAN, QIN_LIXIN, ZHOU_MIN, actor
from tests.identity.conftest import NOW, TODAY, statements

Signed = Callable[..., Actor]
WEEK = timedelta(days=7)


def test_an_actor_from_the_database_is_the_actor_of_the_cast(signed: Signed) -> None:
    for login in CAST:
        assert signed(login) == actor(login)


def test_loading_an_actor_with_delegations_takes_one_statement(session: Session, connection: Connection) -> None:
    lend(session, LI_GUIFANG, NONG_XIAOLAN)
    lend(session, HUANG_JIANGUO, NONG_XIAOLAN)
    with statements(connection) as seen:
        load_actor(session, CAST[NONG_XIAOLAN].id, TODAY)
    assert len(seen) == 1


def test_a_grant_has_effect_from_its_first_to_its_last_day_and_only_when_approved(
    session: Session, signed: Signed
) -> None:
    mine = RoleGrant.person_id == CAST[LI_GUIFANG].id
    session.execute(update(RoleGrant).where(mine).values(valid_from=TODAY, valid_to=TODAY))
    assert signed(LI_GUIFANG).roles == {"adoption_registrar"}
    assert signed(LI_GUIFANG, TODAY - timedelta(days=1)).roles == frozenset()
    assert signed(LI_GUIFANG, TODAY + timedelta(days=1)).roles == frozenset()
    session.execute(update(RoleGrant).where(mine).values(approved_by=None))
    assert signed(LI_GUIFANG).roles == frozenset()


def test_a_closed_account_is_no_actor(session: Session, signed: Signed) -> None:
    session.execute(update(Person).where(Person.login == LI_GUIFANG).values(active=False))
    with pytest.raises(Refusal) as refused:
        signed(LI_GUIFANG)
    assert (refused.value.code, refused.value.status) == ("account_closed", 401)


def lend(session: Session, giver: str, receiver: str, *, by: str | None = None, days: int = 7) -> Delegation:
    until = TODAY + timedelta(days=days)
    return delegate(session, actor(by or giver), giver, receiver, TODAY, until, "病假", NOW)


def test_a_delegate_holds_the_delegators_grants_for_those_days(session: Session, signed: Signed) -> None:
    lend(session, LI_GUIFANG, NONG_XIAOLAN)
    lent = [grant for grant in signed(NONG_XIAOLAN).grants if grant.on_behalf_of]
    assert [(g.role, g.division, g.on_behalf_of and g.on_behalf_of.login) for g in lent] == [
        ("adoption_registrar", "450123", LI_GUIFANG)
    ]
    assert may_work(signed(NONG_XIAOLAN), Need(("adoption_registrar",), "450123")).on_behalf_of
    assert signed(NONG_XIAOLAN, TODAY + WEEK + timedelta(days=1)) == actor(NONG_XIAOLAN)
    assert signed(NONG_XIAOLAN, TODAY - timedelta(days=1)) == actor(NONG_XIAOLAN)


def test_a_delegation_is_not_passed_on(session: Session, signed: Signed) -> None:
    lend(session, LI_GUIFANG, NONG_XIAOLAN)
    lend(session, NONG_XIAOLAN, QIN_LIXIN)
    assert signed(QIN_LIXIN).roles == {"assessment_organizer", "county_reviewer"}


def test_a_delegation_ends_when_the_delegator_is_back_or_gone(session: Session, signed: Signed) -> None:
    lent = lend(session, LI_GUIFANG, NONG_XIAOLAN)
    end_delegation(session, actor(LI_GUIFANG), lent.id, NOW)
    assert signed(NONG_XIAOLAN) == actor(NONG_XIAOLAN)
    lend(session, LI_GUIFANG, NONG_XIAOLAN)
    session.execute(update(Person).where(Person.login == LI_GUIFANG).values(active=False))
    assert signed(NONG_XIAOLAN) == actor(NONG_XIAOLAN)


def test_the_leader_records_it_for_someone_already_away(session: Session) -> None:
    assert lend(session, LI_GUIFANG, NONG_XIAOLAN, by=HUANG_JIANGUO).recorded_by == CAST[HUANG_JIANGUO].id


@pytest.mark.parametrize(
    ("giver", "receiver", "by", "code"),
    [
        (LI_GUIFANG, NONG_XIAOLAN, ZHOU_MIN, "not_found"),
        (LI_GUIFANG, NONG_XIAOLAN, NONG_XIAOLAN, "not_found"),
        (LI_GUIFANG, ZHOU_MIN, LI_GUIFANG, "delegation_outside"),
        (LI_GUIFANG, LI_GUIFANG, LI_GUIFANG, "delegation_same_person"),
        (LI_GUIFANG, "nobody", LI_GUIFANG, "delegation_outside"),
        ("nobody", LI_GUIFANG, LI_GUIFANG, "not_found"),
        (MO_HAIYAN, "huangruoxi", MO_HAIYAN, "delegation_administrator"),
        ("huangruoxi", MO_HAIYAN, "huangruoxi", "delegation_administrator"),
        ("liyuqing", "huangruoxi", "liyuqing", "delegation_nothing"),
    ],
)
def test_delegations_that_are_refused(session: Session, giver: str, receiver: str, by: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        lend(session, giver, receiver, by=by)
    assert refused.value.code == code


def test_two_accounts_of_one_person_do_not_stand_in_for_each_other(session: Session) -> None:
    same = CAST[LI_GUIFANG].natural_person
    session.execute(update(Person).where(Person.login == NONG_XIAOLAN).values(natural_person=same))
    with pytest.raises(Refusal) as refused:
        lend(session, LI_GUIFANG, NONG_XIAOLAN)
    assert refused.value.code == "delegation_same_person"


@pytest.mark.parametrize(
    ("first", "last"),
    [(TODAY - timedelta(days=1), TODAY), (TODAY, TODAY - timedelta(days=1)), (TODAY, TODAY + timedelta(days=90))],
)
def test_a_delegation_has_a_term(session: Session, first: date, last: date) -> None:
    with pytest.raises(Refusal) as refused:
        delegate(session, actor(LI_GUIFANG), LI_GUIFANG, NONG_XIAOLAN, first, last, "出差", NOW)
    assert refused.value.code == "delegation_days"


def test_an_administrator_loses_what_was_delegated_before(session: Session, signed: Signed) -> None:
    lend(session, LI_GUIFANG, NONG_XIAOLAN)
    hers = RoleGrant.person_id == CAST[NONG_XIAOLAN].id
    session.execute(update(RoleGrant).where(hers).values(role="auditor", division="45"))
    assert signed(NONG_XIAOLAN).grants == (Grant("auditor", "45"),)


def test_only_case_roles_are_lent(session: Session, signed: Signed) -> None:
    policy = RoleGrant(
        person_id=CAST[LI_GUIFANG].id,
        role="policy_officer",
        division="4501",
        valid_from=TODAY,
        granted_at=NOW,
        approved_by=CAST[HUANG_JIANGUO].id,
    )
    session.add(policy)
    lend(session, LI_GUIFANG, NONG_XIAOLAN)
    assert signed(LI_GUIFANG).roles == {"adoption_registrar", "policy_officer"}
    assert signed(NONG_XIAOLAN).roles == {"adoption_registrar", "county_reviewer"}
