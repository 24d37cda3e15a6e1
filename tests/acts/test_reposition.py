"""重新定位: an administrator plans it, reads in words what it will do, another person approves; never past an approval."""

from pathlib import Path
from typing import Any

import pytest

from app import clock
from app.catalogue.bundle import Bundle, read_folder
from app.catalogue.published import compile_bundle
from app.db import db, in_transaction
from app.errors import Refusal
from app.identity.actor import load_actor_by_login
from app.instances.apply import apply
from app.instances.approvals import statutory_approvals
from app.instances.approve_plan import approve_plan, decline_plan
from app.instances.case import lock_case
from app.instances.check import check_case
from app.instances.complete_task import complete_task
from app.instances.finish import finish
from app.instances.models import Instance, Task
from app.instances.plan_act import Planned, read_plan
from app.instances.plan_reposition import plan_reposition
from app.instances.planned import PlannedAct
from app.instances.read_case import read_case
from app.texts import sentence
from tests.acts.conftest import INTAKE, Office, person
from tests.cast import LI_GUIFANG, actor
from tests.engine import drawing as d
from tests.jobs.office import Office as County
from tests.jobs.office import settings

GIVEN = "care_given#1"
WORKFLOWS = Path(__file__).parents[2] / "workflows"


def actor_of(login: str) -> Any:
    return load_actor_by_login(db.session(), login, clock.legal_day(clock.now()))


def plan(office: Office, cancel: list[str], nodes: list[str], *, scope: str = GIVEN, by: str = "weiyiming") -> str:
    def command() -> str:
        return plan_reposition(
            db.session(), office.app.extensions["banyan"], office.case, by=actor_of(by),
            cancel=[f"{scope}/{key}" if scope else key for key in cancel], scope=scope, nodes=nodes,
            reason="受理时类别选错", now=clock.now(),
        ).id  # fmt: skip

    with office.app.app_context():
        return in_transaction(command)


def approve(office: Office, plan_id: str, by: str = "huangjianguo") -> None:
    with office.app.app_context():
        in_transaction(
            lambda: approve_plan(
                db.session(), office.app.extensions["banyan"], plan_id, by=actor_of(by), now=clock.now()
            )
        )  # fmt: skip


def refused(call: Any, *args: Any, **named: Any) -> str:
    """The sentence of the refusal."""
    with pytest.raises(Refusal) as refusal:
        call(*args, **named)
    return sentence(refusal.value)


def read(office: Office, plan_id: str) -> Planned:
    with office.app.app_context():
        row = db.session.get_one(PlannedAct, plan_id)
        instance = db.session.get_one(Instance, row.instance_id)
        return read_plan(read_case(db.session(), office.app.extensions["banyan"], instance, now=clock.now()), row)


def test_what_it_will_do_is_said_in_words_and_nothing_has_happened(office: Office) -> None:
    office.received()
    before = office.events()[-1].kind
    planned = read(office, plan(office, ["review#1"], ["intake"]))

    assert "将关闭：“审查”（2026年11月23日打开），其中未提交的草稿不再可用。" in planned.words
    assert "将打开：“受理”，由收养登记员办理，不设期限。" in planned.words
    assert "将停止计时：“ten”（2026年12月3日结束时到时）。" in planned.words
    assert office.open() == ["审查"]
    assert before == "completed" and office.events()[-1].kind == "act_planned"


def test_approved_it_is_an_event_with_both_on_the_record(office: Office) -> None:
    office.received()
    made = plan(office, ["review#1"], ["intake"])
    approve(office, made)

    assert office.open() == ["受理"]
    event = office.last("repositioned")
    assert (event["actor"], event["payload/~approver"]) == (person("weiyiming"), person("huangjianguo"))
    assert event["reason"] == "受理时类别选错"
    office.complete("受理", "liguifang", INTAKE | {"kind": "urgent"})
    assert office.open() == ["快速审查"]


def test_a_reopened_step_gets_the_date_the_plan_named(office: Office) -> None:
    office.reviewed()
    planned = read(office, made := plan(office, ["approve#1", "file#1"], ["review"]))
    approve(office, made)
    assert any("“审查”，由县级审查岗办理，期限 2026年12月3日（参考）" in line for line in planned.words)
    assert office.task("审查")["due_on"] == "2026-12-03"


def test_nobody_approves_the_own_plan_nor_without_the_post(office: Office) -> None:
    office.received()
    made = plan(office, ["review#1"], ["intake"])
    assert "不能是同一个人" in refused(approve, office, made, by="weiyiming")
    assert "没有找到" in refused(approve, office, made, by="liguifang")
    assert "没有找到" in refused(approve, office, made, by="weidaming")
    assert "没有找到" in refused(plan, office, ["review#1"], ["intake"], by="huangjianguo")


def test_once(office: Office) -> None:
    office.received()
    made = plan(office, ["review#1"], ["intake"])
    approve(office, made)
    assert "没有重复办理" in refused(approve, office, made)


def test_a_case_that_moved_meanwhile_is_planned_again(office: Office) -> None:
    office.received()
    made = plan(office, ["review#1"], ["intake"])
    office.complete("审查", "nongxiaolan")
    assert "有了新的进展" in refused(approve, office, made)
    assert office.open() == ["审批", "整理材料"]


def test_declined_it_never_happens(office: Office) -> None:
    office.received()
    made = plan(office, ["review#1"], ["intake"])
    with office.app.app_context():
        in_transaction(
            lambda: decline_plan(
                db.session(), office.app.extensions["banyan"], made,
                by=actor_of("huangjianguo"), reason="按原步骤办理", now=clock.now(),
            )
        )  # fmt: skip
    assert office.last("act_declined")["reason"] == "按原步骤办理"
    assert "已经批准或不批准" in refused(approve, office, made)
    assert office.open() == ["审查"]


@pytest.mark.parametrize(
    ("cancel", "nodes", "said"),
    [
        (["approve#1", "file#1"], ["archive"], "越过法定审批“审批”"),
        (["file#1"], ["archive"], "走不到的位置"),
        (["approve#1"], ["review"], "走不到的位置"),
        (["approve#1", "file#1"], ["end"], "不在这个范围之内"),
        (["approve#1", "file#1"], ["close"], "不在这个范围之内"),
        (["approve#2"], ["review"], "现在没有打开"),
        ([], ["review"], "至少选择一个"),
        (["approve#1"], [], "至少选择一个"),
    ],
)
def test_refused_with_a_sentence(office: Office, cancel: list[str], nodes: list[str], said: str) -> None:
    office.reviewed()
    seq = office.events()[-1].seq
    assert said in refused(plan, office, cancel, nodes)
    assert office.events()[-1].seq == seq


def test_not_behind_an_approval_that_was_given(office: Office) -> None:
    office.reviewed()
    office.complete("整理材料", "mengxiuying")
    office.complete("审批", "huangjianguo")
    assert office.open() == ["归档"]
    for node in ("review", "intake", "fast", "approve"):
        assert "已经作出" in refused(plan, office, ["archive#1"], [node]), node


def test_a_half_arrived_join_keeps_what_was_done(office: Office) -> None:
    office.reviewed()
    office.complete("整理材料", "mengxiuying")
    assert "汇合点“join”" in refused(plan, office, ["approve#1"], ["review"])


def test_not_across_scopes(office: Office) -> None:
    office.received()
    assert "不在同一个流程范围内" in refused(plan, office, ["care_given#1/review#1"], ["close"], scope="")
    assert "越过法定审批" in refused(plan, office, ["care_given#1"], ["close"], scope="")


def test_a_whole_block_may_begin_again_before_anything_was_approved(office: Office) -> None:
    office.received()
    approve(office, plan(office, ["care_given#1"], ["care_given"], scope=""), by="luzhian")
    assert office.open() == ["受理"]
    with office.app.app_context():
        around, row = office.app.extensions["banyan"], db.session.get_one(Instance, office.case)
        assert list(check_case(db.session(), around, row, now=clock.now())) == [], "rows agree with the state (rule 19)"
        held = {row.key: row.status for row in db.session.query(Task).filter_by(instance_id=office.case)}
    assert held["care_given#2/intake#1"] == "open"


def test_the_approvals_of_the_real_procedures_are_known() -> None:
    """Only steps of people, and what holds one; never a gateway that happens to stand in a leader's lane."""
    version = compile_bundle(read_folder(WORKFLOWS, WORKFLOWS.parent / "forms", "orphan-recognition"))
    assert statutory_approvals(version) == {"O10", "orphan_case"}


@pytest.fixture
def jobs(application: Any) -> Any:
    return lambda *bundles: County(application, *bundles)


def corrected(county: County, case: str, **facts: Any) -> None:
    def command() -> None:
        held = lock_case(db.session(), county.around, case, now=county.now)
        apply(held, "corrected", facts=facts, reason="试")
        finish(held)

    county.act(command)


SEVERAL = d.bpmn(
    d.start(), d.user("list"), d.node("userTask", "hear", d.each("people", "one", "said")),
    d.node("serviceTask", "ask", call="remote:police.criminal_record", input='{relation: "general"}'), d.user("judge"),
    d.end(), d.chain("start", "list", "hear", "ask", "judge", "end"), id="several",
)  # fmt: skip
FACTS = '[facts.people]\nkind = "codes"\n[facts.said]\nkind = "map"\n'


def test_not_out_of_what_several_people_do_nor_out_of_a_call(jobs: Any) -> None:
    """And a closed case is closed."""
    files = {"several/process.bpmn": SEVERAL.decode(), "several/process.toml": settings("several", FACTS)}
    county = jobs(Bundle("several", files))
    case = county.begin("several")

    def move(key: str, node: str) -> str:
        return refused(
            county.act, lambda: plan_reposition(
                db.session(), county.around, case, by=actor_of("weiyiming"), cancel=[key], scope="", nodes=[node],
                reason="试", now=county.now,
            )
        )  # fmt: skip

    corrected(county, case, people=["wei", "lu"])
    county.complete("list")
    assert "多人分别办理" in move("hear#1", "list")
    assert "多人分别办理" in move("hear#1[wei]", "list")
    for _ in ("wei", "lu"):
        first = next(one for one in county.rows(Task) if one.status == "open")
        county.act(lambda first=first: complete_task(
            db.session(), county.around, first.id, by=actor(LI_GUIFANG),
            answers={"decision": "agree", "opinion": "同意"}, now=county.now,
        ))  # fmt: skip
    assert "等外部答复" in move("ask#1", "list")
    county.turn()
    county.complete("judge")
    assert "已办结" in move("judge#1", "list")
