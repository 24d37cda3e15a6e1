"""审计项目: a sample anybody draws again, findings that the office answers, a chain of its own, papers to take away."""

import csv
import io
import re
import zipfile
from html import unescape

import orjson
import pytest

from app.db import db
from app.history import verify_all
from app.instances.heads import recorded_heads
from app.instances.models import Instance
from app.replay.audits.draw import allot, digest_of, draw, rank
from tests.acts.conftest import Office
from tests.doors import Browser

PROJECT = {"title": "2026 年收养登记专项审计", "division": "4501", "ground": "年度审计计划第 7 项", "ended": "all"}
FINDING = {"seq": "2", "kind": "grounds", "words": "受理时没有写明依据的条款"}
ANSWER = {"stance": "accepted", "words": "确实漏写，已要求补正", "promised_on": "2026-11-30"}


def begun(office: Office, **changed: str) -> str:
    """The address of a project that the auditor has opened."""
    mo = office.page("mohaiyan")
    mo.get("/audit/projects")
    answer = mo.post("/audit/projects", **(PROJECT | changed))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def sampled(office: Office, size: int = 10) -> str:
    office.received()
    project = begun(office)
    answered(office.page("mohaiyan"), project, "draw", size=str(size), strata="county")
    return project


def answered(page: Browser, address: str, act: str, told: int = 303, **fields: str) -> str:
    page.get(address)
    answer = page.post(f"{address}/{act}", **fields)
    assert answer.status_code == told, answer.text
    return answer.text


def raised(office: Office) -> tuple[str, str]:
    """A project, and the address of the finding in it."""
    project = sampled(office)
    mo = office.page("mohaiyan")
    answered(mo, project, "findings", case=office.case, **FINDING)
    found = re.search(r'href="(/findings/[^"]+)"', mo.get(project).text)
    assert found
    return project, found[1]


def chain_holds(office: Office) -> None:
    around = office.app.extensions["banyan"]
    with office.app.app_context():
        report = verify_all(db.session(), vault=around.vault, log=around.log, heads=recorded_heads(db.session()))
    assert report.holds, report


def test_an_audit_from_its_opening_to_its_end(office: Office) -> None:
    before = (project := sampled(office)) and len(office.events())
    mo, huang = office.page("mohaiyan"), office.page("huangjianguo")
    answered(mo, project, "findings", case=office.case, **FINDING)
    finding = re.search(r'href="(/findings/[^"]+)"', mo.get(project).text)
    assert finding
    answered(mo, project, "examine", case=office.case, note="依据缺条款，其余无误")
    refused = answered(mo, project, "close", 409, conclusion="一处依据不全，已整改")
    assert "1 个疑点没有销号" in refused
    assert "<details open><summary>写结论并结项" in refused, "what was written is in sight"

    waiting = huang.get("/findings").text
    assert "待答复" in waiting and "审计疑点" in huang.get("/inbox").text
    answered(huang, finding[1], "answer", **ANSWER)
    assert "只能" not in answered(mo, finding[1], "settle", 422, ending="rectified", words="还没有整改就想销")
    assert "整改到位" not in mo.get(finding[1]).text, "what was not put right cannot be chosen as put right"
    answered(huang, finding[1], "rectify", words="已补写条款并培训")
    assert "请选怎样销号" in answered(mo, finding[1], "settle", 422, words="没有选怎样销号")
    answered(mo, finding[1], "send-back", words="补写的条款不对")
    answered(huang, finding[1], "rectify", words="已更正为民法典 1105 条")
    answered(mo, finding[1], "settle", ending="rectified", words="核对无误，整改到位")
    answered(mo, project, "close", conclusion="一处依据不全，已整改")

    page = mo.get(project).text
    with office.app.app_context():
        number = db.session.get_one(Instance, office.case).number or "未编号"
    assert re.search(rf"查阅 <span class=\"soft\"><span class=\"num\">{number}</span>", page), "which case was examined"
    assert "已结项" in page and "补写的条款不对" in mo.get(finding[1]).text
    assert "项目已结项" in answered(mo, project, "findings", 409, case=office.case, **FINDING)
    assert len(office.events()) == before, "nothing is written to the case"
    chain_holds(office)


def test_the_sample_is_drawn_again_and_a_changed_population_is_seen(office: Office) -> None:
    project = sampled(office)
    mo = office.page("mohaiyan")
    assert "总体一致，抽出的件一致" in mo.get(f"{project}?again").text
    with office.app.app_context():
        db.session.get_one(Instance, office.case).division = "450301"
        db.session.commit()
    assert "总体和抽样时不同" in mo.get(f"{project}?again").text
    office.case = ""  # its division was altered on purpose


def test_a_second_draw_needs_a_reason_and_adds(office: Office) -> None:
    project = sampled(office, size=1)
    first = office.case
    office.received()
    mo = office.page("mohaiyan")
    assert "再次抽样的理由" in answered(mo, project, "draw", 422, size="2", strata="")
    answered(mo, project, "draw", size="2", strata="", reason="第一次之后又收了一件")
    page = mo.get(project).text
    assert first in page and office.case in page and page.count("<dt>总体摘要<") == 2


def test_the_papers_let_a_stranger_draw_the_same_cases(office: Office) -> None:
    project = sampled(office)
    mo = office.page("mohaiyan")
    mo.get(project)
    answer = mo.post(f"{project}/papers")
    packed = zipfile.ZipFile(io.BytesIO(answer.data))
    chain = orjson.loads(packed.read("记录.json"))
    rows = list(csv.DictReader(io.StringIO(packed.read("总体-1.csv").decode("utf-8-sig"))))
    said = next(one["said"] for one in chain if one["kind"] == "sample_drawn")
    assert digest_of([row["办件标识"] for row in rows]) == said["digest"]
    assert {row["办件标识"] for row in rows if row["抽中"]} == {c for cases in said["drawn"].values() for c in cases}
    assert all(rank(said["seed"], row["办件标识"]).hex() == row["排序值"] for row in rows)
    assert [one["kind"] for one in chain] == ["audit_opened", "sample_drawn"]
    assert said["seed"] in packed.read("说明.txt").decode() and "导出工作底稿" in mo.get(project).text


def test_a_step_of_the_player_leads_to_a_finding(office: Office) -> None:
    project = sampled(office)
    mo = office.page("mohaiyan")
    mo.get(f"/cases/{office.case}/replay")
    mo.post(f"/cases/{office.case}/purpose", reason="专项审计抽查")
    raise_href = re.search(r'class="raise" href="([^"]+)"', mo.get(f"/cases/{office.case}/replay?step=2").text)
    assert raise_href
    listing = mo.get(unescape(raise_href[1])).text
    chosen = re.search(rf'href="({re.escape(project)}[^"]+)"', listing)
    assert chosen and "选一个进行中的项目" in listing
    page = mo.get(unescape(chosen[1]).partition("#")[0]).text
    assert f'name="case" required maxlength="60" value="{office.case}"' in page
    assert 'min="1" required value="2"' in page


def test_who_sees_what(office: Office) -> None:
    project, finding = raised(office)
    for login in ("liguifang", "huangjianguo", "zhoumin", "liangxiaodong", "weiyiming"):
        assert office.page(login).get(project).status_code == 404, login
        assert office.page(login).get("/audit/projects").status_code == 404, login
    for login in ("liguifang", "zhoumin", "liangxiaodong", "weiyiming"):
        assert office.page(login).get(finding).status_code == 404, login
        assert office.page(login).get("/findings").status_code == 404, login
    huang, mo = office.page("huangjianguo"), office.page("mohaiyan")
    assert answered(huang, finding, "settle", 404, ending="handed_over", words="自己给自己销号")
    assert answered(mo, finding, "answer", 404, **ANSWER)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"division": "52"}, "不在您的审计职责内"), ({"division": "隆安"}, "数字代码"), ({"title": "审"}, "项目名称"),
        ({"since": "2026-05-01", "until": "2026-04-01"}, "止日早于起日"), ({"since": "去年"}, "日期"), ({"ground": ""}, "依据"),
    ],
)  # fmt: skip
def test_a_project_that_cannot_be_opened_says_why(office: Office, changed: dict[str, str], told: str) -> None:
    mo = office.page("mohaiyan")
    mo.get("/audit/projects")
    answer = mo.post("/audit/projects", **(PROJECT | changed))
    assert answer.status_code == 422 and told in answer.text


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"seq": "999"}, "没有这一步"), ({"seq": "-1"}, "没有这一步"), ({"case": "不存在的案号"}, "没有这一件"),
        ({"kind": "gossip"}, "没有这种类别"), ({"words": "错"}, "没有写清"),
    ],
)  # fmt: skip
def test_a_finding_that_cannot_be_raised_says_why(office: Office, changed: dict[str, str], told: str) -> None:
    project = sampled(office)
    fields = {"case": office.case} | FINDING | changed
    assert told in answered(office.page("mohaiyan"), project, "findings", 422, **fields)


@pytest.mark.parametrize(
    ("changed", "told"),
    [({"stance": ""}, "请选择"), ({"promised_on": ""}, "整改期限"), ({"promised_on": "2026-11-01"}, "不早于今天"),
     ({"promised_on": "下周"}, "整改期限"), ({"words": ""}, "没有写清")],
)  # fmt: skip
def test_an_answer_that_does_not_do_says_why(office: Office, changed: dict[str, str], told: str) -> None:
    _, finding = raised(office)
    assert told in answered(office.page("huangjianguo"), finding, "answer", 422, **(ANSWER | changed))


def test_two_answers_at_once_are_one(office: Office) -> None:
    _, finding = raised(office)
    huang = office.page("huangjianguo")
    answered(huang, finding, "answer", **(ANSWER | {"stance": "explained"}))
    assert "状态已经变了" in answered(huang, finding, "answer", 409, **ANSWER)
    assert "状态已经变了" in answered(huang, finding, "rectify", 409, words="没有什么要整改")
    answered(office.page("mohaiyan"), finding, "settle", ending="explained", words="说明成立")


def test_shares_are_of_every_stratum_and_never_more_than_there_are() -> None:
    assert allot({"a": 90, "b": 9, "c": 1}, 10) == {"a": 8, "b": 1, "c": 1}
    assert allot({"a": 3, "b": 2}, 9) == {"a": 3, "b": 2}
    assert allot({"a": 5, "b": 5, "c": 5}, 2) == {"a": 1, "b": 1}
    assert sum(allot({str(n): n for n in range(1, 40)}, 100).values()) == 100


def test_a_draw_depends_on_seed_and_cases_alone() -> None:
    cases = [f"{n:032x}" for n in range(200)]
    first = draw("seed", {"x": cases}, 20)
    assert first == draw("seed", {"x": cases[::-1]}, 20) != draw("other", {"x": cases}, 20)
    assert draw("seed", {"x": [one for one in cases if one in first["x"][:10]]}, 10)["x"] == first["x"][:10]


def test_the_same_audit_over_the_api(office: Office) -> None:
    office.received()
    mo, huang = office.api("mohaiyan"), office.api("huangjianguo")
    project = mo.post(
        "/audit/projects", {"title": "专项审计", "division": "4501", "ground": "年度计划", "ended": False}
    ).json
    at = f"/audit/projects/{project['id']}"
    drawn = mo.post(f"{at}/draw", {"size": 5, "strata": "process"}).json
    assert [one["case"] for one in drawn["sample"]] == [office.case]
    finding = mo.post(
        f"{at}/findings", {"case": office.case, "seq": 2, "kind": "limit", "words": "受理迟了"}, Idempotency_Key="f"
    )
    again = mo.post(
        f"{at}/findings", {"case": office.case, "seq": 2, "kind": "limit", "words": "受理迟了"}, Idempotency_Key="f"
    )
    assert finding.status_code == 201 and finding.json["id"] == again.json["id"]
    one = f"/findings/{finding.json['id']}"
    assert huang.post(f"{one}/answer", {"stance": "explained", "words": "当日系统停电"}).json["state"] == "answered"
    assert mo.post(f"{one}/settle", {"ending": "explained", "words": "说明成立"}).json["state"] == "settled"
    assert mo.post(f"{at}/examine", {"case": office.case}).json["sample"][0]["examined"]
    closed = mo.post(f"{at}/close", {"conclusion": "没有其他问题"}).json
    assert closed["state"] == "closed" and closed["entries"][-1]["kind"] == "audit_closed"
    chain_holds(office)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_out_of_all_time_is_refused_at_both_doors(office: Office, day: str) -> None:
    mo = office.page("mohaiyan")
    mo.get("/audit/projects")
    assert mo.post("/audit/projects", **(PROJECT | {"until": day})).status_code == 422
    body = {"title": "专项审计", "division": "4501", "ground": "年度计划", "until": day}
    assert office.api("mohaiyan").post("/audit/projects", body).status_code == 422
