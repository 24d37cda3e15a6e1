"""Case 27: a token is a digest, ends, and carries no more than its scopes and the person's present posts."""

from datetime import timedelta

import pytest

from app import clock
from app.db import db, in_transaction
from app.identity.actor import load_actor_by_login
from app.identity.models import ApiToken
from app.identity.tokens import create_token
from tests.abuse.conftest import MORNING, Scene
from tests.doors import Caller
from tests.doors.house import TEN, unchanged

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")


def with_token(scene: Scene, login: str, *scopes: str, days: int = 30) -> Caller:
    caller = Caller(scene.app)

    def command() -> str:
        person = load_actor_by_login(db.session(), login, clock.legal_day(MORNING))
        return create_token(db.session(), person, "程序", list(scopes), MORNING + timedelta(days=days), MORNING)

    with scene.app.app_context():
        caller.headers = {"Authorization": f"Bearer {in_transaction(command)}"}
    return caller


ACTS = {
    "start": ("/instances", {"process": "doors_check"}),
    "claim": ("/tasks/{task_id}/claim", None),
    "complete": ("/tasks/{task_id}/complete", {"answers": {"decision": "agree", "opinion": "同意"}}),
    "release": ("/tasks/{task_id}/release", None),
    "transfer": ("/tasks/{task_id}/transfer", {"to": "weizhiqiang", "reason": "外出"}),
    "urge": ("/tasks/{task_id}/urge", None),
    "take back": ("/tasks/{task_id}/take-back", None),
    "message": ("/messages", {"instance": "{instance_id}", "name": "withdraw", "id": "1"}),
    "answer": ("/calls/{call_id}/answer", {"answers": {"result": "clear", "evidence": "电话", "reason": "不通"}}),
    "ask again": ("/calls/{call_id}/again", None),
    "publish": ("/definitions", {"bpmn": TEN}),
    "follow up": ("/instances/{instance_id}/follow-up", {"day": "2026-03-10"}),
    "phone": ("/instances/{instance_id}/phone-answers", None),
    "interest": ("/instances/{instance_id}/interest", {"reason": "与申请人是近亲属"}),
}


@pytest.mark.parametrize("act", ACTS)
def test_a_token_for_reading_does_nothing(calm: Scene, act: str) -> None:
    """Not even what the holder of a task or who answers for a case may do without any further post."""
    page, task = calm.page("luwenjing"), calm.ids["task_id"]
    page.post(f"/tasks/{task}/claim")
    address, body = ACTS[act]
    if act == "message":
        body = body | {"instance": calm.ids["instance_id"]}
    readers = [
        with_token(calm, "liguifang", "read:adoption_registrar"),
        with_token(calm, "luwenjing", "read:assessor"),
    ]
    with unchanged(calm.app):
        for reader in readers:
            answer = reader.post(address.format(**calm.ids), body)
            assert answer.status_code == 403 and "没有办理权限" in answer.json["detail"]


def test_a_token_reads_only_what_its_scopes_are_about(scene: Scene) -> None:
    """李桂芳 holds a second post; a program with that post alone does not see her registrations."""
    scene.grant("liguifang", "county_fund")
    case = scene.ids["instance_id"]
    assert with_token(scene, "liguifang", "read:adoption_registrar").get(f"/instances/{case}").status_code == 200
    fund = with_token(scene, "liguifang", "read:county_fund")
    assert fund.get("/tasks").json["total"] == 0 or all(
        task["process"] == "bench_approval_10" for task in fund.get("/tasks").json["tasks"]
    )


def test_a_post_lost_is_lost_to_the_token(scene: Scene) -> None:
    li, case = with_token(scene, "liguifang", "write:adoption_registrar"), scene.ids["instance_id"]
    assert li.get(f"/instances/{case}").status_code == 200
    scene.end_roles("liguifang")
    assert li.get(f"/instances/{case}").status_code == 404
    assert li.post("/instances", {"process": "doors_check"}).status_code == 403


def test_a_token_ends_and_only_its_digest_is_kept(scene: Scene, rows_of) -> None:
    li = with_token(scene, "liguifang", "write:adoption_registrar", days=90)
    secret = li.headers["Authorization"].removeprefix("Bearer ")
    assert secret not in str([vars(row) for row in rows_of(ApiToken)])
    clock.set_source(lambda: MORNING + timedelta(days=90, seconds=1))
    assert li.get("/tasks").status_code == 401


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Basic bGk6eA==", "bearer banyan_wrong", "Bearer \u00e9", "Bearer " + "x" * 5000,
     "Bearer a b c", "Token x"],
)  # fmt: skip
def test_what_is_no_token_is_refused_alike(calm: Scene, header: str) -> None:
    caller = Caller(calm.app)
    caller.headers = {"Authorization": header}
    answer = caller.get("/tasks")
    assert answer.status_code == 401 and answer.json["title"] in {"token_missing", "token_invalid"}
