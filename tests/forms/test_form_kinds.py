"""Numbers the state hands out."""

import pytest
from sample_forms import MOTHER, clean_of, component, errors_of, form_of

OLD_COUNTY = "452123198001010019"
"""452123 was a county of the former Nanning prefecture."""
NANNING = {"45", "4501", "450123", "450123100", "450123100001"}


def kind(name, **properties):
    return form_of(component("textfield", "a", "甲", properties={"kind": name, **properties}))


def check_kind(name, value, **more):
    form = kind(name)
    errors = errors_of(form, {"a": value}, **more)
    return errors["a"] if errors else clean_of(form, {"a": value}, **more).answers["a"]


@pytest.mark.parametrize("number", [MOTHER, "450123198801150034", " 450123 19900307 0026 "])
def test_a_right_identity_number(number):
    assert check_kind("cn-id", number) == number.replace(" ", "")


def test_a_number_of_a_county_that_is_gone_holds_for_life():
    assert check_kind("cn-id", OLD_COUNTY) == OLD_COUNTY


@pytest.mark.parametrize(
    "number",
    [
        "450123199003070027",
        "45012319900307002",
        "450123199002310024",
        "４50123199003070026",
        "a" * 18,
        450123199003070026,
    ],
)
def test_a_wrong_identity_number(number):
    assert "甲" in check_kind("cn-id", number) and "”" in check_kind("cn-id", number)


def test_nobody_is_born_tomorrow():
    assert "晚于今天" in check_kind("cn-id", "450123209901010013")


def beside(**values):
    form = form_of(
        component("textfield", "a", "身份证号", properties={"kind": "cn-id", "birth": "dob", "sex": "sex"}),
        {"type": "datetime", "key": "dob", "dateLabel": "出生日期"},
        component(
            "radio",
            "sex",
            "性别",
            values=[{"label": "男", "value": "1"}, {"label": "女", "value": "2"}, {"label": "未说明", "value": "9"}],
        ),
    )
    return errors_of(form, {"a": MOTHER, **values})


def test_birth_date_and_sex_beside_the_number_agree_with_it():
    assert beside(dob="1990-03-07", sex="2") == {}
    assert beside(sex="9") == {}
    assert beside(dob="1990-03-08") == {"a": "“身份证号”中的出生日期与“出生日期”不一致，请对照证件核对两处。"}
    assert beside(dob="1990-03-07", sex="1") == {"a": "“身份证号”中的性别位与“性别”不一致，请对照证件核对两处。"}


def test_the_number_is_compared_even_when_another_field_is_wrong():
    assert set(beside(dob="1990-03-08", sex="7")) == {"a", "sex"}


def test_credit_codes():
    assert check_kind("uscc", "1245012307374521X4") == "1245012307374521X4"
    assert "统一社会信用代码" in check_kind("uscc", "1245012307374521X5")
    assert "统一社会信用代码" in check_kind("uscc", "1245012307374521Ｘ4")


@pytest.mark.parametrize("number", ["13978001234", "139 7800 1234", "139-7800-1234"])
def test_mobile_numbers(number):
    assert check_kind("mobile", number) == "13978001234"


@pytest.mark.parametrize("number", ["12978001234", "1397800123", "+8613978001234", "１3978001234", "13978001234\n1"])
def test_wrong_mobile_numbers(number):
    assert "甲" in check_kind("mobile", number)


@pytest.mark.parametrize(("given", "kept"), [("139-7800-1234", "13978001234"), ("0771-6520000", "0771-6520000"),
                                             ("0771 6520000", "07716520000"), ("02066660000", "02066660000")])  # fmt: skip
def test_a_mobile_number_or_a_landline(given, kept):
    assert check_kind("phone", given) == kept


@pytest.mark.parametrize("number", ["6520000", "0771-652000", "12978001234", "0771-6520000转12", "无"])
def test_what_is_neither(number):
    assert "甲" in check_kind("phone", number) and "固定电话" in check_kind("phone", number)


def test_a_division_must_be_in_the_register_handed_in():
    assert check_kind("division", "450123", divisions=NANNING.__contains__) == "450123"
    assert "区划" in check_kind("division", "450199", divisions=NANNING.__contains__)
    assert "区划" in check_kind("division", "450123")
    assert "区划" in check_kind("division", "45012", divisions=lambda code: True)


@pytest.mark.parametrize(
    ("given", "kept"), [("0", "0.00"), (1200.5, "1200.50"), ("12.30", "12.30"), (-0.0, "0.00"), (7, "7.00")]
)
def test_money_is_yuan_with_two_places(given, kept):
    assert check_kind("money", given) == kept


@pytest.mark.parametrize("given", ["-1", "1.005", "1,200", "￥5", "１", True, "NaN", 0.1 + 0.2, [5]])
def test_wrong_money(given):
    assert "应填写金额" in check_kind("money", given)


def test_a_person_is_one_of_the_candidates():
    form = kind("person", role="assessor")
    candidates = {"assessor": {"luwenjing": "陆文静"}, "": {"weiyiming": "韦一鸣"}}
    assert form.roles == {"assessor"}
    assert clean_of(form, {"a": "luwenjing"}, candidates=candidates).answers == {"a": "luwenjing"}
    assert list(errors_of(form, {"a": "weiyiming"}, candidates=candidates)) == ["a"]
    assert list(errors_of(form, {"a": "luwenjing"})) == ["a"]


def test_several_persons_are_ticked_among_the_candidates():
    form = form_of(component("checklist", "a", properties={"kind": "person", "role": "assessor"}))
    candidates = {"assessor": {"luwenjing": "陆文静", "weizhiqiang": "韦志强"}}
    assert clean_of(form, {"a": ["luwenjing", "weizhiqiang"]}, candidates=candidates).answers["a"]
    assert list(errors_of(form, {"a": ["zhoumin"]}, candidates=candidates)) == ["a"]


def test_telephones_and_mail_addresses():
    form = form_of(
        component("textfield", "p", validate={"validationType": "phone"}),
        component("textfield", "m", validate={"validationType": "email"}),
    )
    assert clean_of(form, {"p": "0771-6522345", "m": "a@nn.gov.cn"}).answers == {
        "p": "0771-6522345",
        "m": "a@nn.gov.cn",
    }
    assert set(errors_of(form, {"p": "6522345", "m": "a@b"})) == {"p", "m"}
