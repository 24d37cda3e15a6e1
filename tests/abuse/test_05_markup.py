"""Cases 5, 6, 18, 19: what authors and officials write is shown as it stands, and what hides or reverses is refused."""

import re
from html import escape, unescape

import orjson
import pytest

from app.catalogue.bundle import Bundle
from app.catalogue.lint import lint_bundle
from app.db import db
from app.errors import Refusal
from app.instances.looks import AccessLook
from app.texts import sentence
from tests.abuse.conftest import Scene, put
from tests.doors.house import LANED, SETTINGS, laned_bundle, start, unchanged

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}{% raw %}${7*7}"
TEMPLATE = "{{7*7}}{% raw %}${7*7} 甲&乙 <1岁"
"""What a name in a diagram may hold: the engine refuses markup there already."""
QUOTED = escape(TEMPLATE, quote=True)


def hostile_bundle() -> Bundle:
    """`doors_check` with markup or template syntax in every name an author can give."""
    name, key = QUOTED, "doors_check"
    bpmn = LANED.replace('name="填报申请"', f'name="{name}"').replace('name="门禁核验"', f'name="{name}"')
    quoted = orjson.dumps(MARKUP).decode()
    toml = SETTINGS.replace('title = "门禁核验"', f"title = {quoted}").replace(
        'title = "受理通知"', f"title = {quoted}"
    )
    form = orjson.loads(laned_bundle().of(key)["forms/application.json"])
    for component in form["components"]:
        component |= {"label": MARKUP, "description": MARKUP}
    form["components"].append({"type": "text", "text": MARKUP, "id": "shown"})
    bundle = laned_bundle(bpmn, toml)
    return Bundle(key, {**bundle.files, f"{key}/forms/application.json": orjson.dumps(form).decode()})


def shown_as_text(page: str, *texts: str) -> None:
    assert "<script>alert" not in page and "<img src=x" not in page and "<1岁" not in page
    for text in texts:
        assert text in unescape(page), text


def test_names_labels_and_letters_are_text_on_every_page(scene: Scene) -> None:
    put(scene.app, hostile_bundle())
    li = scene.page("liguifang")
    case = start(scene.api("liguifang"), "doors_check")
    task, address = f"/tasks/{case['tasks'][0]['id']}", f"/cases/{case['id']}"
    shown_as_text(li.get("/processes").text, MARKUP)
    shown_as_text(li.get("/processes/doors_check/diagram").text, TEMPLATE)
    shown_as_text(li.get("/inbox").text, MARKUP, TEMPLATE)
    li.post(f"{task}/claim")
    shown_as_text(li.get(task).text, MARKUP, TEMPLATE)
    done = li.post(f"{task}/complete", reason=MARKUP)
    assert done.status_code == 303
    whole = li.get(address)
    shown_as_text(whole.text, MARKUP, TEMPLATE)
    letter = re.search(r"/letters/[0-9a-f-]{36}", whole.text)
    assert letter
    shown_as_text(li.get(letter[0]).text, MARKUP)
    shown_as_text(li.get(f"{address}/diagram").text, TEMPLATE)
    shown_as_text(li.get(f"{address}/phone").text, MARKUP)


@pytest.mark.parametrize(
    ("drawn", "hostile"),
    [
        ('<userTask id="visit"', '<userTask id="visit" onclick="alert(1)"'),
        ('<userTask id="visit"', '<userTask id="visit" href="javascript:alert(1)"'),
        ('name="入户走访"', 'name="&lt;script&gt;alert(1)&lt;/script&gt;"'),
        ('name="入户走访"', 'name="javascript:alert(1)"'),
        ('name="开始" />', 'name="开始"><documentation textFormat="text/html">&lt;b&gt;</documentation></startEvent>'),
        ("<laneSet", '<svg xmlns="http://www.w3.org/2000/svg"><foreignObject/><script>1</script></svg><laneSet'),
    ],
)
def test_active_content_in_a_diagram_is_refused_at_publication(calm: Scene, drawn: str, hostile: str) -> None:
    assert drawn in LANED
    with unchanged(calm.app), pytest.raises(Refusal) as refused:
        put(calm.app, laned_bundle(LANED.replace(drawn, hostile, 1)))
    assert refused.value.code == "definition_refused"


@pytest.mark.parametrize("character", ["\u202e", "\u2066", "\u2069", "\u0085"])
@pytest.mark.parametrize(
    ("file", "written"),
    [
        ("process.bpmn", lambda text, c: text.replace('name="入户走访"', f'name="入户{c}走访"')),
        ("process.bpmn", lambda text, c: text.replace('name="入户走访"', f'name="入户&#x{ord(c):X};走访"')),
        ("process.toml", lambda text, c: text.replace('"撤回申请"', f'"撤回\\u{ord(c):04X}申请"')),
        ("forms/application.json", lambda text, c: text.replace("金额", f"金\\u{ord(c):04x}额")),
        ("letters/notice.txt", lambda text, c: text.replace("受理", f"受{c}理", 1)),
    ],
)
def test_characters_that_deceive_are_refused_at_publication(calm: Scene, character: str, file: str, written) -> None:
    bundle = laned_bundle()
    name = f"doors_check/{file}"
    changed = Bundle(bundle.key, {**bundle.files, name: written(bundle.files[name], character)})
    assert changed != bundle
    with unchanged(calm.app), pytest.raises(Refusal) as refused:
        put(calm.app, changed)
    assert refused.value.code == "bundle_characters"
    assert f"{name} 含有看不见的特殊字符 U+{ord(character):04X}" in sentence(refused.value)
    assert [one.code for one in lint_bundle(changed, {})] == ["bundle_characters"]


def test_a_sentence_quotes_no_character_that_deceives(calm: Scene) -> None:
    li, case = calm.api("liguifang"), calm.ids["instance_id"]
    answer = li.post("/messages", {"instance": case, "name": "\u202ewithdraw\u2066\r\n", "id": "1"})
    assert answer.status_code == 422 and "[U+202E]withdraw[U+2066][U+000D][U+000A]" in answer.json["detail"]
    answer = li.post("/instances", {"process": "\u202e"})
    assert answer.status_code == 404 and "[U+202E]" in answer.json["detail"]
    page = calm.page("liguifang").get(f"/cases/{case}/messages/%E2%80%AEx")
    assert page.status_code == 422 and "[U+202E]x" in page.text and "\u202e" not in page.text
    unknown = li.post("/tasks/x/complete", {"answers": {}, "\u202e": 1})
    assert unknown.status_code == 422 and "\u202e" not in unknown.json["detail"]


def test_reasons_and_purposes_carry_none_either(scene: Scene) -> None:
    page, case = scene.page("mohaiyan"), scene.ids["instance_id"]
    page.get(f"/cases/{case}")
    page.post(f"/cases/{case}/purpose", reason="年度\u202e抽查\u2066样本")
    with scene.app.app_context():
        kept = db.session.query(AccessLook).filter_by(fields="purpose").one()
        assert kept.purpose == "年度抽查样本"
