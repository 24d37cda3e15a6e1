"""Answers come back from a browser nobody trusts."""

import pytest
from sample_forms import AT, FILE, application, clean_of, component, errors_of, filled, form_of

from app.errors import Refusal
from app.forms.check import check
from app.forms.standard import opinion_form
from app.texts import sentence

FILES = {FILE.id: FILE}


def one_error(components, answers, **more):
    """The only sentence a small form answers with."""
    [(_, said)] = errors_of(form_of(*components), answers, **more).items()
    return said


def test_right_answers_become_exact_values():
    clean = clean_of(application(), filled(adopter_name=" 黄小云 "), files=FILES)
    assert clean.answers["adopter_name"] == "黄小云"
    assert clean.answers["household_income"] == "86000.50"
    assert clean.answers["housing_area"] == "96.5"
    assert clean.answers["own_children"] == []
    assert clean.files == ("3f2c",)
    assert (clean.dropped, clean.kept) == ((), ())


def test_every_field_says_what_is_wrong_and_what_to_do():
    errors = errors_of(application(), {"own_children": [{"dob": "2020-02-30"}]})
    assert errors["relation"] == "请选择“与被收养人关系”。"
    assert errors["adopter_name"] == "请填写“姓名”。"
    assert errors["informed"] == "请勾选“已告知个人信息处理事项”，确认后才能提交。"
    assert errors["own_children.0.name"] == "请填写“姓名”。"
    assert "2026-11-23" in errors["own_children.0.dob"]


def test_unknown_keys_are_refused_not_ignored():
    for key in ("role", "__proto__", "typename", "decided_on", "adopter_name.x", "\u202eabc"):
        errors = errors_of(application(), filled(**{key: "x"}), files=FILES)
        assert len(errors) == 1
        assert "没有" in next(iter(errors.values()))
        assert "\u202e" not in next(iter(errors))


def test_unknown_keys_inside_a_row_are_refused():
    rows = [{"name": "黄一", "alive": True, "grant": "x"}]
    assert list(errors_of(application(), filled(own_children=rows), files=FILES)) == ["own_children.0.grant"]


def test_what_a_condition_hides_is_dropped_and_said():
    clean = clean_of(application(), filled(kin_proof="桂(2026)1号"), files=FILES)
    assert "kin_proof" not in clean.answers
    assert clean.dropped == ("亲属关系证明编号",)
    kept = clean_of(application(), filled(relation="kin", kin_proof="桂(2026)1号"), files=FILES)
    assert kept.answers["kin_proof"] == "桂(2026)1号"


def test_what_is_hidden_is_null_for_other_conditions():
    form = form_of(
        component("checkbox", "a"),
        component("checkbox", "b", conditional={"hide": "=not(a)"}),
        component("textfield", "c", conditional={"hide": "=b != true"}),
    )
    assert clean_of(form, {"a": False, "b": True, "c": "x"}).answers == {"a": False}
    assert clean_of(form, {"a": True, "b": True, "c": "x"}).answers == {"a": True, "b": True, "c": "x"}


def test_a_required_field_that_is_hidden_is_not_asked_for():
    form = form_of(
        component("checkbox", "a"),
        component("textfield", "b", conditional={"hide": "=not(a)"}, validate={"required": True}),
    )
    assert errors_of(form, {"a": False}) == {}
    assert list(errors_of(form, {"a": True})) == ["b"]


def test_a_condition_reads_the_facts_of_the_case():
    form = form_of(component("textfield", "a", conditional={"hide": "=urgent"}), facts=("urgent",))
    assert clean_of(form, {"a": "x"}, facts={"urgent": True}).dropped == ("a",)
    assert clean_of(form, {"a": "x"}, facts={"urgent": False}).answers == {"a": "x"}


def test_read_only_fields_keep_what_is_stored():
    form = form_of(
        component("textfield", "number", "案号", readonly=True),
        component("textfield", "judge", disabled=True),
        component("textfield", "later", readonly="=closed"),
        facts=("closed",),
    )
    previous = {"number": "SY-1", "judge": "甲", "later": "旧"}
    answers = {"number": "SY-2", "later": "新"}
    closed = clean_of(form, answers, previous=previous, facts={"closed": True})
    assert closed.answers == previous
    assert closed.kept == ("案号", "later")
    assert clean_of(form, answers, previous=previous, facts={"closed": False}).answers["later"] == "新"


def test_a_read_only_default_stands_when_nothing_is_stored():
    form = form_of(component("number", "n", readonly=True, defaultValue="=1 + 1"))
    assert clean_of(form, {"n": 9}).answers == {"n": 2}


@pytest.mark.parametrize("value", ["男", "", ["1"], 1, {"a": 1}, "1 ", True])
def test_an_option_must_be_in_the_list(value):
    form = form_of(component("radio", "a", values=[{"label": "男", "value": "1"}], validate={"required": True}))
    assert list(errors_of(form, {"a": value})) == ["a"]


def test_several_options_are_in_the_list_and_once():
    form = form_of(component("checklist", "a", values=[{"label": "甲", "value": "1"}, {"label": "乙", "value": "2"}]))
    assert clean_of(form, {"a": ["2", "1"]}).answers == {"a": ["2", "1"]}
    for wrong in (["3"], ["1", "1"], "1", [1], [["1"]], {"0": "1"}):
        assert list(errors_of(form, {"a": wrong})) == ["a"]


def test_lengths_are_counted_after_trimming():
    form = form_of(component("textfield", "a", validate={"minLength": 2, "maxLength": 3}))
    assert clean_of(form, {"a": "  黄云\u3000 "}).answers == {"a": "黄云"}
    assert "至少 2 个字" in one_error([component("textfield", "a", validate={"minLength": 2})], {"a": " 黄 "})
    assert "最多 200 个字" in one_error([component("textfield", "a")], {"a": "长" * 201})


def test_four_byte_surnames_and_middle_dots_pass():
    name = "\U00020bb7\U00030edd·买买提"
    assert clean_of(form_of(component("textfield", "a")), {"a": name}).answers == {"a": name}


@pytest.mark.parametrize("character", ["\x00", "\x07", "\u202e", "\u2066", "\x85", "\u2028", "\ud800", "\n", "\x1b"])
def test_unseen_characters_are_refused_in_names(character):
    said = one_error([component("textfield", "a", "姓名")], {"a": f"黄{character}云"})
    assert f"U+{ord(character):04X}" in said


def test_lines_are_welcome_in_long_texts():
    form = form_of(component("textarea", "a"))
    assert clean_of(form, {"a": "第一行\r\n第二行"}).answers == {"a": "第一行\n第二行"}
    assert list(errors_of(form, {"a": "第一行\u202e"})) == ["a"]


def test_patterns_search_and_their_end_is_the_end():
    form = form_of(component("textfield", "a", validate={"pattern": r"\d$", "patternErrorMessage": "最后应是数字"}))
    assert clean_of(form, {"a": "第3"}).answers == {"a": "第3"}
    assert errors_of(form, {"a": "第３"}) == {"a": "最后应是数字"}
    anchored = form_of(component("textarea", "a", validate={"pattern": "^a+$"}))
    assert list(errors_of(anchored, {"a": "aa\nb"})) == ["a"]


def test_a_pattern_that_would_hang_others_answers_at_once():
    form = form_of(component("textfield", "a", validate={"pattern": "^(a+)+$"}))
    assert list(errors_of(form, {"a": "a" * 199 + "!"})) == ["a"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [(3, 3), ("3", 3), ("3.0", 3), (3.5, "3.5"), ("-0.10", "-0.1"), (0.1, "0.1"), ("999999999999999", 999999999999999)],
)
def test_numbers_are_exact(given, kept):
    assert clean_of(form_of(component("number", "a")), {"a": given}).answers == {"a": kept}


@pytest.mark.parametrize(
    "given",
    ["１２", "1,000", "1e9", "NaN", "Infinity", float("nan"), float("inf"), True, [1], {}, "0x10", "1_0", "十", "1\n2"],
)
def test_what_is_not_a_number_is_refused(given):
    assert "应填写数字" in one_error([component("number", "a")], {"a": given})


@pytest.mark.parametrize("given", ["9" * 400, "9" * 16, 10**15, 10**400, 1e300, "1" + "0" * 39])
def test_a_number_of_four_hundred_digits_gets_a_clear_sentence(given):
    assert "数字太大" in one_error([component("number", "a", "人数")], {"a": given})


def test_decimals_are_refused_not_rounded():
    assert "最多 1 位小数" in one_error([component("number", "a", decimalDigits=1)], {"a": "1.25"})
    assert "应是整数" in one_error([component("number", "a", decimalDigits=0)], {"a": "1.5"})
    assert one_error([component("number", "a")], {"a": "0." + "1" * 400})


def test_limits_may_be_feel_over_the_form():
    form = form_of(component("number", "a"), component("number", "b", "乙", validate={"min": 0, "max": "=a * 2"}))
    assert clean_of(form, {"a": 2, "b": 4}).answers == {"a": 2, "b": 4}
    assert errors_of(form, {"a": 2, "b": "4.5"}) == {"b": "“乙”不能大于 4，请核对。"}
    assert errors_of(form, {"a": 2, "b": -1}) == {"b": "“乙”不能小于 0，请核对。"}
    assert clean_of(form, {"b": 100}).answers == {"b": 100}


def test_a_date_is_a_date_of_the_calendar_and_not_after_today():
    form = form_of({"type": "datetime", "key": "a", "dateLabel": "出生日期", "validate": {"max": "=today()"}})
    assert clean_of(form, {"a": "2026-11-23"}).answers == {"a": "2026-11-23"}
    assert errors_of(form, {"a": "2026-11-24"}) == {"a": "“出生日期”不能晚于 2026-11-23，请核对。"}
    for wrong in ("2026-02-30", "2026-W47-1", "20261123", "２０２６-11-23", "0001-01-01", 20261123, "x"):
        assert list(errors_of(form, {"a": wrong})) == ["a"]


def test_a_moment_without_zone_is_the_clock_in_china():
    form = form_of(component("datetime", "a", subtype="datetime"), component("datetime", "t", subtype="time"))
    clean = clean_of(form, {"a": "2026-11-23T09:20", "t": "09:05"})
    assert clean.answers == {"a": "2026-11-23T09:20:00+08:00", "t": "09:05:00"}
    assert clean_of(form, {"a": "2026-11-23T01:20:00Z"}).answers == {"a": "2026-11-23T09:20:00+08:00"}
    assert set(errors_of(form, {"a": "2026-11-23T25:00", "t": "9:5"})) == {"a", "t"}
    assert set(errors_of(form, {"a": "9999-12-31T23:59:59-14:00", "t": "24:00"})) == {"a", "t"}


def test_rows_are_capped_and_blank_ones_left_out():
    form = application()
    rows = [{"name": "", "alive": False}, {"name": "黄一", "dob": "2015-01-02", "alive": True}, {}]
    clean = clean_of(form, filled(own_children=rows), files=FILES)
    assert clean.answers["own_children"] == [{"name": "黄一", "dob": "2015-01-02", "alive": True}]
    crowd = [{"name": "黄"}] * 31
    assert "最多 30 行" in errors_of(form, filled(own_children=crowd), files=FILES)["own_children"]
    for wrong in ("x", {"0": {"name": "x"}}, ["x"], [None]):
        assert list(errors_of(form, filled(own_children=wrong), files=FILES)) == ["own_children"]


def test_errors_keep_the_number_of_the_row_as_it_was_typed():
    rows = [{}, {"alive": True}]
    assert list(errors_of(application(), filled(own_children=rows), files=FILES)) == ["own_children.1.name"]


def test_a_list_with_fixed_rows_takes_no_more():
    rows = {
        "type": "dynamiclist",
        "path": "scores",
        "label": "评分",
        "allowAddRemove": False,
        "defaultRepetitions": 2,
        "components": [component("number", "score", validate={"required": True})],
    }
    form = form_of(rows)
    assert list(errors_of(form, {"scores": [{"score": 1}]})) == ["scores.1.score"]
    assert list(errors_of(form, {"scores": [{"score": 1}] * 3})) == ["scores"]
    assert clean_of(form, {"scores": [{"score": 1}] * 2}).answers == {"scores": [{"score": 1}] * 2}


def test_nested_lists_cannot_grow_without_end():
    inner = {"type": "dynamiclist", "path": "inner", "components": [component("textfield", "a")]}
    form = form_of({"type": "dynamiclist", "path": "outer", "components": [inner]})
    huge = {"outer": [{"inner": [{"a": "x"}] * 5000}] * 5000}
    with pytest.raises(Refusal) as refused:
        check(form, huge, at=AT)
    assert refused.value.code in {"form_errors", "form_too_many_answers"}
    wide = form_of(
        {
            "type": "dynamiclist",
            "path": "outer",
            "properties": {"max_rows": 100},
            "components": [inner | {"properties": {"max_rows": 100}}],
        }
    )
    with pytest.raises(Refusal) as refused:
        check(wide, {"outer": [{"inner": [{"a": "x"}] * 100}] * 100}, at=AT)
    assert "上限" in sentence(refused.value)


def test_a_group_with_a_path_nests():
    group = {
        "type": "group",
        "path": "bank",
        "label": "账户",
        "components": [component("textfield", "holder", validate={"required": True})],
    }
    form = form_of(group)
    assert clean_of(form, {"bank": {"holder": "黄"}}).answers == {"bank": {"holder": "黄"}}
    assert list(errors_of(form, {})) == ["bank.holder"]
    assert list(errors_of(form, {"bank": {"holder": "黄", "x": 1}})) == ["bank.x"]
    assert list(errors_of(form, {"bank": "黄"})) == ["bank"]


def test_answers_must_be_an_object():
    for wrong in ([], "x", None, 1):
        with pytest.raises(Refusal, match="form_not_answers"):
            check(application(), wrong, at=AT)


def test_a_field_may_be_called_like_a_part_of_marshmallow():
    names = ["Meta", "fields", "load", "dump", "context", "opts", "declared_fields", "standing"]
    form = form_of(*[component("textfield", name) for name in names])
    assert clean_of(form, dict.fromkeys(names, "x")).answers == dict.fromkeys(names, "x")


def test_the_standard_opinion_is_agree_disagree_or_return():
    form = opinion_form()
    assert clean_of(form, {"decision": "agree", "opinion": "可"}).answers["opinion"] == "可"
    assert list(errors_of(form, {"decision": "agree", "opinion": " "})) == ["opinion"]
    assert list(errors_of(form, {"decision": "maybe", "opinion": "x" * 501})) == ["decision", "opinion"]


def test_a_hidden_list_is_named_once():
    column = component("textfield", "who", "姓名")
    rows = {"type": "dynamiclist", "path": "rows", "label": "明细", "components": [column]}
    form = form_of(component("checkbox", "a"), rows | {"conditional": {"hide": "=a"}})
    assert clean_of(form, {"a": True, "rows": [{"who": "甲"}]}).dropped == ("明细",)
