"""Case 16: nobody approves what they put into the case themselves, under whatever account, post or name they did it."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from app import clock
from app.catalogue.bundle import Bundle
from app.db import db, in_transaction
from app.errors import Refusal
from app.identity.delegate import delegate
from app.identity.demo import demo_people
from app.identity.models import Person
from app.identity.separation import approve_relaxation, ask_relaxation
from app.instances.models import Call
from tests.abuse.conftest import MORNING, Scene, put
from tests.cast import CAST, actor
from tests.doors.house import open_tasks, start, unchanged
from tests.engine.drawing import bpmn, chain, end, node, user
from tests.engine.drawing import start as start_event
from tests.jobs.office import settings

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")

ENTERED = {"result": "clear", "evidence": "电话核实，经办人已记录", "reason": "系统不通"}
AGREE = {"decision": "agree", "opinion": "同意"}


def asked_and_approved() -> Bundle:
    """The police are asked, and a leader approves."""
    drawing = bpmn(
        start_event(),
        node("serviceTask", "ask", name="核验", call="remote:police.criminal_record", input='{relation: "general"}',
             output="{result: answer.result}"),
        user("approve", name="审批", role="county_approver", separation="approval"), end(),
        chain("start", "ask", "approve", "end"), id="asked",
    )  # fmt: skip
    return Bundle("asked", {"asked/process.bpmn": drawing.decode(), "asked/process.toml": settings("asked")})


@pytest.fixture
def asked(scene: Scene) -> str:
    """A case of 李桂芳 that waits for the police; gives its id."""
    put(scene.app, asked_and_approved())
    return str(start(scene.api("liguifang"), "asked")["id"])


def call_of(scene: Scene, case: str) -> str:
    with scene.app.app_context():
        return str(db.session.scalar(select(Call.id).where(Call.instance_id == case)))


def approve(scene: Scene, case: str, by: str) -> tuple[int, str]:
    task = open_tasks(scene.api("liguifang"), case)["审批"]
    answer = scene.page(by).post(f"/tasks/{task}/claim")
    return answer.status_code, answer.text


def test_who_entered_the_answer_of_a_department_does_not_approve_on_it(scene: Scene, asked: str) -> None:
    scene.grant("nongxiaolan", "county_approver")
    entered = scene.api("nongxiaolan").post(f"/calls/{call_of(scene, asked)}/answer", {"answers": ENTERED})
    assert entered.status_code == 200, entered.text
    status, text = approve(scene, asked, "nongxiaolan")
    assert status == 403 and "自己" in text
    assert approve(scene, asked, "huangjianguo")[0] == 303


def test_nor_does_a_second_account_of_the_same_person_or_whom_they_stood_in_for(scene: Scene, asked: str) -> None:
    with scene.app.app_context():
        second = db.session.get(Person, CAST["luoxiuzhen"].id)
        second.natural_person = CAST["nongxiaolan"].natural_person
        db.session.commit()
    scene.grant("luoxiuzhen", "county_approver")
    entered = scene.api("nongxiaolan").post(f"/calls/{call_of(scene, asked)}/answer", {"answers": ENTERED})
    assert entered.status_code == 200
    assert approve(scene, asked, "luoxiuzhen")[0] == 403


def test_whom_the_enterer_stood_in_for_does_not_approve_either(scene: Scene, asked: str) -> None:
    """罗秀珍 has no post of her own here; she enters it for 农小兰, who may approve besides."""
    scene.end_roles("luoxiuzhen")
    scene.grant("nongxiaolan", "county_approver")
    lend(scene, "nongxiaolan", "luoxiuzhen")
    page = scene.page("luoxiuzhen")
    call = call_of(scene, asked)
    page.get(f"/calls/{call}")
    entered = page.post(f"/calls/{call}", **ENTERED)
    assert entered.status_code == 303, entered.text
    assert approve(scene, asked, "nongxiaolan")[0] == 403
    assert approve(scene, asked, "huangjianguo")[0] == 303


def test_who_only_approves_enters_nothing(scene: Scene, asked: str) -> None:
    """The one leader of a county would bar themselves from the decision that nobody else can take."""
    huang, call = scene.api("huangjianguo"), call_of(scene, asked)
    with unchanged(scene.app):
        answer = huang.post(f"/calls/{call}/answer", {"answers": ENTERED})
    assert answer.status_code == 403


def lend(scene: Scene, giver: str, receiver: str) -> None:
    with scene.app.app_context():
        in_transaction(lambda: delegate(db.session(), actor(giver), giver, receiver, date(2026, 3, 2),
                                        date(2026, 3, 3), "出差", MORNING))  # fmt: skip
    scene.sign_in_again(receiver)


def test_a_stand_in_loses_everything_with_the_last_day(scene: Scene) -> None:
    """A task held in another's name, its page, its case, its draft and its completion are gone on the day after."""
    lend(scene, "luwenjing", "luoxiuzhen")
    task, luo = scene.ids["task_id"], scene.page("luoxiuzhen")
    luo.get("/inbox")
    assert luo.post(f"/tasks/{task}/claim").status_code == 303
    luo.get(f"/tasks/{task}")
    assert luo.post(f"/tasks/{task}/draft", opinion="替她写的").status_code == 303
    clock.set_source(lambda: datetime(2026, 3, 4, 1, tzinfo=UTC))
    scene.sign_in_again("luoxiuzhen")
    luo = scene.page("luoxiuzhen")
    shown = luo.follow(luo.get(f"/tasks/{task}"))
    assert "退还" in shown.text and "替她写的" not in shown.text
    case = scene.ids["instance_id"]
    for address in (f"/cases/{case}", f"/cases/{case}/diagram", f"/cases/{case}/phone"):
        assert luo.get(address).status_code == 404, address
    assert case not in luo.search("000001").text
    luo.get("/inbox")
    with unchanged(scene.app):
        for act in ("claim", "draft", "preview", "complete", "urge", "transfer"):
            assert luo.post(f"/tasks/{task}/{act}", **AGREE).status_code in {403, 404}, act
    assert luo.post(f"/tasks/{task}/release").status_code == 303, "what is still in hand goes back to the colleagues"


def test_the_stand_in_of_an_asker_approves_nothing_for_them(scene: Scene) -> None:
    """What an office holder may grant or approve as an administrator does not pass to a delegate."""
    huang, people = actor("huangjianguo"), demo_people()
    with scene.app.app_context():
        asked = in_transaction(
            lambda: ask_relaxation(db.session(), huang, "450123", date(2026, 3, 2), date(2026, 3, 9), "人手不足",
                                   "隆民〔2026〕1号", MORNING).id
        )  # fmt: skip
        for login in people:
            one = actor(login)
            if any(grant.role in {"city_civil", "region_civil"} for grant in one.grants):
                continue
            with pytest.raises(Refusal):
                in_transaction(lambda one=one: approve_relaxation(db.session(), one, asked, MORNING))
