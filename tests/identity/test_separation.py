"""A county relaxes the local rule: asked by its leader, approved from above, for a time, with a mark."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.identity.may import STRICT, SeparationRules
from app.identity.models import SeparationSetting
from app.identity.separation import approve_relaxation, ask_relaxation, load_rules, restore_separation
from tests.cast import HUANG_JIANGUO, LI_GUIFANG, WEI_YIMING, actor
from tests.identity.conftest import NOW, TODAY

CITY = "tanmingyue"
MARK = "南民函〔2026〕3号"


def ask(session: Session, by: str = HUANG_JIANGUO, division: str = "450123", days: int = 30) -> SeparationSetting:
    until = TODAY + timedelta(days=days)
    return ask_relaxation(session, actor(by), division, TODAY, until, "在岗三人", MARK, NOW)


def test_the_rule_is_strict_until_the_city_approves_and_after_the_last_day(session: Session) -> None:
    setting = ask(session)
    assert load_rules(session, "450123", TODAY) == STRICT
    approve_relaxation(session, actor(CITY), setting.id, NOW)
    session.flush()
    relaxed = SeparationRules(local=False, mark=MARK)
    assert load_rules(session, "450123", TODAY) == load_rules(session, "450123100005", TODAY) == relaxed
    assert load_rules(session, "450123", TODAY + timedelta(days=30)) == relaxed
    assert load_rules(session, "450123", TODAY + timedelta(days=31)) == STRICT
    assert load_rules(session, "450123", TODAY - timedelta(days=1)) == STRICT
    assert load_rules(session, "450124", TODAY) == STRICT
    restore_separation(session, actor(HUANG_JIANGUO), setting.id, NOW)
    session.flush()
    assert load_rules(session, "450123", TODAY) == STRICT


def test_a_relaxation_of_the_city_itself_does_not_reach_its_counties(session: Session) -> None:
    setting = ask(session, by=CITY, division="450100")
    approve_relaxation(session, actor("huangruoxi"), setting.id, NOW)
    session.flush()
    assert not load_rules(session, "450100", TODAY).local
    assert load_rules(session, "450123", TODAY) == STRICT


@pytest.mark.parametrize(
    ("by", "code"),
    [(HUANG_JIANGUO, "not_found"), (WEI_YIMING, "not_found"), ("weidaming", "not_found")],
)
def test_the_county_does_not_approve_itself(session: Session, by: str, code: str) -> None:
    setting = ask(session)
    with pytest.raises(Refusal) as refused:
        approve_relaxation(session, actor(by), setting.id, NOW)
    assert refused.value.code == code


def test_nobody_approves_their_own_request(session: Session) -> None:
    setting = ask(session, by=CITY)
    with pytest.raises(Refusal) as refused:
        approve_relaxation(session, actor(CITY), setting.id, NOW)
    assert refused.value.code == "relaxation_own"


def test_asking_needs_a_leader_a_reason_a_mark_and_a_term(session: Session) -> None:
    leader, until = actor(HUANG_JIANGUO), TODAY + timedelta(days=30)

    def refusal(by: str, first: date, last: date, reason: str, mark: str) -> str:
        with pytest.raises(Refusal) as refused:
            ask_relaxation(session, actor(by), "450123", first, last, reason, mark, NOW)
        return refused.value.code

    assert refusal(LI_GUIFANG, TODAY, until, "三人", MARK) == "relaxation_not_yours"
    assert refusal(leader.login, TODAY, until, " ", MARK) == "relaxation_no_reason"
    assert refusal(leader.login, TODAY, until, "三人", "") == "relaxation_no_reason"
    assert refusal(leader.login, TODAY, TODAY + timedelta(days=400), "三人", MARK) == "relaxation_days"
    ask(session)
    assert refusal(leader.login, TODAY, until, "三人", MARK) == "relaxation_double"
