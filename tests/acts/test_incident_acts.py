"""Incidents: administrators see where a case stands still and never what is in it; retry alone, the rest by two people."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from app.db import db
from app.instances.check import check_case
from app.instances.models import Instance, Timer
from app.replay.reexecute import reexecute_all
from tests.acts.conftest import Office, person
from tests.doors import Browser, Program
from tests.jobs.office import CRIME, judged_by_machine, timed
from tests.jobs.office import Office as County
from tests.jobs.test_held_up import HELD
from tests.jobs.test_held_up import failing as held_failing

ADMIN, LEADER, SECURITY = "weiyiming", "huangjianguo", "luzhian"


class Desk:
    """A county whose case stands still, and the people of this story at both doors."""

    def __init__(self, county: County, browser: Callable[[str], Browser], program: Callable[[str], Program]) -> None:
        self.county, self.browser, self.program = county, browser, program
        self.case = ""

    def stopped(self, key: str = "timed") -> str:
        """A case whose first reminder has failed five times; the id of the incident."""
        self.case = self.county.begin(key)
        self.county.later(days=3)
        return self.until_incident()

    def until_incident(self) -> str:
        for _ in range(6):
            self.county.turn()
            self.county.later(minutes=61)
        [incident] = self.county.incidents()
        return str(incident.id)

    def last(self, kind: str) -> dict[str, Any]:
        return dict([one for one in self.county.chain(self.case) if one.kind == kind][-1].fields or {})

    def holds(self) -> None:
        with self.county.context():
            row = db.session.get_one(Instance, self.case)
            assert list(check_case(db.session(), self.county.around, row, now=self.county.now)) == []
            assert all(one.same for one in reexecute_all(db.session(), self.county.around.vault))


@pytest.fixture
def desk(
    application: Flask, browser_of: Callable[[str], Browser], program_of: Callable[[str], Program]
) -> Callable[..., Desk]:
    return lambda *bundles: Desk(County(application, *bundles), browser_of, program_of)


def test_the_list_says_where_since_when_and_why(desk: Callable[..., Desk]) -> None:
    here = desk(timed())
    incident = here.stopped()
    admin = here.browser(ADMIN)
    page = admin.get("/incidents")
    for said in ("timed", "到时自动办理的一步", "first", "无法判断走向", "5 次", "1 项", f"/incidents/{incident}"):
        assert said in page.text, said
    assert "故障与调整" in admin.get("/").text or "故障与调整" in admin.follow(admin.get("/")).text
    one = admin.get(f"/incidents/{incident}")
    assert "流程图" in one.text and "重试" in one.text and "放弃" in one.text and "只显示步骤和原因" in one.text


def test_only_administrators_and_who_approves_in_the_division(desk: Callable[..., Desk]) -> None:
    here = desk(timed())
    incident = here.stopped()
    assert here.browser(LEADER).get("/incidents").status_code == 200
    assert incident not in here.browser("weidaming").get("/incidents").text
    assert here.browser("weidaming").get(f"/incidents/{incident}").status_code == 404
    for login in ("liguifang", "mohaiyan", "liangxiaodong"):
        assert here.browser(login).get("/incidents").status_code == 404, login
        assert here.browser(login).get(f"/incidents/{incident}").status_code == 404, login
        assert "故障与调整" not in here.browser(login).get("/inbox").text
    assert "重试" not in here.browser(LEADER).get(f"/incidents/{incident}").text.partition("可以做什么")[2]
    assert here.browser(LEADER).post(f"/incidents/{incident}/retry", reason="试").status_code == 404


def test_an_administrator_never_sees_what_was_filled_in(office: Office, browser_of: Callable[[str], Browser]) -> None:
    """黄某夫妇 is the party of the case, `usual` a fact of it."""
    office.received()
    admin = browser_of(ADMIN)
    assert admin.get(f"/cases/{office.case}").status_code == 404
    form = admin.get(f"/plans/reposition?case={office.case}")
    assert "审查" in form.text and "黄某夫妇" not in form.text
    made = admin.post(
        "/plans/reposition", case=office.case, scope="care_given#1", cancel="care_given#1/review#1", node="intake",
        reason="受理时类别选错",
    )  # fmt: skip
    plan = admin.follow(made)
    assert "将打开：“受理”" in plan.text and "黄某夫妇" not in plan.text and "usual" not in plan.text


def test_reposition_at_the_pages(office: Office, browser_of: Callable[[str], Browser]) -> None:
    office.received()
    admin, leader = browser_of(ADMIN), browser_of(LEADER)
    admin.get(f"/plans/reposition?case={office.case}")
    fields = {"case": office.case, "scope": "care_given#1", "cancel": "care_given#1/review#1", "reason": "类别选错"}
    wrong = admin.post("/plans/reposition", **fields, node="archive")
    assert wrong.status_code == 409 and "越过法定审批“审批”" in wrong.text and "类别选错" in wrong.text
    empty = admin.post("/plans/reposition", **fields | {"reason": ""}, node="intake")
    assert empty.status_code == 422 and "请写明理由" in empty.text
    made = admin.post("/plans/reposition", **fields, node="intake")
    plan = made.headers["Location"]
    own = admin.get(plan)
    assert "不能是同一个人" in own.text and "批准并立即执行" not in own.text
    assert admin.post(f"{plan}/approve").status_code == 403
    assert office.open() == ["审查"]

    assert "查看并批准" in leader.get("/incidents").text
    assert "批准并立即执行" in leader.get(plan).text
    done = leader.follow(leader.post(f"{plan}/approve"))
    assert "已由黄建国批准并执行" in done.text
    assert office.open() == ["受理"]
    told = office.page("liguifang").get(f"/cases/{office.case}").text
    assert "调整办理位置" in told and "黄建国批准" in told and "韦一鸣" in told


def test_a_plan_not_approved_changes_nothing(office: Office, browser_of: Callable[[str], Browser]) -> None:
    office.received()
    admin, leader = browser_of(ADMIN), browser_of(LEADER)
    admin.get(f"/plans/reposition?case={office.case}")
    plan = admin.post(
        "/plans/reposition", case=office.case, scope="care_given#1", cancel="care_given#1/review#1", node="intake",
        reason="类别选错",
    ).headers["Location"]  # fmt: skip
    leader.get(f"{plan}/decline")
    assert "请写明理由" in leader.post(f"{plan}/decline", reason=" ").text
    assert leader.follow(leader.post(f"{plan}/decline", reason="按原步骤办理")).status_code == 200
    assert leader.post(f"{plan}/approve").status_code == 409
    assert office.open() == ["审查"]


def test_reposition_over_the_api(office: Office, program_of: Callable[[str], Program]) -> None:
    office.received()
    admin, leader = program_of(ADMIN), program_of(LEADER)
    body = {"scope": "care_given#1", "cancel": ["care_given#1/review#1"], "nodes": ["intake"], "reason": "类别选错"}
    first = admin.post(f"/instances/{office.case}/repositions", body, Idempotency_Key="p-1")
    again = admin.post(f"/instances/{office.case}/repositions", body, Idempotency_Key="p-1")
    assert first.status_code == 201 and first.json == again.json
    assert "将打开：“受理”，由收养登记员办理，不设期限。" in first.json["words"]
    plan = first.json["id"]
    assert admin.post(f"/plans/{plan}/approve").status_code == 403
    assert program_of("liguifang").get(f"/plans/{plan}").status_code == 404
    done = leader.post(f"/plans/{plan}/approve")
    assert done.status_code == 200 and "批准并执行" in done.json["state"]
    assert office.open() == ["受理"]
    late = leader.post(f"/plans/{plan}/decline", {"reason": "晚了"})
    assert late.status_code == 409
    refused = admin.post(f"/instances/{office.case}/repositions", body | {"nodes": ["archive"]})
    assert refused.status_code == 409 and "没有打开" in refused.json["detail"]


def test_retry_needs_one_person_and_a_reason(desk: Callable[..., Desk]) -> None:
    here = desk(timed())
    incident = here.stopped()
    admin = here.browser(ADMIN)
    admin.get(f"/incidents/{incident}/retry")
    assert "请写明理由" in admin.post(f"/incidents/{incident}/retry", reason="").text
    admin.get(f"/incidents/{incident}/retry")
    assert admin.post(f"/incidents/{incident}/retry", reason="再试一次").status_code == 303
    assert here.last("incident_retried")["actor"] == person(ADMIN)
    here.county.turn()
    [again] = here.county.incidents()
    assert again.id != incident
    assert here.program(ADMIN).post(f"/incidents/{again.id}/retry", {"reason": "再试"}).status_code == 204
    assert here.program(ADMIN).post(f"/incidents/{again.id}/retry", {"reason": "再试"}).status_code == 409


def test_where_four_eyes_are_on_a_retry_has_a_second_person_too(desk: Callable[..., Desk]) -> None:
    here = desk(timed())
    incident = here.stopped()
    careful = replace(here.county.around, four_eyes=True)
    here.county.application.extensions["banyan"] = careful
    admin = here.browser(ADMIN)
    admin.get(f"/incidents/{incident}/retry")
    plan = admin.post(f"/incidents/{incident}/retry", reason="再试一次").headers["Location"]
    assert len(here.county.incidents()) == 1 and "由后台立即再试一次" in admin.get(plan).text
    leader = here.browser(LEADER)
    leader.get(plan)
    assert leader.post(f"{plan}/approve").status_code == 303
    assert here.county.incidents() == []
    entry = here.last("incident_retried")
    assert (entry["actor"], entry["payload/~approver"]) == (person(ADMIN), person(LEADER))
    here.county.turn()
    [again] = here.county.incidents()
    made = here.program(ADMIN).post(f"/incidents/{again.id}/retry", {"reason": "再试"})
    assert made.status_code == 201 and made.json["title"] == "重试"


def test_facts_are_put_right_by_two_people_and_the_work_is_done(desk: Callable[..., Desk]) -> None:
    here = desk(timed())
    incident = here.stopped()
    admin, leader = here.browser(ADMIN), here.browser(LEADER)
    form = admin.get(f"/incidents/{incident}/correct")
    assert 'name="fact.result"' in form.text
    assert "请至少更正一个事实" in admin.post(f"/incidents/{incident}/correct", reason="补录").text
    admin.get(f"/incidents/{incident}/correct")
    made = admin.post(f"/incidents/{incident}/correct", reason="补录核验结果", **{"fact.result": "clear"})
    plan = made.headers["Location"]
    shown = leader.get(plan).text
    assert (
        "事实“result”改为：clear" in shown and "更正后再试，这一步能办成。" in shown and "将打开：“reminded”" in shown
    )
    assert here.county.open_tasks() == ["work"]

    assert leader.follow(leader.post(f"{plan}/approve")).status_code == 200
    event = here.last("corrected")
    assert (event["actor"], event["payload/~approver"]) == (person(ADMIN), person(LEADER))
    assert (event["facts/result"], event["reason"]) == ("clear", "补录核验结果")
    here.county.turn()
    assert here.county.incidents() == []
    assert here.county.open_tasks() == ["reminded", "urged", "work"]
    here.holds()


def test_a_correction_that_would_not_help_says_so(desk: Callable[..., Desk]) -> None:
    here = desk(timed())
    incident = here.stopped()
    made = here.program(ADMIN).post(
        f"/incidents/{incident}/corrections", {"facts": {"receipt": "GA-1"}, "reason": "补录"}
    )
    assert made.status_code == 201
    assert any("仍办不成" in line and "无法判断走向" in line for line in made.json["words"])


@pytest.mark.parametrize(
    ("facts", "field", "said"),
    [
        ({"result": 5}, "result", "应为代码"),
        ({"unknown": "x"}, "unknown", "没有这个事实"),
        ({"case_division": "450124"}, "case_division", "没有这个事实"),
    ],
)
def test_wrong_facts_are_refused_one_by_one(
    desk: Callable[..., Desk], facts: dict[str, Any], field: str, said: str
) -> None:
    here = desk(timed())
    incident = here.stopped()
    refused = here.program(ADMIN).post(f"/incidents/{incident}/corrections", {"facts": facts, "reason": "补录"})
    assert refused.status_code == 422 and said in refused.json["fields"][field]


def test_a_fact_that_changed_meanwhile_is_planned_again(desk: Callable[..., Desk]) -> None:
    here = desk(timed())
    incident = here.stopped()
    admin = here.program(ADMIN)
    first, second = (
        admin.post(f"/incidents/{incident}/corrections", {"facts": {"result": code}, "reason": "补录"}).json["id"]
        for code in ("clear", "other")
    )
    leader = here.program(LEADER)
    assert leader.post(f"/plans/{first}/approve").status_code == 200
    late = leader.post(f"/plans/{second}/approve")
    assert late.status_code == 409 and "已经处理" in late.json["detail"]


def test_a_reminder_given_up_never_comes_and_the_next_one_follows(desk: Callable[..., Desk]) -> None:
    here = desk(timed())
    incident = here.stopped()
    made = here.program(ADMIN).post(f"/incidents/{incident}/discard", {"reason": "已另行通知"})
    assert made.status_code == 201
    assert any("“first”" in line and "不再办理" in line for line in made.json["words"])
    assert any("1 项" in line for line in made.json["words"])
    assert here.program(SECURITY).post(f"/plans/{made.json['id']}/approve").status_code == 200
    here.county.turn()
    assert here.county.open_tasks() == ["urged", "work"]
    assert here.county.incidents() == []
    entry = here.last("discarded")
    assert (entry["task"], entry["payload/~approver"], entry["reason"]) == ("first#1", person(SECURITY), "已另行通知")
    here.county.later(days=400)
    here.county.turn()
    assert here.county.open_tasks() == ["urged", "work"]
    here.holds()


def test_an_answer_given_up_leaves_the_way_by_hand(desk: Callable[..., Desk]) -> None:
    here = desk(judged_by_machine())
    here.case = here.county.begin("weighed")
    incident = here.until_incident()
    made = here.program(ADMIN).post(f"/incidents/{incident}/discard", {"reason": "答复有误"})
    assert here.program(LEADER).post(f"/plans/{made.json['id']}/approve").status_code == 200
    assert here.county.incidents() == [] and here.county.call().answer is None
    here.county.by_hand()
    assert here.county.instance(here.case).ended_at is not None


def test_a_stopped_case_may_be_put_elsewhere_and_the_incident_is_over(desk: Callable[..., Desk]) -> None:
    """The failing reminder hangs on the step that is closed, and goes with it."""
    here = desk(HELD)
    here.county, here.case = held_failing(lambda *_: here.county)
    incident = here.until_incident()
    body = {"cancel": ["work#1"], "nodes": ["work"], "reason": "重新计时", "incident": incident}
    made = here.program(ADMIN).post(f"/instances/{here.case}/repositions", body)
    assert made.status_code == 201, made.json
    assert any("将停止计时：“first”" in line for line in made.json["words"])
    assert here.program(LEADER).post(f"/plans/{made.json['id']}/approve").status_code == 200
    assert here.county.incidents() == []
    here.county.later(minutes=2)
    here.county.turn()
    kinds = here.county.kinds(here.case)
    assert "message" in kinds and "answered" in kinds and "timer_due" not in kinds
    with here.county.context():
        assert {row.attempts for row in db.session.query(Timer).filter_by(instance_id=here.case)} == {0}
    here.holds()


def test_an_incident_of_another_case_is_not_ended_by_this_one(desk: Callable[..., Desk]) -> None:
    here = desk(timed(), CRIME)
    incident = here.stopped()
    other = here.county.begin("timed")
    body = {"cancel": ["work#1"], "nodes": ["work"], "reason": "试", "incident": incident}
    assert here.program(ADMIN).post(f"/instances/{other}/repositions", body).status_code == 404
