"""Case 22: an administrator has no case role. What is left is 紧急查看: one case, for hours, with a reason, approved by another
human being, before the eyes of the auditors, and for reading alone."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app import clock
from app.db import db, in_transaction
from app.history.read import read_events
from app.identity.demo import demo_people
from app.identity.models import Person, RoleGrant
from app.instances.chain_registers import chain_register, check_registers
from app.instances.emergency.models import EmergencySight
from app.instances.looks import AccessLook
from app.parameters.models import ParameterVersion
from app.parameters.set_parameter import approve_parameter, enter_parameter
from app.replay.access import emergencies
from tests.abuse.conftest import MORNING, Scene
from tests.doors.house import unchanged

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")

WEI, LU, MO = "weiyiming", "luzhian", "mohaiyan"
"""系统管理员, 安全管理员, 审计员 of the region."""
WHY = "核验结果没有回写，日志里看不出原因"
PAGE = "/emergency"


def person(login: str) -> str:
    return str(demo_people()[login].id)


def asked(scene: Scene, hours: int = 2, **other: Any) -> str:
    """At the page; gives the id."""
    page = scene.page(WEI)
    page.get(PAGE)
    answer = page.post(PAGE, **{"case": scene.ids["instance_id"], "reason": WHY, "hours": str(hours)} | other)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"]).rsplit("/", 1)[-1]


def done(scene: Scene, emergency: str, act: str = "approve", by: str = LU, **form: str) -> Any:
    page = scene.page(by)
    page.get(f"{PAGE}/{emergency}")
    return page.post(f"{PAGE}/{emergency}/{act}", **form)


def opened(scene: Scene, hours: int = 2) -> str:
    emergency = asked(scene, hours)
    assert done(scene, emergency).status_code == 303
    return emergency


def later(**span: int) -> None:
    clock.set_source(lambda: MORNING + timedelta(**span))


def reads(scene: Scene, login: str = WEI) -> int:
    return scene.page(login).get(f"/cases/{scene.ids['instance_id']}").status_code


def chain(scene: Scene) -> list[tuple[str, dict[str, Any]]]:
    with scene.app.app_context():
        found = read_events(db.session(), scene.app.extensions["banyan"].vault, "sys/emergency")
    return [(one.kind, dict(one.fields or {})) for one in found]


def pages_of(scene: Scene) -> list[str]:
    """What of the case is read."""
    return [
        f"/cases/{scene.ids['instance_id']}", f"/cases/{scene.ids['instance_id']}/diagram",
        f"/files/{scene.ids['document_id']}", f"/letters/{scene.ids['letter_id']}",
        f"/cases/{scene.ids['instance_id']}/papers/{scene.ids['paper_id']}",
    ]  # fmt: skip


def test_reading_opens_with_the_approval_and_closes_by_itself(scene: Scene) -> None:
    page, addresses = scene.page(WEI), pages_of(scene)
    assert {page.get(one).status_code for one in addresses} == {404}, "an administrator sees no case"
    emergency = asked(scene)
    assert {page.get(one).status_code for one in addresses} == {404}, "asked is not approved"
    assert done(scene, emergency).status_code == 303
    assert {page.get(one).status_code for one in addresses} == {200}
    assert page.get(f"/cases/{scene.ids['called']}").status_code == 404, "one case"
    later(hours=1, minutes=59)
    scene.sign_in_again(WEI)
    assert reads(scene) == 200
    later(hours=2)
    scene.sign_in_again(WEI)
    assert {scene.page(WEI).get(one).status_code for one in addresses} == {404}
    assert "已到时结束" in scene.page(WEI).get(f"{PAGE}/{emergency}").text


def test_nobody_else_reads_under_it(scene: Scene) -> None:
    opened(scene)
    for login in (LU, "liangxiaodong", "zhoumin"):
        assert reads(scene, login) == 404, login


def test_every_look_stands_on_the_access_record_under_the_reason(scene: Scene) -> None:
    emergency, page = opened(scene), scene.page(WEI)
    for address in pages_of(scene):
        page.get(address)
    with scene.app.app_context():
        found = db.session.scalars(select(AccessLook).where(AccessLook.person_id == person(WEI))).all()
    assert len(found) == len(pages_of(scene))
    assert {one.purpose for one in found} == {f"紧急查看：{WHY}"}
    assert {one.case for one in found} == {scene.ids["instance_id"]}
    seen = scene.page(MO).get(f"{PAGE}/{emergency}").text
    assert all(word in seen for word in ("办件页", "流程图", "材料", "文书", "填报的表"))
    assert f"紧急查看：{WHY}" in scene.page(MO).get("/audit/looks?person=weiyiming").text


def test_it_opens_no_act(scene: Scene) -> None:
    case, opened_now = scene.ids["instance_id"], opened(scene)
    page, api, task = scene.page(WEI), scene.api(WEI), scene.ids["task_id"]
    assert opened_now and page.get(f"/cases/{case}").status_code == 200
    shown = page.get(f"/cases/{case}").text
    assert not any(
        word in shown for word in ("申报回避", "移交办件", "催办", "导出档案包", "登记调卷", "撤回申请", "电话答复")
    )
    with unchanged(scene.app):
        for address in (
            f"/tasks/{task}/claim", f"/tasks/{task}/complete", f"/tasks/{task}/draft", f"/tasks/{task}/transfer",
            f"/cases/{case}/interest", f"/cases/{case}/hand-over", f"/cases/{case}/follow-up", f"/cases/{case}/export",
            f"/cases/{case}/print", f"/cases/{case}/file-request", f"/cases/{case}/messages/withdraw",
        ):  # fmt: skip
            assert page.post(address, decision="agree", opinion="同意", reason="原因写明").status_code == 404, address
        for address in (f"/tasks/{task}/claim", f"/instances/{case}/interest", f"/instances/{case}/hand-over"):
            assert api.post(address, {"reason": "原因写明", "to": "luoxiuzhen"}).status_code in {404, 422}, address
    assert page.get(f"/tasks/{task}").status_code == 404
    assert page.get(f"/cases/{case}/replay").status_code == 404
    assert api.get(f"/instances/{case}").status_code == 404
    assert case not in page.get("/cases").text and api.get("/tasks").json["total"] == 0


def test_who_asked_never_approves_under_any_account(scene: Scene) -> None:
    emergency = asked(scene)
    assert done(scene, emergency, by=WEI).status_code == 403
    with scene.app.app_context():
        human = db.session.scalar(select(Person.natural_person).where(Person.login == WEI))
        own = db.session.scalar(select(Person.natural_person).where(Person.login == LU))
        change = update(Person).where(Person.login == LU)
        in_transaction(lambda: db.session.execute(change.values(natural_person=human)))
    answer = done(scene, emergency)
    assert answer.status_code == 403 and "同一人的两个账号" in answer.text
    assert reads(scene) == 404
    with scene.app.app_context():
        in_transaction(lambda: db.session.execute(change.values(natural_person=own)))
    assert done(scene, emergency).status_code == 303 and reads(scene) == 200


@pytest.mark.parametrize("by", ["liguifang", "huangjianguo", "liangxiaodong", "zhoumin"])
def test_it_is_nothing_to_anybody_else(scene: Scene, by: str) -> None:
    emergency, page = asked(scene), scene.page(by)
    assert page.get(PAGE).status_code == page.get(f"{PAGE}/{emergency}").status_code == 404
    assert page.post(PAGE, case=scene.ids["instance_id"], reason=WHY, hours="1").status_code == 404
    assert done(scene, emergency, by=by).status_code == 404
    assert done(scene, emergency, "end", by).status_code == 404


def test_an_auditor_watches_and_decides_nothing(scene: Scene) -> None:
    emergency = asked(scene)
    assert done(scene, emergency, by=MO).status_code == 403
    assert done(scene, emergency, "end", MO).status_code == 403
    page = scene.page(MO)
    page.get("/audit")
    assert page.post(PAGE, case=scene.ids["instance_id"], reason=WHY, hours="1").status_code == 404


def test_the_auditors_are_told_when_it_opens(scene: Scene) -> None:
    emergency = asked(scene)
    notice = "有 1 起系统管理员看件未阅"
    assert notice not in scene.page(MO).get("/audit").text, "nothing has opened"
    done(scene, emergency)
    for address in ("/audit", "/audit/looks/unusual", "/reminders"):
        assert notice in scene.page(MO).get(address).text, address
    assert WHY in scene.page(MO).get(f"{PAGE}/{emergency}").text
    assert done(scene, emergency, "read", LU).status_code == 404, "who was not told has nothing to note"
    assert done(scene, emergency, "read", MO).status_code == 303
    assert notice not in scene.page(MO).get("/audit").text
    assert "系统管理员的紧急查看" in scene.page(MO).get("/audit/looks/unusual").text
    assert f"{PAGE}/{emergency}" in scene.page(MO).get("/audit/looks/unusual").text
    kind, fields = chain(scene)[1]
    assert kind == "emergency_approved" and person(MO) in fields["payload/~told"]


def test_later_ones_push_none_out_of_the_period_that_is_asked_for(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emergencies, "SHOWN", 1)
    first = asked(scene)
    with scene.app.app_context():
        row = db.session.get_one(EmergencySight, first)
        columns = {one.name: getattr(row, one.name) for one in EmergencySight.__table__.columns if one.name != "id"}
        another = EmergencySight(**columns | {"asked_at": row.asked_at + timedelta(days=2)})
        in_transaction(lambda: db.session.add(another))
    day = MORNING.date().isoformat()
    page = scene.page(MO).get(f"/audit/looks/unusual?since={day}&until={day}").text
    assert f"{PAGE}/{first}" in page


def test_without_an_auditor_nothing_is_approved(scene: Scene) -> None:
    emergency = asked(scene)
    with scene.app.app_context():
        gone = update(RoleGrant).where(RoleGrant.role == "auditor").values(valid_to=date(2026, 1, 2))
        in_transaction(lambda: db.session.execute(gone))
    answer = done(scene, emergency)
    assert answer.status_code == 409 and "无人可告知" in answer.text and reads(scene) == 404


@pytest.mark.parametrize("by", [WEI, LU])
def test_it_can_be_ended_earlier(scene: Scene, by: str) -> None:
    emergency = opened(scene)
    assert reads(scene) == 200
    assert done(scene, emergency, "end", by).status_code == 303
    assert reads(scene) == 404
    assert done(scene, emergency, "end", by).status_code == 409
    assert chain(scene)[-1][0] == "emergency_ended"
    assert asked(scene), "another one is asked for anew"


def test_who_asked_may_take_it_back_and_nobody_else(scene: Scene) -> None:
    emergency = asked(scene)
    assert "撤回" not in scene.page(LU).get(f"{PAGE}/{emergency}").text
    assert done(scene, emergency, "end", LU).status_code == 403
    assert done(scene, emergency, "end", WEI).status_code == 303
    assert done(scene, emergency).status_code == 409 and reads(scene) == 404


def test_a_declined_or_stale_one_opens_nothing(scene: Scene) -> None:
    emergency = asked(scene)
    assert done(scene, emergency, "decline", reason="短").status_code == 422
    assert done(scene, emergency, "decline", reason="日志已能说明原因").status_code == 303
    assert done(scene, emergency).status_code == 409 and reads(scene) == 404
    stale = asked(scene)
    later(hours=24)
    for login in (WEI, LU):
        scene.sign_in_again(login)
    answer = done(scene, stale)
    assert answer.status_code == 409 and "超过 24 小时" in answer.text and reads(scene) == 404


def test_who_loses_the_post_reads_no_more(scene: Scene) -> None:
    opened(scene)
    scene.end_roles(WEI)
    assert reads(scene) == 404


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"hours": "5"}, "1 至 4 小时"), ({"hours": "0"}, "1 至 4 小时"), ({"hours": "4.5"}, "1 至 4 小时"),
        ({"hours": "²"}, "1 至 4 小时"), ({"reason": "急"}, "至少 4 个字"), ({"case": "没有这一件"}, "没有这个案号"),
        ({"case": ""}, "没有这个案号"),
    ],
)  # fmt: skip
def test_a_wrong_request_is_told_what_is_wrong(calm: Scene, wrong: dict[str, str], said: str) -> None:
    page = calm.page(WEI)
    page.get(PAGE)
    with unchanged(calm.app):
        answer = page.post(PAGE, **{"case": calm.ids["instance_id"], "reason": WHY, "hours": "2"} | wrong)
    assert answer.status_code == 422 and said in answer.text and "没有提交" in answer.text


def test_the_register_may_shorten_the_hours_and_never_lengthen_them(scene: Scene) -> None:
    def set_hours(value: str, day: date) -> None:
        def command() -> ParameterVersion:
            entered = enter_parameter(
                db.session(), code="emergency_hours", value=value, unit="H", source="本局规定", mark="design",
                valid_from=day, editor=person(WEI), reason="收紧", today=MORNING.date(), at=MORNING,
                title="紧急查看最长时长",
            )  # fmt: skip
            return approve_parameter(
                db.session(), entered.id, approver=person(LU), today=MORNING.date(), at=MORNING
            )  # fmt: skip

        with scene.app.app_context():
            in_transaction(command)

    set_hours("1", date(2026, 3, 3))
    set_hours("48", date(2026, 3, 4))
    for days, most in ((0, 4), (1, 1), (2, 4)):
        later(days=days)
        scene.sign_in_again(WEI)
        page = scene.page(WEI)
        assert f"最长 {most} 小时" in page.get(PAGE).text
        answer = page.post(PAGE, case=scene.ids["instance_id"], reason=WHY, hours=str(most + 1))
        assert answer.status_code == 422 and f"1 至 {most} 小时" in answer.text


def test_a_case_of_another_region_is_as_absent(scene: Scene) -> None:
    with scene.app.app_context():
        mine = update(RoleGrant).where(RoleGrant.person_id == demo_people()[WEI].id).values(division="450124")
        in_transaction(lambda: db.session.execute(mine))
    page = scene.page(WEI)
    page.get(PAGE)
    other = page.post(PAGE, case=scene.ids["instance_id"], reason=WHY, hours="2")
    absent = page.post(PAGE, case="0" * 32, reason=WHY, hours="2")
    assert other.status_code == absent.status_code == 422
    assert "没有这个案号" in other.text and "没有这个案号" in absent.text


def test_one_at_a_time_and_once(scene: Scene) -> None:
    asked(scene)
    page = scene.page(WEI)
    page.get(PAGE)
    answer = page.post(PAGE, case=scene.ids["instance_id"], reason=WHY, hours="1")
    assert answer.status_code == 409 and "没有重复申请" in answer.text
    assert [kind for kind, _ in chain(scene)] == ["emergency_asked"]


def test_all_of_it_stands_on_a_chain_and_an_altered_row_is_noticed(scene: Scene) -> None:
    emergency = opened(scene)
    done(scene, emergency, "end", WEI)
    kinds = chain(scene)
    assert [kind for kind, _ in kinds] == ["emergency_asked", "emergency_approved", "emergency_ended"]
    assert [fields["actor"] for _, fields in kinds] == [person(WEI), person(LU), person(WEI)]
    assert kinds[0][1]["reason"] == WHY
    around = scene.app.extensions["banyan"]
    with scene.app.app_context():
        assert list(check_registers(db.session(), around)) == []
        assert chain_register(db.session(), around, "emergency", now=MORNING) == 0, "the sealer finds nothing to add"
        longer = update(EmergencySight).values(until=MORNING + timedelta(days=9), ended_at=None)
        in_transaction(lambda: db.session.execute(longer))
        found = "".join(check_registers(db.session(), around))
    assert "until" in found and "ended_at" in found and emergency in found


def test_through_the_interface(scene: Scene) -> None:
    wei, lu, mo = scene.api(WEI), scene.api(LU), scene.api(MO)
    body = {"case": scene.ids["instance_id"], "reason": WHY, "hours": 2}
    made = wei.post("/emergencies", body)
    assert made.status_code == 201 and made.json["state"] == "等待批准", made.text
    address = f"/emergencies/{made.json['id']}"
    assert wei.post("/emergencies", body).status_code == 409
    assert wei.post("/emergencies", body | {"hours": 9}).json["fields"]["hours"]
    assert wei.post(f"{address}/approve", {}).status_code == 403
    answer = lu.post(f"{address}/approve", {})
    assert answer.json["state"] == "正在进行" and answer.json["until"].startswith("2026-03-02T03:00")
    assert "莫海燕" in answer.json["told"]
    assert reads(scene) == 200
    assert [one["what"] for one in mo.get(address).json["looks"]] == ["办件页"]
    assert mo.post(f"{address}/read", {}).status_code == 204
    assert wei.post(f"{address}/end", {}).json["state"] == "已提前结束"
    assert lu.post(f"{address}/decline", {"reason": "已经结束了"}).status_code == 409
    assert [one["id"] for one in mo.get("/emergencies").json["emergencies"]] == [made.json["id"]]
    assert scene.api("liguifang").get("/emergencies").status_code == 404
    assert scene.api("liguifang").get(address).status_code == 404
