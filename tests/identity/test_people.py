"""Accounts, organisations and the people picker."""

from collections.abc import Callable
from dataclasses import fields

import pytest
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.identity.actor import Actor
from app.identity.candidates import Candidate, colleagues, people_for_step
from app.identity.demo import demo_people, load_demo_people
from app.identity.may import Need, PriorAct
from app.identity.register import register_person
from app.identity.register_organisation import register_organisation
from app.identity.roles import ROLES
from tests.cast import (
    CAST,
    HUANG_JIANGUO,
    LI_GUIFANG,
    LU_WENJING,
    QIN_LIXIN,
    WEI_YIMING,
    WEI_ZHIQIANG,
    ZHOU_MIN,
    actor,
)
from tests.identity.conftest import NOW, PASSWORD, TODAY

ASSESS = Need(("assessor",), "450123")
GOOD = "Longan-县里-2026"


def test_the_picker_offers_those_who_could_do_the_step(session: Session) -> None:
    offered = people_for_step(session, actor(QIN_LIXIN), ASSESS, TODAY)
    assert {person.login for person in offered} == {LU_WENJING, WEI_ZHIQIANG}
    assert people_for_step(session, actor(QIN_LIXIN), ASSESS, TODAY, text="韦") == [
        Candidate(WEI_ZHIQIANG, "韦志强", "隆安县民政局")
    ]
    assert people_for_step(session, actor(QIN_LIXIN), ASSESS, TODAY, text="%") == []


def test_who_has_already_acted_is_not_offered_again(session: Session) -> None:
    need = Need(("assessor",), "450123", distinct="assess#1")
    first = PriorAct(str(CAST[LU_WENJING].natural_person), distinct="assess#1", role="assessor")
    offered = people_for_step(session, actor(QIN_LIXIN), need, TODAY, acts=[first])
    assert [person.login for person in offered] == [WEI_ZHIQIANG]


def test_a_stranger_is_offered_nobody(session: Session) -> None:
    assert people_for_step(session, actor(ZHOU_MIN), ASSESS, TODAY) == []


def test_colleagues_are_those_of_the_own_organisation(session: Session) -> None:
    offered = {person.login for person in colleagues(session, actor(LI_GUIFANG), TODAY)}
    assert HUANG_JIANGUO in offered and LI_GUIFANG not in offered
    assert {CAST[login].organisation.name for login in offered} == {"隆安县民政局"}


def test_a_candidate_has_no_phone_and_no_address() -> None:
    assert [field.name for field in fields(Candidate)] == ["login", "name", "organisation"]


def test_an_account_is_opened_without_any_role(session: Session, signed: Callable[..., Actor]) -> None:
    office = CAST[LI_GUIFANG].organisation.id
    register_person(session, actor(WEI_YIMING), "lunew", "陆新", office, GOOD, NOW)
    assert signed("lunew").grants == ()


def test_a_second_account_of_one_person_is_known_as_such(session: Session, signed: Callable[..., Actor]) -> None:
    office = CAST[LI_GUIFANG].organisation.id
    register_person(session, actor(WEI_YIMING), "liguifang2", "李桂芳", office, GOOD, NOW, also=LI_GUIFANG)
    assert signed("liguifang2").natural_person == signed(LI_GUIFANG).natural_person
    assert signed("liguifang2").id != signed(LI_GUIFANG).id


@pytest.mark.parametrize(
    ("login", "name", "code"),
    [
        ("Li", "陆新", "login_bad"),
        ("lu new", "陆新", "login_bad"),
        ("lunew\n", "陆新", "login_bad"),
        (LI_GUIFANG, "陆新", "login_taken"),
        ("lunew", "陆\u202e新", "name_bad"),
        ("lunew", "陆\u0007新", "name_bad"),
        ("lunew", "陆", "name_bad"),
    ],
)
def test_bad_logins_and_names_are_refused(session: Session, login: str, name: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        register_person(session, actor(WEI_YIMING), login, name, CAST[LI_GUIFANG].organisation.id, GOOD, NOW)
    assert refused.value.code == code


def test_only_an_administrator_of_the_division_registers(session: Session) -> None:
    with pytest.raises(Refusal) as refused:
        register_person(session, actor(LI_GUIFANG), "lunew", "陆新", CAST[LI_GUIFANG].organisation.id, GOOD, NOW)
    assert refused.value.code == "register_not_yours"
    with pytest.raises(Refusal) as refused:
        register_organisation(session, actor(LI_GUIFANG), "隆安县档案馆", "450123", "partner")
    assert refused.value.code == "register_not_yours"


def test_an_organisation_is_entered_once(session: Session) -> None:
    by = actor(WEI_YIMING)
    archive = register_organisation(session, by, "隆安县档案馆", "450123", "partner", uscc="91110000600037341L")
    plain = register_organisation(session, by, "马山县档案馆", "450124", "partner")
    assert archive.division == "450123" and plain.uscc is None
    cases = [
        ("隆安县档案馆", None, "organisation_taken"),
        ("另一档案馆", "91110000600037341L", "organisation_taken"),
        ("另一档案馆", "91110000600037341M", "uscc_bad"),
    ]
    for name, uscc, code in cases:
        with pytest.raises(Refusal) as refused:
            register_organisation(session, by, name, "450123", "partner", uscc=uscc)
        assert refused.value.code == code
    with pytest.raises(Refusal) as kind:
        register_organisation(session, by, "另一档案馆", "450123", "army")
    assert kind.value.code == "organisation_kind_unknown"


def test_the_cast_is_entered_once_and_fits_the_role_table(session: Session) -> None:
    assert load_demo_people(session, PASSWORD, NOW) == 0
    for person in demo_people().values():
        for grant in person.grants:
            assert len(grant.division) in ROLES[grant.role].levels, person.login
    held = {grant.role for person in demo_people().values() for grant in person.grants}
    assert held == ROLES.keys()
