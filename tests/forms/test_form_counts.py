"""Files, and how many of a thing are asked for."""

from sample_forms import FILE, clean_of, component, errors_of, form_of

from app.forms.model import Attachment


def test_files_are_those_the_server_received():
    form = form_of(component("filepicker", "a", "材料", accept=".pdf,image/*", validate={"required": True}))
    photo = Attachment("9a", "像.png", "image/png", 9)
    letter = Attachment("9b", "信.docx", "application/zip", 9)
    files = {FILE.id: FILE, photo.id: photo, letter.id: letter}
    assert clean_of(form, {"a": ["3f2c"]}, files=files).answers == {"a": ["3f2c"]}
    assert clean_of(form, {"a": "9a"}, files=files).files == ("9a",)
    assert "不收这种文件（信.docx）" in errors_of(form, {"a": ["9b"]}, files=files)["a"]
    for wrong in (["other-case"], [], None, [{}], ["3f2c", "9a"]):
        assert list(errors_of(form, {"a": wrong}, files=files)) == ["a"]


def test_two_assessors_are_two():
    form = form_of(component("taglist", "a", "评估员", properties={"kind": "person", "least": 2}))
    candidates = {"": {"luwenjing": "陆文静", "weizhiqiang": "韦志强"}}
    assert clean_of(form, {"a": ["luwenjing", "weizhiqiang"]}, candidates=candidates).answers["a"]
    said = errors_of(form, {"a": ["luwenjing"]}, candidates=candidates)
    assert said == {"a": "“评估员”至少 2 项，现在是 1 项，请补足。"}
    assert errors_of(form, {"a": []}, candidates=candidates) == {}


def test_blank_rows_do_not_count():
    rows = {"type": "dynamiclist", "path": "talks", "label": "访谈", "properties": {"least": 2}}
    form = form_of({**rows, "components": [component("textfield", "who")]})
    assert list(errors_of(form, {"talks": [{"who": "甲"}, {"who": " "}]})) == ["talks"]
    assert clean_of(form, {"talks": [{"who": "甲"}, {}, {"who": "乙"}]}).answers == {
        "talks": [{"who": "甲"}, {"who": "乙"}]
    }
