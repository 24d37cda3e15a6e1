"""换用新版流程: planned in words, tried without saving, approved by a second person, carried out in bulk, resumable."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.catalogue.bundle import Bundle
from app.catalogue.publish import publish
from app.db import db
from app.errors import Refusal
from app.identity.actor import load_actor_by_login
from app.instances.check import check_case
from app.instances.complete_task import complete_task
from app.instances.migrations import MigrationCase, MigrationPlan
from app.instances.models import ClockWarning, Instance, Task, Timer, Wait
from app.instances.plan_migration import approve_migration
from app.instances.plan_reposition import plan_reposition
from app.instances.receive_message import receive_message
from app.instances.run_migration import move_one
from app.replay.reexecute import reexecute_all
from tests.acts.conftest import person
from tests.acts.test_reposition import corrected
from tests.cast import LI_GUIFANG, actor
from tests.doors import Browser
from tests.engine import drawing as d
from tests.jobs.office import Office as County

KEY = "care"
SETTINGS = """key = "care"
title = "照料"
code = "ZL"
process = "care"
[start]
roles = ["caseworker"]
[facts.kind]
kind = "code"
[limits."care.review"]
value = 10
unit = "CD"
source = "本地设定"
mark = "design"
[limits."care.short"]
value = 5
unit = "CD"
source = "本地设定"
mark = "design"
"""


def version(
    *between: str,
    review: str = "review",
    approve: str = "approve",
    limit: str = "care.review",
    settings: str = SETTINGS,
    swap: bool = False,
) -> Bundle:
    """intake → review (with a reminder) → … → approve ‖ file → archive; a withdrawal may come."""
    order = (approve, review) if swap else (review, approve)
    inside = (
        d.start("s"), d.user("intake"), d.user(review, name="审查", limit=limit),
        d.boundary("ten", review, d.timer('"P10D"'), interrupting=False), d.user("remind"), d.end("reminded"),
        *(d.user(one, name=one) for one in between), d.parallel("fork", "join"),
        d.user(approve, name="审批", separation="approval"), d.user("file"), d.user("archive"), d.end("e"),
        d.chain("s", "intake", order[0], *between, "fork", order[1], "join", "archive", "e"),
        d.chain("fork", "file", "join"), d.chain("ten", "remind", "reminded"),
    )  # fmt: skip
    drawing = d.bpmn(
        d.start(), d.subprocess("given", *inside), d.boundary("stop", "given", d.on_message("withdraw")),
        d.user("close"), d.end(), d.end("stopped"), d.chain("start", "given", "end"), d.chain("stop", "close", "stopped"),
        id=KEY, messages=("withdraw",),
    )  # fmt: skip
    return Bundle(KEY, {f"{KEY}/process.bpmn": drawing.decode(), f"{KEY}/process.toml": settings})


class Town:
    def __init__(self, county: County) -> None:
        self.county = county
        self.run = county.application.test_cli_runner()

    def publish(self, bundle: Bundle) -> str:
        return str(self.county.act(lambda: publish(db.session(), bundle, by="test", now=self.county.now).digest))

    def begin(self, *done: str) -> str:
        case = self.county.begin(KEY)
        for name in done:
            self.complete(case, name)
        return case

    def complete(self, case: str, name: str, by: str = LI_GUIFANG) -> None:
        [task] = [
            one for one in self.county.rows(Task)
            if one.instance_id == case and one.node == name and one.status == "open"
        ]  # fmt: skip
        self.county.act(lambda: complete_task(
            db.session(), self.county.around, task.id, by=actor(by),
            answers={"decision": "agree", "opinion": "同意"}, now=self.county.now,
        ))  # fmt: skip

    def open(self, case: str) -> list[str]:
        return sorted(one.node for one in self.county.rows(Task) if one.instance_id == case and one.status == "open")

    def flask(self, *words: str) -> Any:
        return self.run.invoke(args=["process", "migrate", KEY, *words])

    def planned(self, *words: str) -> str:
        said = self.flask("--by", "weiyiming", "--reason", "新版生效", *words)
        assert said.exit_code == 0, said.output
        return str(self.county.rows(MigrationPlan)[-1].id)

    def version_of(self, case: str) -> str:
        return self.county.instance(case).definition

    def holds(self) -> None:
        with self.county.context():
            for row in db.session.scalars(select(Instance)):
                assert list(check_case(db.session(), self.county.around, row, now=self.county.now)) == []
            again = list(reexecute_all(db.session(), self.county.around.vault))
            assert again and all(one.same for one in again), [one for one in again if not one.same]


@pytest.fixture
def town(application: Flask) -> Town:
    made = Town(County(application, version()))
    made.county.around = application.extensions["banyan"]
    return made


def test_a_plan_says_in_words_what_changes_and_moves_nothing(town: Town) -> None:
    case = town.begin("intake")
    before = town.version_of(case)
    town.publish(version("check", limit="care.short"))
    said = town.flask("--by", "weiyiming", "--reason", "新版生效").output
    assert "第 1 版 → 第 2 版，在办 1 件：" in said
    assert "新增“check”：走到这里的案件按新版办理，已经过了这里的不补办。" in said
    assert "“审查”的办理设置有变：时限 care.review → care.short。" in said
    assert "尚未执行" in said and town.version_of(case) == before


def test_the_dry_run_tries_every_case_and_saves_nothing(town: Town) -> None:
    town.begin("intake")
    town.begin("intake", "review", "file")
    two = version("check")
    changed = d.chain("fork", "file", "join").encode()
    more = Bundle(KEY, two.files | {f"{KEY}/process.bpmn": two.files[f"{KEY}/process.bpmn"].replace(
        changed.decode(), changed.decode() + d.user("third") + d.chain("fork", "third", "join"))})  # fmt: skip
    town.publish(more)
    said = town.flask("--by", "weiyiming", "--dry-run")
    assert said.exit_code == 0, said.output
    assert "1 件不能换版" in said.output and "汇合点“join”已有一部分步骤办完" in said.output
    assert town.county.rows(MigrationPlan) == []
    assert {kind for case in town.county.rows(Instance) for kind in town.county.kinds(case.id)} == {
        "started", "completed",
    }  # fmt: skip


def test_two_people(town: Town) -> None:
    town.begin("intake")
    town.publish(version("check"))
    plan = town.planned()
    assert "还没有批准" in town.flask("--plan", plan).output
    assert "不能是同一个人" in town.flask("--plan", plan, "--approver", "weiyiming").output
    assert "没有找到" in town.flask("--plan", plan, "--approver", "huangjianguo").output, "not over the whole region"
    assert "没有找到" in town.flask("--by", "liguifang", "--reason", "x").output
    assert "请写明理由" in town.flask("--by", "weiyiming").output
    assert town.flask("--plan", plan, "--approver", "luzhian").exit_code == 0


def test_cases_go_over_with_hands_dates_and_timers_as_they_were(town: Town) -> None:
    reviewing, early, filed = town.begin("intake"), town.begin(), town.begin("intake", "review", "file")
    tasks = {row.id: row for row in town.county.rows(Task)}
    timers = {row.id: row.due_at for row in town.county.rows(Timer)}
    town.county.later(days=2)
    new = town.publish(version("check"))
    said = town.flask("--plan", town.planned(), "--approver", "luzhian").output
    assert "已换版 3 件，留在旧版 0 件。" in said

    assert {town.version_of(case) for case in (reviewing, early, filed)} == {new}
    assert {row.id: row.due_at for row in town.county.rows(Timer)} == timers
    for row in town.county.rows(Task):
        was = tasks[row.id]
        assert (row.key, row.opened_at, row.due_on, row.assignee_id) == (
            was.key,
            was.opened_at,
            was.due_on,
            was.assignee_id,
        )
    [event] = [one for one in town.county.chain(reviewing) if one.kind == "migrated"]
    fields = dict(event.fields or {})
    assert event.definition == new
    assert (fields["actor"], fields["payload/~approver"]) == (person("weiyiming"), person("luzhian"))
    assert fields["reason"] == "新版生效"
    town.holds()
    town.complete(reviewing, "review")
    assert town.open(reviewing) == ["check"]
    town.complete(filed, "approve", by="huangjianguo")
    assert town.open(filed) == ["archive"]
    town.county.later(days=30)
    town.county.turn()
    town.holds()


def test_a_renamed_step_keeps_its_row(town: Town) -> None:
    case = town.begin("intake")
    [before] = [one for one in town.county.rows(Task) if one.instance_id == case and one.status == "open"]
    town.publish(version(review="judge", limit="care.short"))
    stays = town.flask("--by", "weiyiming", "--dry-run").output
    assert "1 件不能换版" in stays and "新版没有与“审查”对应的步骤" in stays
    plan = town.planned("--map", "review=judge")
    assert "已换版 1 件" in town.flask("--plan", plan, "--approver", "luzhian").output
    [after] = [one for one in town.county.rows(Task) if one.instance_id == case and one.status == "open"]
    assert (after.id, after.key, after.node, after.limit) == (before.id, "given#1/judge#1", "judge", "care.short")
    assert (before.due_on, after.due_on) == (date(2026, 3, 12), date(2026, 3, 9)), "five days from when it opened"
    town.complete(case, "judge")
    town.holds()


@pytest.mark.parametrize("pair", ["review=nowhere", "review=intake"])
def test_a_wrong_mapping_is_refused(town: Town, pair: str) -> None:
    town.begin("intake")
    town.publish(version("check"))
    said = town.flask("--by", "weiyiming", "--reason", "x", "--map", pair)
    assert said.exit_code == 1 and "步骤对应" in said.output


def test_what_cannot_move_stays_and_says_why_and_the_rest_goes(town: Town) -> None:
    stuck, free = town.begin("intake"), town.begin()
    town.publish(version(review="judge"))
    plan = town.planned()
    said = town.flask("--plan", plan, "--approver", "luzhian").output
    assert "已换版 1 件，留在旧版 1 件。" in said and "新版没有与“审查”对应的步骤" in said
    assert town.open(stuck) == ["review"] and "migrated" not in town.county.kinds(stuck)
    assert "migrated" in town.county.kinds(free)
    town.complete(stuck, "review")
    again = town.flask("--plan", plan).output
    assert "已换版 1 件，留在旧版 0 件。" in again
    town.holds()


def test_stopped_in_the_middle_it_goes_on_where_it_was(town: Town) -> None:
    cases = [town.begin("intake") for _ in range(3)]
    town.publish(version("check"))
    plan = town.planned()
    first = sorted(cases)[0]
    with pytest.raises(Exception, match="migration_not_approved"):
        town.county.act(lambda: move_one(db.session(), town.county.around, plan, first, now=town.county.now))
    town.county.act(lambda: approve_migration(
        db.session(), plan, by=load_actor_by_login(db.session(), "luzhian", town.county.now.date()), now=town.county.now
    ))  # fmt: skip
    town.county.act(lambda: move_one(db.session(), town.county.around, plan, first, now=town.county.now))
    assert "已换版 2 件，留在旧版 0 件。" in town.flask("--plan", plan).output
    assert [town.county.kinds(case).count("migrated") for case in cases] == [1, 1, 1]
    assert "已换版 0 件" in town.flask("--plan", plan).output
    assert len([row for row in town.county.rows(MigrationCase) if row.moved]) == 3


def test_never_past_an_approval(town: Town) -> None:
    """In the old version the review comes first, in the new one the approval: a case at its review would be behind it."""
    reviewing = town.begin("intake")
    town.publish(version(swap=True))
    said = town.flask("--plan", town.planned(), "--approver", "luzhian").output
    assert "越过法定审批“审批”" in said and town.open(reviewing) == ["review"]


def test_the_case_page_tells_it(town: Town, browser_of: Callable[[str], Browser]) -> None:
    case = town.begin("intake")
    town.publish(version("check"))
    town.flask("--plan", town.planned(), "--approver", "luzhian")
    page = browser_of("liguifang").get(f"/cases/{case}").text
    assert "换用新版流程" in page and "按第 2 版办" in page and "陆志安批准" in page


def test_a_wait_goes_over_and_still_hears(town: Town) -> None:
    case = town.begin("intake")
    town.publish(version("check"))
    town.flask("--plan", town.planned(), "--approver", "luzhian")
    [wait] = [row for row in town.county.rows(Wait) if row.instance_id == case]
    assert (wait.key, wait.message) == ("stop#1", "withdraw")
    town.county.act(lambda: receive_message(
        db.session(), town.county.around, case, "withdraw", dedupe="m-1", now=town.county.now
    ))  # fmt: skip
    assert town.open(case) == ["close"]
    town.holds()


def test_nothing_to_move_is_said(town: Town) -> None:
    assert "没有旧版的在办件" in town.flask("--by", "weiyiming", "--reason", "x").output
    assert "没有找到流程" in town.flask("--by", "weiyiming", "--reason", "x", "--to", "9").output


def test_an_approval_given_under_another_name_stays_given(town: Town) -> None:
    case = town.begin("intake", "review", "file")
    town.complete(case, "approve", by="huangjianguo")
    town.publish(version("check", approve="consent"))
    assert "已换版 1 件" in town.flask(
        "--plan", town.planned("--map", "approve=consent"), "--approver", "luzhian"
    ).output  # fmt: skip
    for node in ("intake", "review", "check", "consent"):
        with pytest.raises(Refusal, match="reposition_undoes"):
            town.county.act(lambda node=node: plan_reposition(
                db.session(), town.county.around, case, cancel=["given#1/archive#1"], scope="given#1", nodes=[node],
                by=load_actor_by_login(db.session(), "weiyiming", town.county.now.date()), reason="试", now=town.county.now,
            ))  # fmt: skip


CLOCKED = (
    SETTINGS.replace('title = "照料"', 'title = "照料"\nsecrecy = "L3"')
    + """
[facts.received_on]
kind = "date"
[limits."care.whole"]
value = 30
unit = "CD"
source = "本地设定"
mark = "design"
[clocks.T1]
title = "办理期限"
limit = "{limit}"
start = "received_on"
source = "本地设定"
"""
)


def test_dates_on_a_clock_follow_the_clock_as_the_new_version_declares_it(town: Town) -> None:
    town.publish(version("check", settings=CLOCKED.format(limit="care.whole")))
    case = town.begin("intake")
    corrected(town.county, case, received_on="2026-03-02")
    before = town.county.instance(case).clock
    town.publish(version("check", "more", settings=CLOCKED.format(limit="care.short")))
    assert "已换版 1 件" in town.flask("--plan", town.planned(), "--approver", "luzhian").output
    after = town.county.instance(case)
    assert before is not None and after.clock is not None
    assert (before["limit"], after.clock["limit"], after.clock["due_on"]) == (30, 5, "2026-03-09")
    town.holds()
    town.publish(version("check", settings=SETTINGS + '[facts.received_on]\nkind = "date"\n'))
    assert "已换版 1 件" in town.flask("--plan", town.planned(), "--approver", "luzhian").output
    assert [row for row in town.county.rows(ClockWarning) if row.told_at is None] == []
    town.county.later(days=40)
    town.county.turn()
    town.holds()
