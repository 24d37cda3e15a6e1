"""From answers to the facts of the case."""

from decimal import Decimal

import pytest
from sample_forms import AT, FILE, application, clean_of, component, filled, form_of

from app.dmn.feel.values import FeelDate
from app.errors import Refusal
from app.forms.mapping import compile_mapping, extract
from app.forms.model import FormRefused

FACTS = ("relation", "children", "adopter_of_age", "income", "materials_received_on", "received_first", "area")


def facts_of(texts, answers, **facts):
    form = application()
    mapping = compile_mapping(texts, form, FACTS)
    return extract(mapping, clean_of(form, answers, files={FILE.id: FILE}).answers, form=form, facts=facts, at=AT)


def test_facts_are_taken_from_the_answers():
    texts = {
        "relation": "relation",
        "children": "count(own_children)",
        "adopter_of_age": 'adopter_dob <= date("1996-11-23")',
        "income": "household_income / 2",
        "area": "housing_area > 90",
    }
    rows = [{"name": "黄一", "alive": True}]
    assert facts_of(texts, filled(own_children=rows)) == {
        "relation": "none",
        "children": 1,
        "adopter_of_age": True,
        "income": "43000.25",
        "area": True,
    }


def test_facts_before_are_seen_and_today_is_the_day_of_the_event():
    texts = {"received_first": "materials_received_on < today()", "materials_received_on": "today()"}
    before = {"materials_received_on": FeelDate(2026, 11, 22)}
    assert facts_of(texts, filled(), **before) == {"received_first": True, "materials_received_on": "2026-11-23"}


def test_what_was_not_answered_is_null():
    assert facts_of({"relation": "kin_proof"}, filled()) == {"relation": None}


def test_an_answer_wins_over_a_fact_of_its_name_even_when_empty():
    form = form_of(component("number", "n"), facts=("n",))
    mapping = compile_mapping({"n": "n"}, form, ("n",))
    assert extract(mapping, {}, form=form, facts={"n": Decimal(5)}, at=AT) == {"n": None}


def test_undeclared_facts_and_wrong_expressions_are_refused():
    with pytest.raises(FormRefused) as refused:
        compile_mapping({"nowhere": "1", "income": "salary", "area": "1 +"}, application(), FACTS)
    assert [(f.field, f.code) for f in refused.value.findings] == [
        ("nowhere", "mapping_fact"),
        ("income", "feel"),
        ("area", "feel"),
    ]
    assert "nowhere" in str(refused.value)


def test_a_function_is_no_fact():
    with pytest.raises(Refusal, match="form_fact_not_data"):
        facts_of({"income": "function(x) x"}, filled())
