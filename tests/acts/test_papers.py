"""What somebody handed over can be read by who decides next, and by the auditor who says why; by nobody else."""

import re

from sqlalchemy import select

from app.db import db
from app.instances.looks import PAPER, AccessLook
from tests.acts.conftest import AGREE, Office, person


def paper(office: Office, by: str, did: str) -> str:
    """The address behind an entry of 经过."""
    shown = office.page(by).get(f"/cases/{office.case}").text
    found = re.search(rf'<a href="([^"]+)">{re.escape(did)}</a>', shown)
    assert found, f"{did} leads nowhere"
    return found[1]


def test_the_approver_reads_what_the_registrar_and_the_reviewer_wrote(office: Office) -> None:
    office.received()
    office.complete("审查", "nongxiaolan", AGREE | {"opinion": "材料齐全，同意上报"})
    page = office.page("huangjianguo")
    intake = page.get(paper(office, "huangjianguo", "办结“受理”"))
    review = page.get(paper(office, "huangjianguo", "办结“审查”"))

    assert intake.status_code == review.status_code == 200
    assert "申请人" in intake.text and "黄某夫妇" in intake.text and "李桂芳" in intake.text
    assert "材料齐全，同意上报" in review.text and "农小兰" in review.text and "<textarea" not in review.text
    with office.app.app_context():
        looks = list(db.session.scalars(select(AccessLook).where(AccessLook.fields.startswith(PAPER))))
    assert [look.person_id for look in looks] == [person("huangjianguo")] * 2


def test_another_county_finds_nothing_and_a_form_of_another_case_is_not_shown(office: Office) -> None:
    office.received()
    address = paper(office, "liguifang", "办结“受理”")
    assert office.page("zhoumin").get(address).status_code == 404
    other = office.start()
    assert office.page("liguifang").get(f"/cases/{other}/papers/{address.rpartition('/')[2]}").status_code == 404


def test_the_auditor_finds_a_case_by_its_whole_number_says_why_and_reads(office: Office) -> None:
    office.reviewed()
    for step, by in (("审批", "huangjianguo"), ("整理材料", "mengxiuying")):
        office.complete(step, by)
    number = office.api("liguifang").get(f"/instances/{office.case}").json["number"]
    auditor = office.page("mohaiyan")
    assert "输入完整案号" in auditor.get("/cases").text

    asked = auditor.follow(auditor.post("/cases/search", q=number.lower()))
    assert "查看前请说明目的" in asked.text and "黄某" not in asked.text
    half = auditor.follow(auditor.post("/cases/search", q=number[-6:]))
    assert "没有这个案号的件" in half.text
    auditor.get(f"/cases/{office.case}")
    shown = auditor.follow(auditor.post(f"/cases/{office.case}/purpose", reason="年度抽查"))
    assert "办结“审查”" in shown.text
    assert "黄某夫妇" in auditor.get(paper(office, "mohaiyan", "办结“受理”")).text


def test_who_has_done_a_step_is_told_whose_turn_it_is(office: Office) -> None:
    office.start()
    page, task = office.page("liguifang"), office.task("受理")["id"]
    page.post(f"/tasks/{task}/claim")
    page.get(f"/tasks/{task}")
    done = page.follow(page.post(f"/tasks/{task}/complete", party="黄某夫妇", kind="usual"))
    assert "“受理”已办结。接下来：审查（县级审查岗）。" in done.text
