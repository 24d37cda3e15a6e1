"""Bearer tokens: shown once, digested, scoped, at most 90 days, never more than the person may today."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.identity.actor import Actor
from app.identity.models import ApiToken, Delegation, Person, RoleGrant
from app.identity.tokens import create_token, find_token, list_tokens, narrow, revoke_token, touch_token
from tests.cast import CAST, LI_GUIFANG, NONG_XIAOLAN, ZHOU_MIN, actor, standing_in
from tests.identity.conftest import NOW, TODAY

DAYS = timedelta(days=1)
SCOPES = ["write:adoption_registrar"]


def new_token(session: Session, scopes: list[str] = SCOPES, *, days: int = 30) -> str:
    return create_token(session, actor(LI_GUIFANG), "核验程序", scopes, NOW + days * DAYS, NOW)


def test_a_token_is_shown_once_and_kept_as_a_digest(session: Session) -> None:
    secret = new_token(session)
    holder = find_token(session, secret, NOW)
    assert holder is not None and holder.actor == actor(LI_GUIFANG)
    row = session.execute(select(ApiToken)).scalar_one()
    assert secret not in {row.digest, row.name, str(row.scopes)}
    assert find_token(session, row.digest, NOW) is None
    assert [line.name for line in list_tokens(session, actor(LI_GUIFANG), NOW)] == ["核验程序"]
    assert list_tokens(session, actor(ZHOU_MIN), NOW) == []


def test_it_ends_on_its_day(session: Session) -> None:
    secret = new_token(session, days=90)
    assert find_token(session, secret, NOW + 90 * DAYS - timedelta(seconds=1)) is not None
    assert find_token(session, secret, NOW + 90 * DAYS) is None


@pytest.mark.parametrize("days", [91, 0, -1])
def test_it_cannot_last_longer_than_ninety_days(session: Session, days: int) -> None:
    with pytest.raises(Refusal) as refused:
        new_token(session, days=days)
    assert refused.value.code == "token_too_long"


@pytest.mark.parametrize(
    ("scopes", "code"),
    [
        (["write:county_approver"], "token_scope_exceeds"),
        (["read:adoption_registrar", "read:sysadmin"], "token_scope_exceeds"),
        (["adoption_registrar"], "token_scope_unknown"),
        (["admin:adoption_registrar"], "token_scope_unknown"),
        ([], "token_scope_unknown"),
    ],
)
def test_its_scopes_are_within_the_own_roles(session: Session, scopes: list[str], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        new_token(session, scopes)
    assert refused.value.code == code


def test_delegated_roles_do_not_go_into_a_token(session: Session) -> None:
    delegate = standing_in(NONG_XIAOLAN, for_=LI_GUIFANG)
    with pytest.raises(Refusal) as refused:
        create_token(session, delegate, "代理", SCOPES, NOW + DAYS, NOW)
    assert refused.value.code == "token_scope_exceeds"


def test_a_role_lost_later_is_lost_to_the_token_too(session: Session) -> None:
    secret = new_token(session)
    before = find_token(session, secret, NOW)
    assert before is not None and narrow(before, writing=True).roles == {"adoption_registrar"}
    session.execute(update(RoleGrant).where(RoleGrant.person_id == CAST[LI_GUIFANG].id).values(role="archivist"))
    after = find_token(session, secret, NOW)
    assert after is not None and narrow(after, writing=True).grants == ()


def test_reading_does_not_write_and_no_token_stands_in_for_others(
    session: Session, signed: Callable[..., Actor]
) -> None:
    li, zhou = CAST[LI_GUIFANG].id, CAST[ZHOU_MIN].id
    session.add(
        Delegation(
            from_person=zhou,
            to_person=li,
            from_day=TODAY,
            to_day=TODAY,
            reason="出差",
            recorded_by=zhou,
            recorded_at=NOW,
        )
    )
    assert {grant.division for grant in signed(LI_GUIFANG).grants} == {"450123", "450124"}
    holder = find_token(session, new_token(session, ["read:adoption_registrar"]), NOW)
    assert holder is not None
    assert narrow(holder, writing=False).grants == actor(LI_GUIFANG).grants
    assert narrow(holder, writing=True).grants == ()


def test_a_revoked_token_and_one_of_a_closed_account_open_nothing(session: Session) -> None:
    secret, other = new_token(session), new_token(session)
    holder = find_token(session, secret, NOW)
    assert holder is not None
    with pytest.raises(Refusal) as refused:
        revoke_token(session, actor(ZHOU_MIN), holder.token_id, NOW)
    assert refused.value.status == 404
    revoke_token(session, actor(LI_GUIFANG), holder.token_id, NOW)
    assert find_token(session, secret, NOW) is None and find_token(session, other, NOW) is not None
    session.execute(update(Person).where(Person.login == LI_GUIFANG).values(active=False))
    assert find_token(session, other, NOW) is None
    with pytest.raises(Refusal):
        revoke_token(session, actor(LI_GUIFANG), "not-an-id", NOW)


def test_its_last_use_is_noted_at_most_once_a_minute(session: Session) -> None:
    secret = new_token(session)
    holder = find_token(session, secret, NOW)
    assert holder is not None and holder.touch
    touch_token(session, holder.token_id, NOW)
    soon = find_token(session, secret, NOW + timedelta(seconds=59))
    later = find_token(session, secret, NOW + timedelta(seconds=60))
    assert soon is not None and not soon.touch and later is not None and later.touch


def test_a_person_has_twenty_at_most(session: Session) -> None:
    for _ in range(20):
        new_token(session)
    with pytest.raises(Refusal) as refused:
        new_token(session)
    assert refused.value.code == "token_too_many"
