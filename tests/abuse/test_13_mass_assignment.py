"""Cases 13, 17: only what the form shows and lets fill in now is taken, whatever else is sent, and however it is named."""

import orjson
import pytest

from app.catalogue.bundle import Bundle
from app.errors import Refusal
from app.instances.models import Instance, Task
from tests.abuse.conftest import Scene, put
from tests.doors.house import APPLICATION, laned_bundle, start, unchanged

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")

SMUGGLED = ("typename", "__class__", "__proto__", "constructor", "facts", "facts.amount", "assignee_id", "decision",
            "role", "status", "owner_id", "case_division", "amount.__class__", "reason.0", "_decision", "Reason")  # fmt: skip


@pytest.mark.parametrize("name", SMUGGLED)
def test_an_unknown_answer_is_refused_by_name_at_both_doors(calm: Scene, name: str) -> None:
    li, page = calm.api("liguifang"), calm.page("liguifang")
    task = start(li, "doors_check")["tasks"][0]["id"]
    page.post(f"/tasks/{task}/claim")
    page.get(f"/tasks/{task}")
    with unchanged(calm.app):
        sent = li.post(f"/tasks/{task}/complete", {"answers": APPLICATION | {name: "x"}})
    assert sent.status_code == 422 and set(sent.json["fields"]) == {name}
    if not name.startswith("_"):  # those names are the page's own, and answer nothing
        posted = page.post(f"/tasks/{task}/complete", **APPLICATION | {name: "x"})
        assert posted.status_code == 422


@pytest.mark.parametrize("place", ["body", "message", "instance", "transfer", "call"])
def test_members_beside_the_answers_are_refused(calm: Scene, place: str) -> None:
    li, case, task = calm.api("liguifang"), calm.ids["instance_id"], calm.ids["task_id"]
    address, body = {
        "body": (f"/tasks/{task}/complete", {"answers": {}}),
        "message": ("/messages", {"instance": case, "name": "withdraw", "id": "1"}),
        "instance": ("/instances", {"process": "doors_check"}),
        "transfer": (f"/tasks/{task}/transfer", {"to": "weizhiqiang", "reason": "外出"}),
        "call": (f"/calls/{calm.ids['call_id']}/answer", {"answers": {}}),
    }[place]
    with unchanged(calm.app):
        for name in (
            "facts",
            "by",
            "actor",
            "on_behalf_of",
            "owner_id",
            "natural_person",
            "typename",
            "__class__",
            "at",
        ):
            answer = li.post(address, body | {name: "liguifang"})
            assert answer.status_code == 422 and f"{name}：接口没有这一项" in answer.json["detail"]


def test_nothing_of_a_case_comes_from_the_client(scene: Scene, rows_of) -> None:
    """Names of columns posted to a page change none of them."""
    page, before = scene.page("liguifang"), {row.id for row in rows_of(Instance)}
    page.get("/processes")
    page.post("/processes/doors_check/start", owner_id="x", division="450124", number="SY-1", secrecy="L1", dossier="x",
              definition="x")  # fmt: skip
    (row,) = [row for row in rows_of(Instance) if row.id not in before]
    assert (row.division, row.number, row.secrecy, row.dossier_id) == ("450123", None, "L2", None)
    task = next(task for task in rows_of(Task) if task.instance_id == row.id)
    page.post(f"/tasks/{task.id}/claim", assignee_id="x", role="county_approver", natural_person="x")
    after = next(one for one in rows_of(Task) if one.id == task.id)
    assert (after.role, after.assignee_id) == ("adoption_registrar", row.owner_id)


def test_an_answer_hidden_by_a_condition_is_dropped_and_said(scene: Scene) -> None:
    li = scene.api("liguifang")
    task = start(li, "doors_check")["tasks"][0]["id"]
    answer = li.post(f"/tasks/{task}/complete", {"answers": APPLICATION | {"relief": "家庭困难"}})
    assert answer.status_code == 200 and answer.json["dropped"] == ["减免理由"]


@pytest.mark.parametrize("key", ["typename", "csrf_token", "__class__", "_add", "item", "a b", "\u202ea", "null"])
def test_no_form_is_published_with_a_field_named_like_a_trap(calm: Scene, key: str) -> None:
    bundle, name = laned_bundle(), "doors_check/forms/application.json"
    form = orjson.loads(bundle.files[name])
    form["components"].append({"type": "textfield", "key": key, "label": "陷阱", "id": "trap"})
    with unchanged(calm.app), pytest.raises(Refusal):
        put(calm.app, Bundle(bundle.key, {**bundle.files, name: orjson.dumps(form).decode()}))


@pytest.mark.parametrize("pattern", [r"(a)\1", r"(?=a)b", r"(?<!a)b", "(" * 300, "a{1,1000}" * 30])
def test_a_pattern_that_may_run_for_ever_is_not_published(calm: Scene, pattern: str) -> None:
    bundle, name = laned_bundle(), "doors_check/forms/application.json"
    form = orjson.loads(bundle.files[name])
    form["components"][0]["validate"]["pattern"] = pattern
    with unchanged(calm.app), pytest.raises(Refusal):
        put(calm.app, Bundle(bundle.key, {**bundle.files, name: orjson.dumps(form).decode()}))


def test_a_pattern_that_would_hang_others_answers_at_once(scene: Scene) -> None:
    """`(a+)+$` on 5,000 letters: a backtracking matcher would not come back."""
    bundle, name = laned_bundle(), "doors_check/forms/application.json"
    form = orjson.loads(bundle.files[name])
    form["components"][0]["validate"] = {"pattern": "^(a+)+$", "maxLength": 10_000}
    put(scene.app, Bundle(bundle.key, {**bundle.files, name: orjson.dumps(form).decode()}))
    li = scene.api("liguifang")
    task = start(li, "doors_check")["tasks"][0]["id"]
    with unchanged(scene.app):
        assert li.post(f"/tasks/{task}/complete", {"answers": {"reason": "a" * 5000 + "!"}}).status_code == 422
