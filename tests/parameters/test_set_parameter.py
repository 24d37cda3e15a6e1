"""梁晓东 sets a limit, 莫海燕 approves it; it applies from a day to come, in its own division."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import text

from app import texts
from app.db import db, transaction
from app.errors import Refusal
from app.parameters import register
from app.parameters.models import ParameterVersion
from app.parameters.register import RegisterAltered, current, prefix
from app.parameters.seed_parameters import seed_parameters
from app.parameters.set_parameter import approve_parameter, decline_parameter, enter_parameter

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
LATER = datetime(2026, 11, 24, 2, tzinfo=UTC)
TODAY, NEXT_MONTH = date(2026, 11, 23), date(2026, 12, 1)
LIMITS = {
    "adoption.review": {"value": 30, "unit": "CD", "source": "登记办法 第8条", "mark": "certain", "title": "审查"},
    "correction.tell": {"value": 5, "unit": "WD", "source": "设计值", "mark": "design"},
}


@pytest.fixture
def seeded(store):
    with transaction() as session:
        seed_parameters(session, LIMITS, by="publish:adoption", at=AT)
    return store


def enter(session, **changes):
    values = {
        "code": "correction.tell", "value": "3", "unit": "WD", "source": "细则 12", "mark": "certain",
        "valid_from": NEXT_MONTH, "editor": "liangxiaodong", "reason": "落实细则", "today": TODAY, "at": AT,
    }  # fmt: skip
    return enter_parameter(session, **(values | changes))


def approve(session, row, approver="mohaiyan", today=TODAY, at=LATER):
    return approve_parameter(session, row.id, approver=approver, today=today, at=at)


def refused(act, *args, **options):
    with pytest.raises(Refusal) as caught, transaction() as session:
        act(session, *args, **options)
    assert texts.sentence(caught.value)
    return caught.value


def test_seeds_apply_to_every_day_and_come_in_the_shape_of_clocks(seeded):
    limits = current(db.session(), date(2020, 1, 1)).limits()
    review = limits["adoption.review"]
    assert (review.value, review.unit, review.mark, review.title) == (30, "CD", "certain", "审查")
    assert limits["correction.tell"].title == "correction.tell"


def test_seeding_again_changes_nothing_and_names_what_differs(seeded):
    changed = LIMITS | {"adoption.review": LIMITS["adoption.review"] | {"value": 20}}
    with transaction() as session:
        again = seed_parameters(session, changed, by="publish:adoption", at=AT)
    assert (again.inserted, again.differing) == ((), ("adoption.review",))
    assert current(db.session(), TODAY).get("adoption.review").number == 30


def test_a_new_value_applies_from_its_day_on(seeded):
    with transaction() as session:
        row = enter(session)
    assert current(db.session(), NEXT_MONTH).get("correction.tell").value == "5", "nobody has approved it"
    with transaction() as session:
        approve(session, row)
    assert current(db.session(), date(2026, 11, 30)).get("correction.tell").value == "5"
    assert current(db.session(), NEXT_MONTH).get("correction.tell").value == "3"


def test_the_digest_names_what_is_in_force(seeded):
    before, then = current(db.session(), TODAY).digest, current(db.session(), NEXT_MONTH).digest
    assert before == then
    with transaction() as session:
        approve(session, enter(session))
    assert current(db.session(), TODAY).digest == before
    assert current(db.session(), NEXT_MONTH).digest != before


def test_a_replay_asks_for_what_was_approved_then(seeded):
    with transaction() as session:
        approve(session, enter(session))
    assert current(db.session(), NEXT_MONTH, known_at=AT).get("correction.tell").value == "5"
    assert current(db.session(), NEXT_MONTH, known_at=LATER).get("correction.tell").value == "3"


def test_the_one_who_entered_cannot_approve(seeded):
    with transaction() as session:
        row = enter(session)
    assert refused(approve, row, approver="liangxiaodong").code == "parameter_same_person"


def test_a_value_takes_effect_on_a_day_to_come(seeded):
    assert refused(enter, valid_from=TODAY).code == "parameter_not_forward"
    with transaction() as session:
        row = enter(session)
    assert refused(approve, row, today=NEXT_MONTH).code == "parameter_not_forward"


def test_an_entry_is_handled_once(seeded):
    with transaction() as session:
        one, other = enter(session), enter(session, value="4")
        approve(session, one)
        decline_parameter(session, other.id, by="liangxiaodong", reason="重复", at=AT)
    assert refused(approve, one).code == "parameter_not_pending"
    assert refused(approve, other).code == "parameter_not_pending"


def test_the_smaller_division_goes_first_and_neighbours_see_nothing(seeded):
    with transaction() as session:
        for division, value in (("450123", "2"), ("450100", "4"), ("450000", "6")):
            approve(session, enter(session, division=division, value=value))
    then = current(db.session(), NEXT_MONTH)
    found = {code: then.get("correction.tell", code).value for code in ("450123104", "450124", "450300", "440100", "")}
    assert found == {"450123104": "2", "450124": "4", "450300": "6", "440100": "5", "": "5"}
    assert then.limits("450123")["correction.tell"].value == 2


def test_divisions_are_cut_by_level_never_by_zeros():
    assert [prefix(code) for code in ("450000", "450100", "450110", "45", "450100000", "")] == [
        "45", "4501", "450110", "45", "450100000", "",
    ]  # fmt: skip


def test_words_and_weights_are_parameters_too(seeded):
    with transaction() as session:
        approve(
            session, enter(session, code="letters.word", value="隆民", unit="text", title="代字", division="450123")
        )
        approve(session, enter(session, code="score.pass", value="60.5", unit="分", title="合格线"))
    then = current(db.session(), NEXT_MONTH)
    assert then.get("letters.word", "450123").value == "隆民"
    assert then.find("letters.word", "450124") is None
    assert then.get("score.pass").number == Decimal("60.5")
    assert "score.pass" not in then.limits()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"value": "0"}, "value"),
        ({"value": "3.5"}, "value"),
        ({"value": "３"}, "value"),
        ({"value": "999999"}, "value"),
        ({"unit": "分", "value": "NaN"}, "value"),
        ({"unit": "分", "value": "多"}, "value"),
        ({"unit": "text", "value": ""}, "value"),
        ({"unit": ""}, "unit"),
        ({"mark": "sure"}, "mark"),
        ({"source": " "}, "source"),
        ({"division": "4501234"}, "division"),
        ({"code": "Bad Code", "title": "x"}, "code"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(seeded, changes, field):
    refusal = refused(enter, **changes)
    assert refusal.code == "parameter_malformed" and set(refusal.fields) == {field}


def test_an_unknown_code_and_a_missing_reason_are_refused(seeded):
    assert refused(enter, code="correction.tel").code == "parameter_unknown"
    assert refused(enter, reason=" ").code == "parameter_reason_missing"
    with pytest.raises(Refusal):
        current(db.session(), TODAY).get("correction.tel")


def test_a_bad_seed_is_refused(store):
    bad = {"x": {"value": 30, "unit": "CD", "source": "", "mark": "certain"}}
    with pytest.raises(Refusal) as caught, transaction() as session:
        seed_parameters(session, bad, by="publish", at=AT)
    assert set(caught.value.fields) == {"source"}


def test_a_row_changed_behind_the_programs_back_is_noticed(seeded):
    with transaction() as session:
        session.execute(text("UPDATE parameter_version SET value = '90' WHERE code = 'adoption.review'"))
    register._kept.clear()
    with pytest.raises(RegisterAltered):
        current(db.session(), TODAY)


def test_the_database_itself_refuses_one_person_in_both_places(seeded):
    with pytest.raises(Exception, match="four_eyes"), transaction() as session:
        enter(session).approved_by = "liangxiaodong"
        session.flush()
    assert db.session().query(ParameterVersion).filter_by(seeded=False).count() == 0


def test_an_empty_register_knows_nothing(store):
    assert current(db.session(), TODAY).limits() == {}
