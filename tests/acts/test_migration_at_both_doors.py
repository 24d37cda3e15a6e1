"""换用新版 at the pages and over the API: a policy officer plans, the worker tries, another approves, the worker moves."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from lxml import html
from werkzeug.test import TestResponse

from app import clock
from app.cli import long_work as long_work_room
from app.cli.duties import duties
from app.cli.long_work import long_work
from app.db import db
from app.instances.migrations import RUN_MIGRATION, MigrationCase, MigrationPlan, MigrationTrial
from app.instances.models import Instance
from app.jobs.loop import Loop
from app.jobs.models import Job
from tests.acts.conftest import person
from tests.acts.test_migrate import KEY, SETTINGS, Town, version
from tests.doors import Browser, Program
from tests.jobs.office import Office as County

POLICY, SECURITY, ADMIN, REGION = "liangxiaodong", "luzhian", "weiyiming", "huangruoxi"
ASK = f"/workflows/{KEY}/2/migrate"


@pytest.fixture
def town(application: Flask) -> Town:
    made = Town(County(application, version()))
    made.county.around = application.extensions["banyan"]
    return made


@pytest.fixture
def liang(town: Town, browser_of: Callable[[str], Browser]) -> Browser:
    return browser_of(POLICY)


def text(answer: TestResponse) -> str:
    assert answer.status_code < 500
    return " ".join(html.document_fromstring(answer.text).xpath("//main")[0].text_content().split())


def worker(town: Town, *, chunks: int = 1000) -> None:
    """The worker, for so many chunks of long work."""
    around = town.county.around
    with town.county.context():
        jobs = dict(duties(around, town.county.neighbours(), long_work(around)))["jobs"]
        for _ in range(chunks):
            if not jobs():
                break
        db.session.remove()


def plan(liang: Browser, reason: str = "新版生效", **fields: str) -> str:
    """Posted as the page would; gives the address of the plan."""
    assert "会有什么变化" in text(liang.get(ASK))
    answer = liang.post(ASK, reason=reason, **fields)
    assert answer.status_code == 303, text(answer)
    return str(answer.headers["Location"])


def moved(town: Town) -> list[str]:
    return sorted(row.instance_id for row in town.county.rows(MigrationCase) if row.moved)


def test_from_the_version_to_every_case_on_it(town: Town, liang: Browser, browser_of: Callable[[str], Browser]) -> None:
    cases = [town.begin("intake"), town.begin()]
    new = town.publish(version("check", limit="care.short"))
    assert "在办件 2 件" in text(liang.get(f"/workflows/{KEY}/2"))
    shown = text(liang.get(ASK))
    assert "第 1 版 → 第 2 版，在办 2 件：" in shown and "新增“check”" in shown
    address = plan(liang)
    assert "正在后台逐件试算：已试 0 件，共 2 件。" in text(liang.get(address))
    worker(town)
    shown = text(liang.get(address))
    assert "试过 2 件：2 件能换版，0 件不能" in shown and "等待另一人批准" in shown
    assert "没有批准" not in shown and "不能是同一个人" in shown and "批准并开始换版" not in shown
    assert liang.post(f"{address}/approve").status_code == 403
    assert {"started", "completed"} >= {kind for case in cases for kind in town.county.kinds(case)}

    second = browser_of(SECURITY)
    listed = second.get("/incidents")
    assert "换用第 2 版" in text(listed) and "查看并批准" in text(listed) and address in listed.text
    second.get(address)
    told = second.follow(second.post(f"{address}/approve"))
    assert "正在逐件换版" in text(told) and "已换版 0 件，留在旧版 0 件，没有轮到 2 件。" in text(told)
    assert moved(town) == []
    worker(town)
    shown = text(liang.get(address))
    assert "已换版 2 件，留在旧版 0 件，没有轮到 0 件。" in shown and "已由陆志安批准，已执行完" in shown
    assert {town.version_of(case) for case in cases} == {new}
    [event] = [one for one in town.county.chain(cases[0]) if one.kind == "migrated"]
    fields = dict(event.fields or {})
    assert (fields["actor"], fields["payload/~approver"]) == (person(POLICY), person(SECURITY))
    assert "以前版本的在办件" in text(liang.get(f"/workflows/{KEY}/2"))
    assert "没有以前版本的在办件要换到这一版" in text(liang.get(ASK))
    town.holds()


def test_the_dry_run_names_each_case_that_stays_and_why_and_saves_nothing_of_them(town: Town, liang: Browser) -> None:
    reviewing, free = town.begin("intake"), town.begin()
    heads = {row.id: (row.head_seq, row.revision) for row in town.county.rows(Instance)}
    town.publish(version(review="judge"))
    address = plan(liang)
    worker(town)
    shown = text(liang.get(address))
    assert "1 件能换版" in shown and "1 件不能" in shown
    assert f"未编号 {reviewing}" in shown and "新版没有与“审查”对应的步骤" in shown and free not in shown
    assert {row.id: (row.head_seq, row.revision) for row in town.county.rows(Instance)} == heads
    assert {(row.instance_id, row.why == "") for row in town.county.rows(MigrationTrial)} == {
        (reviewing, False),
        (free, True),
    }


def test_a_step_under_another_id_is_named_in_the_form(
    town: Town, liang: Browser, browser_of: Callable[[str], Browser]
) -> None:
    case = town.begin("intake")
    town.publish(version(review="judge"))
    page = html.document_fromstring(liang.get(ASK).text)
    assert page.xpath("//select[@name='to:review']/option/@value") == ["", "judge"]
    assert "对应到" not in text(liang.get(ASK)) and "“审查”对应到“审查”" in text(liang.get(f"{ASK}?to:review=judge"))
    address = plan(liang, **{"to:review": "judge"})
    worker(town)
    assert "1 件能换版" in text(liang.get(address)) and "review → judge" in text(liang.get(address))
    second = browser_of(SECURITY)
    second.get(address)
    second.post(f"{address}/approve")
    worker(town)
    assert town.open(case) == ["judge"]
    town.holds()


def test_what_stays_says_why_and_is_tried_again(
    town: Town, liang: Browser, browser_of: Callable[[str], Browser]
) -> None:
    stuck, free = town.begin("intake"), town.begin()
    town.publish(version(review="judge"))
    address, second = plan(liang), browser_of(SECURITY)
    second.get(address)
    second.post(f"{address}/approve")
    worker(town)
    shown = text(liang.get(address))
    assert "已换版 1 件，留在旧版 1 件，没有轮到 0 件。" in shown and "留下的再试一次" in shown
    assert f"未编号 {stuck}" in shown and "新版没有与“审查”对应的步骤" in shown
    assert moved(town) == [free] and town.open(stuck) == ["review"]
    town.complete(stuck, "review")
    told = liang.follow(liang.post(f"{address}/run"))
    assert "正在逐件换版" in text(told)
    worker(town)
    assert "已换版 2 件，留在旧版 0 件" in text(liang.get(address))
    assert [town.county.kinds(case).count("migrated") for case in (stuck, free)] == [1, 1]
    town.holds()


def test_a_worker_that_dies_in_the_middle_is_followed_by_another(
    town: Town, liang: Browser, browser_of: Callable[[str], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two cases a chunk, five cases: after one chunk the page says so; after a crash nothing goes twice."""
    monkeypatch.setattr(long_work_room, "AT_ONCE", 2)
    cases = sorted(town.begin("intake") for _ in range(5))
    town.publish(version("check"))
    address, second = plan(liang), browser_of(SECURITY)
    worker(town, chunks=2)
    assert "已试 4 件，共 5 件" in text(liang.get(address))
    second.get(address)
    second.post(f"{address}/approve")
    worker(town, chunks=2)  # the dry run sees that the plan is settled and stops; then two cases move
    assert moved(town) == cases[:2]
    assert "已换版 2 件，留在旧版 0 件，没有轮到 3 件。" in text(liang.get(address))
    chunk = long_work(town.county.around)[RUN_MIGRATION]
    with town.county.context():  # a second chunk is done, and the worker dies before it can say so
        assert chunk(address.rpartition("/")[2], cases[1]) == cases[3]
        db.session.remove()
    assert moved(town) == cases[:4]
    worker(town)
    assert moved(town) == cases
    assert [town.county.kinds(case).count("migrated") for case in cases] == [1] * 5
    town.holds()


def test_work_that_was_given_up_is_taken_up_by_hand(
    town: Town, liang: Browser, browser_of: Callable[[str], Browser]
) -> None:
    case = town.begin("intake")
    town.publish(version("check"))
    address, second = plan(liang), browser_of(SECURITY)
    second.get(address)
    second.post(f"{address}/approve")
    with town.county.context():
        db.session.query(Job).filter_by(name=RUN_MIGRATION).update({"attempts": 5, "last_error": "OperationalError"})
        db.session.commit()
    worker(town)
    shown = text(liang.get(address))
    assert moved(town) == [] and "后台没有在换" in shown and "没有轮到 1 件" in shown
    liang.post(f"{address}/run")
    worker(town)
    assert moved(town) == [case]


def test_nobody_else_plans_reads_or_approves(town: Town, liang: Browser, browser_of: Callable[[str], Browser]) -> None:
    town.begin("intake")
    town.publish(version("check"))
    address = plan(liang)
    for login in ("liguifang", "huangjianguo", "mohaiyan"):
        page = browser_of(login)
        assert [page.get(one).status_code for one in (ASK, address, f"{address}/decline")] == [404] * 3
        page.get("/inbox")
        posted = [page.post(one, reason="x").status_code for one in (ASK, f"{address}/approve", f"{address}/run",
                                                                      f"{address}/decline")]  # fmt: skip
        assert posted == [404] * 4
    other = browser_of("liyuqing")
    assert "您不能批准这个方案" in text(other.get(address)), "a second policy officer does not answer for the cases"
    assert other.post(f"{address}/approve").status_code == 403
    assert other.post(f"{address}/run").status_code == 409, "not approved"
    assert browser_of(ADMIN).get(ASK).status_code == 200, "who administers may plan too"
    assert [row.approved_at for row in town.county.rows(MigrationPlan)] == [None]


def test_a_plan_is_laid_aside_with_a_reason(town: Town, liang: Browser, browser_of: Callable[[str], Browser]) -> None:
    town.begin("intake")
    town.publish(version("check"))
    address, second = plan(liang), browser_of(REGION)
    second.get(f"{address}/decline")
    assert second.post(f"{address}/decline", reason=" ").status_code == 422
    shown = text(second.follow(second.post(f"{address}/decline", reason="先试点")))
    assert "黄若溪不批准，方案作废" in shown and "先试点" in shown
    assert second.post(f"{address}/approve").status_code == 409
    worker(town)
    assert town.county.rows(MigrationTrial) == [], "nothing is tried any more"
    assert "换用第 2 版" not in text(second.get("/incidents"))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"reason": ""}, "请写明理由"),
        ({"reason": "x", "to:review": "nowhere"}, "步骤对应 review=nowhere 不对"),
        ({"reason": "x", "to:nowhere": "check"}, "步骤对应 nowhere=check 不对"),
    ],
)
def test_a_wrong_form_is_shown_again_with_what_was_typed(
    town: Town, liang: Browser, fields: dict[str, str], said: str
) -> None:
    town.begin("intake")
    town.publish(version("check"))
    liang.get(ASK)
    answer = liang.post(ASK, **fields)
    assert answer.status_code == 422 and said in text(answer)
    assert html.document_fromstring(answer.text).xpath("//textarea/text()") == (
        [fields["reason"]] if fields["reason"] else []
    )
    assert town.county.rows(MigrationPlan) == []


def test_more_than_a_page_of_them(town: Town, liang: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.studio.migration_page.SIZE", 2)
    cases = sorted(town.begin("intake") for _ in range(3))
    town.publish(version(review="judge"))
    address = plan(liang)
    worker(town)
    first, second = text(liang.get(address)), text(liang.get(f"{address}?page=2"))
    assert "第 1 / 2 页" in first and "3 件不能" in first
    assert [case in first for case in cases] == [True, True, False] and [case in second for case in cases] == [
        False,
        False,
        True,
    ]
    assert liang.get(f"{address}?page=-1").status_code == liang.get(f"{address}?page=x").status_code == 200


def test_the_same_over_the_interface(town: Town, program_of: Callable[[str], Program]) -> None:
    stuck, free = town.begin("intake"), town.begin()
    town.publish(version(review="judge"))
    liang, second = program_of(POLICY), program_of(SECURITY)
    body: dict[str, Any] = {"process": KEY, "version": 2, "reason": "新版生效"}
    made = liang.post("/migrations", body, Idempotency_Key="one")
    assert made.status_code == 201 and made.json["phase"] == "waiting" and made.json["trying"] is True
    assert liang.post("/migrations", body, Idempotency_Key="one").json["id"] == made.json["id"]
    assert len(town.county.rows(MigrationPlan)) == 1
    address = f"/migrations/{made.json['id']}"
    worker(town)
    tried = second.get(address).json
    assert (tried["tried"], tried["would_move"], tried["trying"]) == (2, 1, False)
    [stays] = tried["stays"]
    assert stays["number"] == f"未编号 {stuck}" and stays["why"].startswith("新版没有与“审查”对应的步骤；")
    assert liang.post(f"{address}/approve").status_code == 403
    assert liang.post(f"{address}/run").status_code == 409
    assert second.post(f"{address}/approve").json["phase"] == "running"
    worker(town)
    done = liang.get(address).json
    assert (done["phase"], done["moved"], done["stayed"], done["left"]) == ("done", 1, 1, 0)
    assert done["stays"] == [stays] and done["counts"] == [{"why": stays["why"], "cases": 1}]
    assert moved(town) == [free]
    town.complete(stuck, "review")
    assert liang.post(f"{address}/run").json["phase"] == "running"
    worker(town)
    assert moved(town) == sorted([stuck, free])
    again = liang.post("/migrations", body)
    assert again.status_code == 409 and "没有旧版的在办件" in again.json["detail"]
    town.holds()


def test_declined_over_the_interface(town: Town, program_of: Callable[[str], Program]) -> None:
    town.begin("intake")
    town.publish(version("check"))
    liang = program_of(POLICY)
    made = liang.post("/migrations", {"process": KEY, "reason": "新版生效", "mapping": {"review": "review"}})
    said = liang.post(f"/migrations/{made.json['id']}/decline", {"reason": "不换了"})
    assert said.json["phase"] == "declined" and said.json["state"] == "梁晓东不批准，方案作废"
    assert program_of(SECURITY).post(f"/migrations/{made.json['id']}/approve").status_code == 409


def test_the_whole_worker_knows_this_work(town: Town, liang: Browser) -> None:
    """As `flask worker` runs it: duties and long work in turn."""
    town.begin("intake")
    town.publish(version("check"))
    address = plan(liang)
    with town.county.context():
        Loop(duties(town.county.around, town.county.neighbours(), long_work(town.county.around))).run_until_idle()
        db.session.remove()
    assert "1 件能换版" in text(liang.get(address))


def test_the_settings_of_the_new_version_hold_after_it(
    town: Town, liang: Browser, browser_of: Callable[[str], Browser]
) -> None:
    town.begin("intake")
    town.publish(version("check", settings=SETTINGS.replace('title = "照料"', 'title = "照料（新）"')))
    address, second = plan(liang), browser_of(SECURITY)
    second.get(address)
    second.post(f"{address}/approve")
    town.county.later(days=1)
    clock.set_source(lambda: town.county.now)
    worker(town)
    assert [row.title for row in town.county.rows(Instance)] == ["照料（新）"]
