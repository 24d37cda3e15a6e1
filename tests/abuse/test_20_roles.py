"""Cases 16, 20, 22: no diagram gives power: not to its author, not to an administrator, not to somebody it names."""

from collections.abc import Callable

import pytest
from flask import Flask

from app import settings
from app.errors import Refusal
from app.texts import sentence
from app.wiring import create_app
from tests.abuse.conftest import Scene, put
from tests.cast import LIANG_XIAODONG, WEI_YIMING
from tests.doors import Program
from tests.doors.house import AGREE, LANED, SETTINGS, laned_bundle, start, unchanged

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")


@pytest.mark.parametrize("role", ["sysadmin", "security_admin", "auditor", "policy_officer", "root", "", "caseworkerx"])
@pytest.mark.parametrize("place", ["lane", "starter", "sender", "element"])
def test_a_role_that_works_on_no_case_is_not_published(calm: Scene, role: str, place: str) -> None:
    changed = {
        "lane": lambda: laned_bundle(settings=SETTINGS.replace('"评估员" = "assessor"', f'"评估员" = "{role}"')),
        "starter": lambda: laned_bundle(settings=SETTINGS.replace('roles = ["adoption_registrar"]', f'roles = ["{role}"]', 1)),
        "sender": lambda: laned_bundle(
            settings=SETTINGS.replace('title = "撤回申请"\nroles = ["adoption_registrar"]',
                                      f'title = "撤回申请"\nroles = ["{role}"]')
        ),
        "element": lambda: laned_bundle(LANED.replace('name="form" value="application"', f'name="role" value="{role}"')),
    }[place]()  # fmt: skip
    assert changed.files != laned_bundle().files
    with unchanged(calm.app), pytest.raises(Refusal) as refused:
        put(calm.app, changed)
    assert refused.value.code == "bundle_role" and f"“{role}”" in sentence(refused.value)


def test_an_author_who_names_a_person_gives_them_nothing_they_have_no_post_for(scene: Scene) -> None:
    """`assignee` is the author's own login, and that of an official of another county."""
    for login in (LIANG_XIAODONG, "zhoumin"):
        named = LANED.replace(
            '<userTask id="visit" name="入户走访" />',
            '<userTask id="visit" name="入户走访"><extensionElements><spiffworkflow:properties>'
            f'<spiffworkflow:property name="assignee" value="&quot;{login}&quot;" />'
            "</spiffworkflow:properties></extensionElements></userTask>",
        )
        put(scene.app, laned_bundle(named))
        li = scene.api("liguifang")
        case = start(li, "doors_check")
        li.post(f"/tasks/{case['tasks'][0]['id']}/complete", {"answers": {"reason": "家庭收养"}})
        tasks = {task["name"]: task["id"] for task in li.get(f"/instances/{case['id']}").json["tasks"]}
        page, program = scene.page(login), scene.api(login)
        assert program.get("/tasks").json["total"] == 0
        assert program.get(f"/instances/{case['id']}").status_code == 404
        for address in (f"/cases/{case['id']}", f"/tasks/{tasks['入户走访']}"):
            assert page.get(address).status_code == 404
        assert program.post(f"/tasks/{tasks['入户走访']}/complete", {"answers": AGREE}).status_code == 404


@pytest.fixture
def guarded(template: str, new_database: Callable[[str | None], str]) -> Flask:
    """The application where four eyes are on."""
    environ = {"BANYAN_MODE": "test", "DATABASE_URL": new_database(template), "FOUR_EYES": "on"}
    return create_app(settings.read(environ))


def test_publishing_over_the_api_is_closed_where_four_eyes_are_on(guarded: Flask) -> None:
    """Case 26."""
    for login in ("liguifang", LIANG_XIAODONG, WEI_YIMING):
        program = Program(guarded, login)
        with unchanged(guarded):
            answer = program.post("/definitions", {"bpmn": LANED, "key": "mine"})
        assert answer.status_code == 403 and "双人发布" in answer.json["detail"]
