"""Giving roles: one proposes, another approves, nobody serves themselves, administrators stay apart."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.identity.actor import Actor, Grant
from app.identity.approve_grant import approve_grant
from app.identity.grant import grant_role
from app.identity.models import Person, RoleGrant
from app.identity.revoke_grant import revoke_grant
from tests.cast import (
    CAST,
    HUANG_JIANGUO,
    LI_GUIFANG,
    LIANG_XIAODONG,
    LU_WENJING,
    MO_HAIYAN,
    NONG_XIAOLAN,
    WEI_YIMING,
    ZHOU_MIN,
    actor,
)
from tests.identity.conftest import NOW, TODAY

SECURITY = "luzhian"
COUNTY_ADMIN = replace(actor(WEI_YIMING), grants=(Grant("sysadmin", "450123"),))


def propose(
    session: Session,
    login: str,
    role: str,
    division: str = "450123",
    *,
    by: Actor | None = None,
    first: date = TODAY,
    last: date | None = None,
) -> RoleGrant:
    return grant_role(session, by or actor(WEI_YIMING), login, role, division, first, last, NOW)


def test_a_role_has_effect_only_after_a_second_person_approved(session: Session, signed: Callable[..., Actor]) -> None:
    grant = propose(session, LI_GUIFANG, "county_clerk")
    assert signed(LI_GUIFANG).roles == {"adoption_registrar"}
    approve_grant(session, actor(HUANG_JIANGUO), grant.id, NOW)
    assert signed(LI_GUIFANG).roles == {"adoption_registrar", "county_clerk"}
    revoke_grant(session, actor(WEI_YIMING), grant.id, TODAY)
    assert signed(LI_GUIFANG).roles == {"adoption_registrar"}


def test_nobody_approves_what_they_proposed_or_what_they_receive(session: Session) -> None:
    own = propose(session, HUANG_JIANGUO, "county_clerk")
    proposed = propose(session, LI_GUIFANG, "county_clerk")
    second_account = replace(actor(HUANG_JIANGUO), natural_person=str(CAST[WEI_YIMING].natural_person))
    for by, grant in ((actor(HUANG_JIANGUO), own), (second_account, proposed)):
        with pytest.raises(Refusal) as refused:
            approve_grant(session, by, grant.id, NOW)
        assert refused.value.code == "grant_own"


@pytest.mark.parametrize("login", [ZHOU_MIN, LI_GUIFANG, "weidaming", MO_HAIYAN])
def test_others_do_not_even_see_the_proposal(session: Session, login: str) -> None:
    grant = propose(session, NONG_XIAOLAN, "county_clerk")
    with pytest.raises(Refusal) as refused:
        approve_grant(session, actor(login), grant.id, NOW)
    assert refused.value.status == 404


def test_administrator_and_staff_roles_are_approved_by_the_security_administrator(session: Session) -> None:
    session.execute(update(RoleGrant).where(RoleGrant.person_id == CAST[LI_GUIFANG].id).values(valid_to=TODAY))
    grant = propose(session, LI_GUIFANG, "auditor", first=TODAY + timedelta(days=1))
    with pytest.raises(Refusal) as refused:
        approve_grant(session, actor(HUANG_JIANGUO), grant.id, NOW)
    assert refused.value.status == 404
    assert approve_grant(session, actor(SECURITY), grant.id, NOW).approved_by == CAST[SECURITY].id
    with pytest.raises(Refusal) as again:
        approve_grant(session, actor(SECURITY), grant.id, NOW)
    assert again.value.status == 409


@pytest.mark.parametrize(
    ("login", "role", "division"),
    [
        (LI_GUIFANG, "sysadmin", "45"),
        (MO_HAIYAN, "security_admin", "45"),
        (MO_HAIYAN, "county_reviewer", "450123"),
        (SECURITY, "auditor", "45"),
        (LIANG_XIAODONG, "sysadmin", "45"),
        (MO_HAIYAN, "policy_officer", "45"),
    ],
)
def test_administrators_hold_nothing_else(session: Session, login: str, role: str, division: str) -> None:
    with pytest.raises(Refusal) as refused:
        propose(session, login, role, division)
    assert refused.value.code == "roles_exclusive"


def test_exclusion_follows_the_human_being_into_a_second_account(session: Session) -> None:
    same = CAST[LU_WENJING].natural_person
    session.execute(update(Person).where(Person.login == LI_GUIFANG).values(natural_person=same))
    session.execute(
        update(RoleGrant).where(RoleGrant.person_id == CAST[LI_GUIFANG].id).values(valid_to=date(2026, 1, 2))
    )
    with pytest.raises(Refusal) as refused:
        propose(session, LI_GUIFANG, "auditor", "45")
    assert refused.value.code == "roles_exclusive"


@pytest.mark.parametrize(
    ("role", "division", "code"),
    [
        ("county_reviewer", "4501", "role_wrong_level"),
        ("child_director", "450123", "role_wrong_level"),
        ("region_civil", "450123", "role_wrong_level"),
        ("emperor", "450123", "role_unknown"),
        ("adoption_registrar", "450123", "grant_double"),
        ("county_clerk", "450124", "grant_not_yours"),
        ("county_clerk", "45012", "division_code_bad"),
    ],
)
def test_grants_that_are_refused(session: Session, role: str, division: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        propose(session, LI_GUIFANG, role, division, by=COUNTY_ADMIN)
    assert refused.value.code == code


def test_an_administrator_reaches_only_the_own_people_and_never_themselves(session: Session) -> None:
    cases = [
        (ZHOU_MIN, COUNTY_ADMIN, "not_found"),
        ("nobody", COUNTY_ADMIN, "not_found"),
        (WEI_YIMING, actor(WEI_YIMING), "grant_own"),
        (LI_GUIFANG, actor(LI_GUIFANG), "grant_not_yours"),
    ]
    for login, by, code in cases:
        with pytest.raises(Refusal) as refused:
            propose(session, login, "county_clerk", by=by)
        assert refused.value.code == code


def test_the_last_day_is_not_before_the_first(session: Session) -> None:
    with pytest.raises(Refusal) as refused:
        propose(session, LI_GUIFANG, "county_clerk", last=TODAY - timedelta(days=1))
    assert refused.value.code == "grant_days_reversed"


def test_a_stranger_cannot_revoke(session: Session) -> None:
    grant = propose(session, LI_GUIFANG, "county_clerk")
    with pytest.raises(Refusal) as refused:
        revoke_grant(session, actor(HUANG_JIANGUO), grant.id, TODAY)
    assert refused.value.status == 404
