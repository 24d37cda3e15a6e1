"""An answer that must agree with other answers, with rows, or with the facts of the case (`properties.must`)."""

from sample_forms import clean_of, component, errors_of, findings_of, form_of


def must(expression: str, message: str = "两处不一致，请核对。") -> dict[str, str]:
    return {"must": expression, "must_message": message}


def test_an_answer_agrees_with_another_or_the_author_says_what_is_wrong():
    form = form_of(component("textfield", "a"), component("textfield", "b", properties=must("=b != a")))
    assert errors_of(form, {"a": "1", "b": "1"}) == {"b": "两处不一致，请核对。"}
    assert errors_of(form, {"a": "1", "b": "2"}) == {}


def test_what_is_not_answered_or_not_shown_need_not_agree():
    shown = {"conditional": {"hide": '=a = "x"'}}
    form = form_of(component("textfield", "a"), component("textfield", "b", properties=must("=b = a"), **shown))
    assert errors_of(form, {"a": "1"}) == {} and errors_of(form, {"a": "x", "b": "2"}) == {}


def test_only_true_is_good_enough():
    form = form_of(component("number", "n", properties=must("=n > least")), facts=("least",))
    assert errors_of(form, {"n": 3}, facts={}) == {"n": "两处不一致，请核对。"}
    assert clean_of(form, {"n": 3}, facts={"least": 2}).answers == {"n": 3}


def test_rows_are_judged_together():
    rows = {"type": "dynamiclist", "path": "rows", "label": "走访", "components": [component("textfield", "on")]}
    form = form_of(rows | {"properties": must("=count(rows) >= 2")})
    assert errors_of(form, {"rows": [{"on": "1"}]}) == {"rows": "两处不一致，请核对。"}
    assert errors_of(form, {"rows": [{"on": "1"}, {"on": "2"}]}) == {}
    assert errors_of(form, {"rows": []}) == {}


def test_a_check_comes_with_its_sentence_and_names_what_there_is():
    silent = findings_of(component("textfield", "a", properties={"must": "=a != null"}))
    assert [one.code for one in silent] == ["must_message"]
    unknown = findings_of(component("textfield", "a", properties=must("=a != elsewhere")))
    assert [one.code for one in unknown] == ["feel"]
