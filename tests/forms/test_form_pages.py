"""What a browser posts, and what the page draws, without JavaScript."""

from html.parser import HTMLParser

import jinja2
from sample_forms import AT, FILE, application, clean_of, component, errors_of, filled, form_of

from app.forms.initial import initial
from app.forms.post import edit_rows, from_post
from app.forms.visible import view

PAIRS = [
    ("csrf_token", "x"),
    ("_dedupe", "y"),
    ("relation", "none"),
    ("adopter_name", "黄小云"),
    ("adopter_id", "450123199003070026"),
    ("adopter_dob", "1990-03-07"),
    ("adopter_sex", "2"),
    ("household_income", "86000"),
    ("own_children.0._row", "1"),
    ("own_children.2._row", "1"),
    ("own_children.2.name", "黄一"),
    ("own_children.2.alive", "true"),
    ("motive", "结婚十二年未生育"),
    ("papers", "3f2c"),
    ("papers", ""),
    ("informed", "on"),
]


class Tags(HTMLParser):
    """Start tags with their attributes, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def drawn(form, answers, *, preview_url="", **more):
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader("app/web/templates"), autoescape=True, undefined=jinja2.StrictUndefined
    )
    macro = environment.get_template("form/form.html").module.form_fields
    errors = more.get("errors", {})
    return str(macro(view(form, answers, at=AT, **more), errors=errors, preview_url=preview_url))


def tags(html):
    reader = Tags()
    reader.feed(html)
    return reader.found


def test_flat_names_become_answers():
    answers = from_post(application(), PAIRS)
    assert answers["own_children"] == [{"alive": False}, {"name": "黄一", "alive": True}]
    assert answers["papers"] == ["3f2c"]
    assert "csrf_token" not in answers and "_dedupe" not in answers
    clean = clean_of(application(), answers, files={FILE.id: FILE})
    assert clean.answers["own_children"] == [{"name": "黄一", "alive": True}]


def test_a_box_that_is_not_ticked_is_false():
    assert from_post(application(), [])["informed"] is False


def test_what_the_page_did_not_ask_has_no_answer_yet():
    answers = from_post(application(), [("_asked", "papers"), ("adopter_name", "")])
    assert answers == {"papers": [], "adopter_name": ""}


def test_the_page_tells_what_it_asked_where_browsers_leave_out_an_empty_field():
    found = tags(drawn(application(), {"own_children": [{}]}))
    asked = {attrs["value"] for tag, attrs in found if attrs.get("name") == "_asked"}
    assert {"relation", "papers", "informed", "own_children", "own_children.0.alive"} <= asked
    assert "adopter_name" not in asked


def test_a_field_that_appears_later_opens_with_its_default():
    form = form_of(
        component("radio", "married", values=[{"value": "yes", "label": "是"}, {"value": "no", "label": "否"}]),
        component("textfield", "nationality", defaultValue="CHN", conditional={"hide": '=married != "yes"'}),
        component("checkbox", "secret", defaultValue=True, conditional={"hide": '=married != "yes"'}),
    )
    hidden = from_post(form, [("_asked", "married"), ("married", "yes")])
    assert initial(form, at=AT, previous=hidden) == {"married": "yes", "nationality": "CHN", "secret": True}
    shown = from_post(form, [("_asked", "married"), ("_asked", "secret"), ("married", "yes"), ("nationality", "")])
    assert initial(form, at=AT, previous=shown) == {"married": "yes", "nationality": "", "secret": False}


def test_a_default_may_be_the_fact_of_the_same_name():
    form = form_of(component("textfield", "relation", defaultValue="=relation"))
    assert initial(form, at=AT, facts={"relation": "kin"}) == {"relation": "kin"}


def test_forged_names_reach_the_check_and_are_refused():
    for name in (
        "decided_on",
        "__proto__",
        "own_children.0.__class__",
        "own_children.x.name",
        "own_children.01.name",
        "typename",
    ):
        answers = from_post(application(), [*PAIRS, (name, "1")])
        assert errors_of(application(), answers, files={FILE.id: FILE}), name


def test_names_of_chosen_files_are_not_documents():
    assert from_post(application(), [("papers", "户口簿.pdf"), ("papers", "[object File]")])["papers"] == []


def test_rows_come_and_go_with_buttons():
    form = application()
    answers, pressed = edit_rows(form, {"own_children": [{"name": "一"}]}, [("_add", "own_children")])
    assert pressed and answers["own_children"] == [{"name": "一"}, {}]
    answers, pressed = edit_rows(form, answers, [("_remove", "own_children.0")])
    assert pressed and answers["own_children"] == [{}]
    answers, pressed = edit_rows(form, {"papers": ["3f2c", "9a"]}, [("_remove", "papers.3f2c")])
    assert pressed and answers["papers"] == ["9a"]
    assert edit_rows(form, answers, PAIRS) == (answers, False)


def test_strange_button_values_do_nothing():
    form = application()
    before = {"own_children": [{"name": "一"}], "motive": "x"}
    for value in (
        "",
        ".",
        "motive",
        "own_children.0.name",
        "own_children.9",
        "nowhere.0",
        "own_children.-1",
        "a" * 9999,
    ):
        for name in ("_add", "_remove"):
            assert edit_rows(form, before, [(name, value)]) == (before, True)
    full = {"own_children": [{}] * 30}
    assert edit_rows(form, full, [("_add", "own_children")])[0] == full


def test_a_form_opens_with_stored_answers_and_defaults():
    form = form_of(
        component("number", "a", defaultValue=2),
        component("number", "b", defaultValue="=a * base"),
        component("textfield", "c", defaultValue="甲"),
        facts=("base",),
    )
    from decimal import Decimal

    assert initial(form, at=AT, facts={"base": Decimal(3)}, previous={"c": "乙"}) == {"a": 2, "b": 6, "c": "乙"}
    assert initial(application(), at=AT)["own_children"] == [{}]


def test_a_field_may_open_with_the_fact_of_its_own_name():
    form = form_of(component("textfield", "relation", defaultValue="=relation"), facts=("relation",))
    assert initial(form, at=AT, facts={"relation": "kin"}) == {"relation": "kin"}


def test_the_page_shows_html_in_labels_as_text():
    form = form_of(component("textfield", "a", "<script>alert(1)</script>{{x}}", description="<b>"))
    html = drawn(form, {"a": '"><img src=x onerror=alert(1)>'})
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{x}}" in html
    assert {tag for tag, _ in tags(html)} <= {"div", "button", "label", "p", "span", "input", "noscript"}
    assert all(not name.startswith("on") and name != "style" for _, attributes in tags(html) for name in attributes)


def test_every_control_has_its_label_and_every_error_its_link():
    form = application()
    answers = filled(own_children=[{"dob": "2020-02-30"}], adopter_name="黄")
    html = drawn(form, answers, errors=errors_of(form, answers, files={FILE.id: FILE}), files={FILE.id: FILE})
    found = tags(html)
    ids = [attributes["id"] for _, attributes in found if "id" in attributes]
    assert len(ids) == len(set(ids))
    labelled = {attributes["for"] for tag, attributes in found if tag == "label"}
    controls = [a for tag, a in found if tag in {"input", "select", "textarea"} and a.get("type") != "hidden"]
    assert controls and all(control["id"] in labelled for control in controls)
    links = [attributes["href"] for tag, attributes in found if tag == "a"]
    assert links and all(link.removeprefix("#") in ids for link in links)
    wrong = [a for _, a in found if a.get("aria-invalid") == "true"]
    assert all(each in ids for a in wrong for each in a["aria-describedby"].split())
    assert "必填" in html


def test_what_was_typed_stays_on_the_page():
    html = drawn(
        application(), filled(adopter_name="黄", household_income="很多", relation="kin"), files={FILE.id: FILE}
    )
    values = {a.get("name"): a.get("value") for tag, a in tags(html) if tag == "input" and a.get("type") != "radio"}
    assert (values["adopter_name"], values["household_income"]) == ("黄", "很多")
    assert "kin_proof" in values
    assert ("papers", "3f2c") in {(a.get("name"), a.get("value")) for _, a in tags(html)}


def test_hidden_fields_are_not_drawn():
    assert "kin_proof" not in drawn(application(), filled())


def test_the_preview_redraws_after_a_change_and_carries_no_files():
    [outer] = [a for _, a in tags(drawn(application(), {}, preview_url="/tasks/1/preview")) if "hx-post" in a]
    assert outer["hx-post"] == "/tasks/1/preview"
    assert (outer["hx-trigger"], outer["hx-swap"]) == ("change delay:150ms", "outerMorph")
    assert outer["hx-encoding"] == "application/x-www-form-urlencoded"


def test_enter_presses_refresh_never_a_button_that_removes():
    buttons = [a for tag, a in tags(drawn(application(), filled(own_children=[{}]))) if tag == "button"]
    assert buttons[0]["name"] == "_refresh"
    assert {"_add", "_remove"} <= {b["name"] for b in buttons}


def test_read_only_fields_are_shown_not_posted():
    form = form_of(component("select", "a", readonly=True, values=[{"label": "甲", "value": "1"}]))
    html = drawn(form, {}, previous={"a": "1"})
    assert "甲" in html and not [t for t, _ in tags(html) if t == "select"]


def test_what_the_page_posts_is_what_it_drew():
    form = application()
    html = drawn(form, filled(own_children=[{"name": "黄一", "alive": True}]), files={FILE.id: FILE})
    pairs = []
    for tag, a in tags(html):
        if tag != "input" or (a.get("type") in {"radio", "checkbox"} and "checked" not in a) or a.get("type") == "file":
            continue
        pairs.append((a["name"], a.get("value", "")))
    pairs += [("motive", "结婚十二年未生育"), ("adopter_sex", "2")]
    assert clean_of(form, from_post(form, pairs), files={FILE.id: FILE}).answers["own_children"] == [
        {"name": "黄一", "alive": True}
    ]


def test_times_are_shown_as_the_browser_wants_them():
    form = form_of(component("datetime", "a", subtype="datetime"), component("datetime", "t", subtype="time"))
    clean = clean_of(form, {"a": "2026-11-23T09:20", "t": "09:05"}).answers
    assert [f.value for f in view(form, clean, at=AT)] == ["2026-11-23T09:20", "09:05"]


def test_persons_are_offered_by_name():
    form = form_of(component("textfield", "a", properties={"kind": "person", "role": "assessor"}))
    html = drawn(form, {"a": "luwenjing"}, candidates={"assessor": {"luwenjing": "陆文静"}})
    assert 'value="luwenjing" selected>陆文静' in html
