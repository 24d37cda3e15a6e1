"""Rules of the abuse cases that need no application: they stand in code and settings, whatever is published."""

import pytest

from app import settings
from app.documents.letters import LetterRefused, parse_letter, render
from app.identity.may import Need, PriorAct, may_work
from app.identity.roles import ADMINISTRATORS
from app.identity.see import Sight, may_see_case, work_prefixes
from tests.cast import LIANG_XIAODONG, MO_HAIYAN, WEI_YIMING, actor, standing_in


@pytest.mark.parametrize("login", [WEI_YIMING, MO_HAIYAN, LIANG_XIAODONG])
def test_administrators_and_policy_staff_work_on_nothing_whatever_a_task_asks_for(login: str) -> None:
    """The rule stands in code, beside what is published: also for a version that got past the check."""
    person = actor(login)
    role = person.grants[0].role
    assert not may_work(person, Need((role,), "450123")).allowed
    assert not may_work(person, Need((role,), "450123", assignees=(login,))).allowed
    assert work_prefixes(person) == {}
    assert may_see_case(person, "450123", {role}, {login}, {(role, "450123")}) is not Sight.OPEN
    assert ADMINISTRATORS | {"policy_officer"} >= {role}


def test_a_stand_in_is_judged_as_both() -> None:
    """Approving in a leader's name what one registered oneself; walked through both doors in `tests/acts`."""
    deputy = standing_in("liguifang", for_="huangjianguo")
    act = PriorAct(deputy.natural_person, role="adoption_registrar")
    assert may_work(deputy, Need(("county_approver",), "450123"), [act]).code == "own_act"


def test_four_eyes_cannot_be_switched_off_in_production() -> None:
    keys = {name: f"{name}-0123456789-0123456789-0123456789" for name in ("SECRET_KEY", "VAULT_KEY", "INDEX_KEY")}
    with pytest.raises(settings.SettingsRefused, match="FOUR_EYES"):
        settings.read({"BANYAN_MODE": "production", "FOUR_EYES": "off"} | keys)
    assert settings.read({"BANYAN_MODE": "production"} | keys).four_eyes


def test_a_value_is_put_into_a_letter_once_and_never_read_again() -> None:
    template = parse_letter("申请人{{ name }}，事由{{reason}}。".encode(), ["name", "reason"])
    said = render(template, {"name": "{{reason}}", "reason": "{% include 'x' %}{{7*7}}"})
    assert said == ("申请人{{reason}}，事由{% include 'x' %}{{7*7}}。",)
    for foreign in ("{{name.__class__}}", "{{ name|safe }}", "{{config}}"):
        with pytest.raises(LetterRefused):
            parse_letter(foreign.encode(), ["name"])


def test_a_letter_full_of_braces_and_blanks_is_read_in_one_pass() -> None:
    """Case 17: an author's text must not make the reader go back and forth: 20,000 blanks would take minutes."""
    for text in ("{{" + " " * 19_990, "{{ " * 6_000, "{{" + "a " * 9_000 + "}"):
        with pytest.raises(LetterRefused):
            parse_letter(text.encode(), ["name"])


def test_a_number_of_proxies_that_is_none_is_refused() -> None:
    with pytest.raises(settings.SettingsRefused, match="PROXY_HOPS"):
        settings.read({"BANYAN_MODE": "test", "PROXY_HOPS": "all"})
