"""What was typed, in words, for a page without a form."""

from app.forms.typed import typed
from tests.forms.sample_forms import component, form_of


def test_every_answer_is_there_under_its_label() -> None:
    choice = {"values": [{"label": "同意", "value": "agree"}, {"label": "不同意", "value": "disagree"}]}
    form = form_of(
        component("radio", "decision", label="结论", **choice),
        component("checklist", "reasons", label="理由", **choice),
        component("textarea", "opinion", label="意见"),
        component("checkbox", "heard", label="已听取意见"),
        component("textfield", "empty", label="未填"),
        component("filepicker", "papers", label="材料"),
        {"type": "dynamiclist", "path": "children", "label": "子女", "components": [
            component("textfield", "name", label="姓名")]},
    )  # fmt: skip
    answers = {
        "decision": "agree", "reasons": ["agree", "disagree"], "opinion": "材料\n齐全", "heard": True, "empty": None,
        "papers": ["a1"], "children": [{"name": "黄某"}, {"name": "韦某"}],
    }  # fmt: skip
    assert typed(form, answers) == (
        ("结论", "同意"), ("理由", "同意、不同意"), ("意见", "材料\n齐全"), ("已听取意见", "是"),
        ("子女 1 · 姓名", "黄某"), ("子女 2 · 姓名", "韦某"),
    )  # fmt: skip
