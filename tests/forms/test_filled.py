"""A form that was handed over, as lines to be read."""

from app.forms.filled import Filled, filled
from tests.forms.sample_forms import form_of

COMPONENTS = [
    {"type": "textfield", "key": "name", "label": "姓名"},
    {"type": "textfield", "key": "id_no", "label": "证件号码", "properties": {"kind": "cn-id"}},
    {"type": "textfield", "key": "income", "label": "年收入", "properties": {"kind": "money"}},
    {
        "type": "group",
        "label": "家庭",
        "components": [
            {"type": "radio", "key": "house", "label": "住房", "values": [{"label": "自有", "value": "own"}]},
            {"type": "textarea", "key": "plan", "label": "计划"},
        ],
    },
    {
        "type": "dynamiclist",
        "path": "visits",
        "label": "走访",
        "components": [{"type": "textfield", "key": "place", "label": "地点"}],
    },
    {"type": "filepicker", "key": "photos", "label": "照片", "multiple": True},
    {"type": "checkbox", "key": "agreed", "label": "同意"},
]


def test_answers_are_read_under_their_headings_and_what_was_left_empty_is_left_out() -> None:
    form = form_of(*COMPONENTS)
    answers = {
        "name": "黄永强",
        "id_no": "45012319860501123X",
        "income": "86400.00",
        "house": "own",
        "visits": [{"place": "家中"}, {"place": "单位"}],
        "photos": ["d-1", "d-2"],
        "agreed": False,
    }
    assert filled(form, answers, {"cn-id": lambda text: text[:3] + "…"}) == (
        Filled("姓名", "黄永强"),
        Filled("证件号码", "450…", number="id_no"),
        Filled("年收入", "86400.00元"),
        Filled("家庭", parts=(Filled("住房", "自有"),)),
        Filled(
            "走访",
            parts=(
                Filled("第 1 行", parts=(Filled("地点", "家中"),)),
                Filled("第 2 行", parts=(Filled("地点", "单位"),)),
            ),
        ),
        Filled("照片", files=("d-1", "d-2")),
        Filled("同意", "否"),
    )
    assert filled(form, {}) == ()


def test_a_time_is_read_as_one_writes_it() -> None:
    sorts = (("at", "datetime"), ("on", "date"), ("time", "time"))
    form = form_of(*({"type": "datetime", "key": key, "subtype": sort, f"{sort}Label" if sort != "datetime" else "dateLabel": key}
                     for key, sort in sorts))  # fmt: skip
    read = filled(form, {"at": "2026-02-05T08:47:00+08:00", "on": "2026-02-05", "time": "09:05:00"})
    assert [one.text for one in read] == ["2026-02-05 08:47", "2026-02-05", "09:05"]
