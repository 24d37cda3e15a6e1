"""What a form may say, and what is refused before it can be published."""

from datetime import UTC, datetime

import orjson
import pytest
from sample_forms import APPLICATION, application, component, findings_of, form_of, schema_of

from app.forms.initial import initial
from app.forms.model import FormRefused
from app.forms.schema import SIZE, parse


def codes_of(*components, **more):
    return [f.code for f in findings_of(*components, **more)]


def refusal_of(raw: bytes) -> str:
    with pytest.raises(FormRefused) as refused:
        parse(raw, form_id="f")
    return refused.value.findings[0].code


def test_the_application_is_read_field_by_field():
    form = application()
    assert form.title == "收养登记申请书"
    assert {"relation", "adopter_id", "own_children", "informed"} <= form.names
    assert [f.type for f in form.walk()].count("textfield") == 5
    children = next(f for f in form.fields if f.key == "own_children")
    assert [f.key for f in children.fields] == ["name", "dob", "alive"]


def test_the_digest_is_of_the_bytes_as_stored():
    same, changed = parse(APPLICATION, form_id="a"), parse(APPLICATION + b"\n", form_id="a")
    assert len(same.digest) == 32
    assert same.digest == application().digest != changed.digest


def test_labels_are_text_whatever_they_look_like():
    form = form_of(
        component("textfield", "a", "<script>alert(1)</script>"),
        component("textfield", "b", "{{facts.secret}}", description="=1 + 1"),
        {"type": "text", "text": "<img src=x onerror=alert(1)>"},
    )
    assert [f.label for f in form.fields[:2]] == ["<script>alert(1)</script>", "{{facts.secret}}"]
    assert form.fields[1].help == "=1 + 1"
    assert form.fields[2].text == "<img src=x onerror=alert(1)>"


@pytest.mark.parametrize(
    "type_", ["html", "iframe", "image", "documentPreview", "expression", "table", "button", None, 7, [], {"a": 1}]
)
def test_other_types_are_refused(type_):
    assert codes_of({"type": type_, "key": "x", "label": "x"}) == ["type"]


@pytest.mark.parametrize(
    "key",
    ["", "typename", "TypeName", "__proto__", "_x", "a.b", "1a", "a b", "if", "csrf_token", "x" * 65, "a\u202eb", 5],
)
def test_keys_that_could_shadow_or_deceive_are_refused(key):
    assert set(codes_of(component("textfield", key, "甲"))) <= {"key", "key_missing"} != set()
    assert codes_of(component("textfield", key, "甲"))


def test_a_key_stands_once_on_its_level():
    assert codes_of(component("textfield", "a"), component("number", "a")) == ["key_twice"]
    inside = {"type": "group", "label": "组", "components": [component("number", "a")]}
    assert codes_of(component("textfield", "a"), inside) == ["key_twice"]
    nested = {"type": "dynamiclist", "path": "rows", "label": "行", "components": [component("number", "a")]}
    assert codes_of(component("textfield", "a"), nested) == []


def test_a_wrong_condition_is_shown_with_form_field_and_position():
    finding = findings_of(component("textfield", "a", conditional={"hide": "=b +* 1"}))[0]
    assert (finding.form, finding.field, finding.code) == ("small", "a", "feel")
    assert finding.position is not None and "FEEL" in finding.message
    assert str(finding).startswith("表单“small”，字段“a”，第 ")


def test_a_condition_names_only_answers_and_declared_facts():
    hidden = component("textfield", "a", conditional={"hide": "=received = null"})
    assert codes_of(hidden) == ["feel"]
    assert codes_of(hidden, facts=("received",)) == []
    assert codes_of(component("textfield", "a", conditional={"hide": "=later > 1"}), component("number", "later")) == []


def test_a_column_may_name_its_row_and_what_stands_outside():
    inner = [
        component("number", "years"),
        component("textfield", "school", conditional={"hide": "=years < 6 or kind = 1"}),
    ]
    rows = {"type": "dynamiclist", "path": "rows", "components": inner}
    assert codes_of(rows, component("number", "kind")) == []
    assert codes_of(rows, component("number", "kind"), component("textfield", "z", conditional={"hide": "=years"})) == [
        "feel"
    ]


def test_conditions_in_a_circle_are_refused():
    circle = [
        component("checkbox", "a", conditional={"hide": "=b"}),
        component("checkbox", "b", conditional={"hide": "=a"}),
        component("checkbox", "c", conditional={"hide": "=a"}),
    ]
    assert [(f.code, f.field) for f in findings_of(*circle)] == [("circle", "a"), ("circle", "b")]
    assert codes_of(component("checkbox", "a", conditional={"hide": "=a"})) == ["circle"]


def test_a_column_that_counts_its_own_list_is_a_circle():
    inner = [component("textfield", "a", conditional={"hide": "=count(rows) > 1"})]
    assert codes_of({"type": "dynamiclist", "path": "rows", "components": inner}) == ["circle"]


@pytest.mark.parametrize("pattern", [r"(a)\1", "(?=a)a", "(", "a" * 201, "(?<!b)c", "a{1,100000}"])
def test_patterns_that_are_not_linear_are_refused(pattern):
    assert codes_of(component("textfield", "a", validate={"pattern": pattern})) == ["pattern"]


def test_javascript_escapes_of_chinese_are_understood():
    form = form_of(component("textfield", "a", validate={"pattern": r"^[\u4e00-\u9fa5·]+$"}))
    assert form.fields[0].pattern


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"values": []}, "choices_missing"),
        ({"values": [{"label": "甲"}]}, "choices"),
        ({"values": [{"label": "甲", "value": True}]}, "choices"),
        ({"values": "甲"}, "choices"),
        ({"values": [{"label": "甲", "value": "1"}, {"label": "乙", "value": 1}]}, "choice_twice"),
        ({"valuesExpression": "=secret", "values": [{"label": "甲", "value": "1"}]}, "choices_elsewhere"),
        ({"values": [{"label": "甲", "value": "1"}], "defaultValue": "2"}, "default"),
    ],
)
def test_options_stand_in_the_form(more, code):
    assert codes_of(component("select", "a", **more)) == [code]


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (component("textfield", "a", properties={"kind": "passport"}), "kind"),
        (component("number", "a", properties={"kind": "money"}), "kind_type"),
        (component("textfield", "a", properties="x"), "not_object"),
        (component("textfield", "a", properties={"kind": ["money"]}), "not_text"),
        (component("textfield", "a", properties={"kind": "cn-id", "birth": "nowhere"}), "beside"),
        (component("textfield", "a", label=7), "not_text"),
        (component("textfield", "a", validate={"required": "yes"}), "not_flag"),
        (component("textfield", "a", validate={"maxLength": -1}), "not_count"),
        (component("textfield", "a", validate={"maxLength": True}), "not_count"),
        (component("textfield", "a", readonly="yes"), "not_flag"),
        (component("number", "a", validate={"min": "NaN"}), "not_limit"),
        (component("number", "a", validate={"min": [1]}), "not_limit"),
        (component("number", "a", decimalDigits=9), "not_count"),
        (component("number", "a", defaultValue="many"), "default"),
        (component("datetime", "a", subtype="week"), "subtype"),
        (component("datetime", "a", validate={"max": "tomorrow"}), "not_limit"),
        (component("textfield", "a", "长" * 301), "text_long"),
        (component("textfield", "a", conditional={"hide": True}), "not_text"),
        (component("textfield", "a", conditional={"hide": "=" + "1+" * 1100 + "1"}), "text_long"),
        ("text", "not_field"),
    ],
)
def test_each_property_has_its_shape(one, code):
    assert code in codes_of(one)


def test_rows_that_come_and_go_have_no_stored_column():
    inner = [component("textfield", "a", readonly=True)]
    rows = {"type": "dynamiclist", "path": "rows", "components": inner}
    assert codes_of(rows) == ["readonly_rows"]
    assert codes_of({**rows, "allowAddRemove": False}) == []


def test_what_is_not_a_form_is_refused():
    assert refusal_of(b"{") == "not_json"
    assert refusal_of(b"[" * 5000) == "not_json"
    assert refusal_of(b"[]") == "not_form"
    assert refusal_of(b'{"type":"default"}') == "not_form"
    assert refusal_of(orjson.dumps({"type": "default", "schemaVersion": 20, "components": []})) == "version"
    assert refusal_of(b" " * (SIZE + 1)) == "too_large"


def test_too_many_or_too_deep_is_refused_once():
    assert codes_of(*[component("textfield", f"a{i}") for i in range(400)]) == ["too_many"]
    deep = component("textfield", "a")
    for _ in range(6):
        deep = {"type": "group", "label": "组", "components": [deep]}
    assert codes_of(deep) == ["too_deep"]


def test_all_findings_come_together_and_quote_nothing_unseen():
    found = findings_of({"type": "html\u202e", "key": "x"}, component("textfield", "if"))
    assert [f.code for f in found] == ["type", "key"]
    assert "\u202e" not in str(found[0])
    with pytest.raises(FormRefused, match="不支持的字段类型"):
        parse(schema_of({"type": "html"}), form_id="f")


def test_a_list_without_fields_opens_empty() -> None:
    listed = {
        "type": "dynamiclist",
        "id": "f1",
        "path": "talks",
        "isRepeating": True,
        "defaultRepetitions": 1,
        "components": [],
    }
    form = parse(orjson.dumps({"type": "default", "id": "f", "schemaVersion": 19, "components": [listed]}), form_id="f")
    assert initial(form, at=datetime(2026, 3, 2, 1, tzinfo=UTC)) == {"talks": [{}]}
