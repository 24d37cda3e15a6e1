"""Forms the stories are told with: a cut of the adoption application, and makers of small ones."""

from datetime import UTC, datetime
from typing import Any

import orjson

from app.errors import Refusal
from app.forms.check import check
from app.forms.model import Attachment, Clean, Form, FormFinding, FormRefused
from app.forms.schema import parse

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Ten o'clock in the morning of 23 November 2026 in Nanning."""
MOTHER = "450123199003070026"
"""An invented identity number with a right check digit: born 1990-03-07, female."""
FILE = Attachment("3f2c", "户口簿.pdf", "application/pdf", 2048)


def component(type_: str, key: str, label: str = "", **more: Any) -> dict[str, Any]:
    return {"type": type_, "key": key, "label": label or key, **more}


def form_of(*components: dict[str, Any], facts: tuple[str, ...] = ()) -> Form:
    return parse(schema_of(*components), form_id="small", facts=facts)


def schema_of(*components: Any) -> bytes:
    return orjson.dumps({"type": "default", "schemaVersion": 19, "components": list(components)})


def findings_of(*components: Any, facts: tuple[str, ...] = ()) -> tuple[FormFinding, ...]:
    try:
        parse(schema_of(*components), form_id="small", facts=facts)
    except FormRefused as refused:
        return refused.findings
    return ()


def errors_of(form: Form, answers: Any, **more: Any) -> dict[str, str]:
    """The sentences of a refused check; empty when it was clean."""
    try:
        check(form, answers, at=AT, **more)
    except Refusal as refusal:
        assert (refusal.code, refusal.status) == ("form_errors", 422)
        assert refusal.params["count"] == len(refusal.fields)
        return refusal.fields
    return {}


def clean_of(form: Form, answers: Any, **more: Any) -> Clean:
    return check(form, answers, at=AT, **more)


APPLICATION = schema_of(
    {"type": "text", "text": "# 请如实填写 <b>粗体</b> {{name}}"},
    component(
        "radio",
        "relation",
        "与被收养人关系",
        validate={"required": True},
        values=[{"label": "无血缘", "value": "none"}, {"label": "三代以内旁系同辈血亲的子女", "value": "kin"}],
    ),
    component("textfield", "kin_proof", "亲属关系证明编号", conditional={"hide": '=relation != "kin"'}),
    {
        "type": "group",
        "label": "收养人",
        "components": [
            component(
                "textfield", "adopter_name", "姓名", validate={"required": True, "minLength": 2, "maxLength": 50}
            ),
            component(
                "textfield",
                "adopter_id",
                "身份证号",
                validate={"required": True},
                properties={"kind": "cn-id", "birth": "adopter_dob", "sex": "adopter_sex"},
            ),
            {"type": "datetime", "key": "adopter_dob", "dateLabel": "出生日期", "validate": {"max": "=today()"}},
            component(
                "select", "adopter_sex", "性别", values=[{"label": "男", "value": "1"}, {"label": "女", "value": "2"}]
            ),
        ],
    },
    component("textfield", "household_income", "家庭年收入", properties={"kind": "money"}),
    component("number", "housing_area", "居住面积", decimalDigits=1, validate={"min": 1, "max": 2000}),
    {
        "type": "dynamiclist",
        "path": "own_children",
        "label": "现有子女",
        "components": [
            component("textfield", "name", "姓名", validate={"required": True}),
            {"type": "datetime", "key": "dob", "dateLabel": "出生日期", "subtype": "date"},
            component("checkbox", "alive", "健在"),
        ],
    },
    component("textarea", "motive", "收养动机", validate={"required": True, "minLength": 5, "maxLength": 1000}),
    component("filepicker", "papers", "证明材料", accept=".pdf,.jpg", multiple=True),
    component("checkbox", "informed", "已告知个人信息处理事项", validate={"required": True}),
)


def application() -> Form:
    return parse(APPLICATION, form_id="application", title="收养登记申请书", facts=("materials_received_on",))


def filled(**changed: Any) -> dict[str, Any]:
    """Right answers to the application, with some changed."""
    answers = {
        "relation": "none",
        "adopter_name": "黄小云",
        "adopter_id": MOTHER,
        "adopter_dob": "1990-03-07",
        "adopter_sex": "2",
        "household_income": "86000.5",
        "housing_area": "96.5",
        "own_children": [],
        "motive": "结婚十二年未生育",
        "papers": ["3f2c"],
        "informed": True,
    }
    return {**answers, **changed}
