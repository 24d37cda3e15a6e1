"""Every look at a case by a person is written down; oversight states a purpose first."""

from app.db import db
from app.instances import looks
from app.instances.looks import AccessLook
from tests.acts.conftest import Office, person


def looked(office: Office, login: str) -> list[AccessLook]:
    with office.app.app_context():
        rows = db.session.query(AccessLook).filter_by(person_id=person(login), case=office.case)
        return list(rows.order_by(AccessLook.at, AccessLook.id))


def test_pages_of_a_case_and_of_a_task_leave_a_row(office: Office) -> None:
    office.received()
    task = office.task("审查")["id"]
    nong = office.page("nongxiaolan")
    for page in (
        f"/cases/{office.case}",
        f"/tasks/{task}",
        f"/cases/{office.case}/diagram",
        f"/cases/{office.case}/phone",
    ):
        assert nong.get(page).status_code == 200

    rows = looked(office, "nongxiaolan")
    assert {row.fields for row in rows} == {looks.CASE, looks.TASK, looks.DIAGRAM, looks.PHONE}
    assert {row.task for row in rows if row.fields == looks.TASK} == {task}
    assert all(row.network == "127.0.0.1" for row in rows)


def test_a_page_that_was_refused_leaves_none(office: Office) -> None:
    office.received()
    assert office.page("zhoumin").get(f"/cases/{office.case}").status_code == 404
    assert looked(office, "zhoumin") == []


def test_a_look_that_cannot_be_written_takes_no_page_away(office: Office, caplog: object) -> None:
    office.received()
    with office.app.app_context():
        db.session.execute(db.text("DROP TABLE access_look"))
        db.session.commit()
    assert office.page("nongxiaolan").get(f"/cases/{office.case}").status_code == 200


def test_the_auditor_states_a_purpose_and_then_reads_only(office: Office) -> None:
    office.received()
    mo, case = office.page("mohaiyan"), f"/cases/{office.case}"
    asked = mo.get(case)
    assert "请先写明查看目的" in asked.text and "黄某夫妇" not in asked.text
    short = mo.post(f"{case}/purpose", reason="看")
    assert short.status_code == 422 and "至少 4 个字" in short.text
    shown = mo.follow(mo.post(f"{case}/purpose", reason="2026年第3号审计项目，样本17/40"))

    assert "黄某夫妇" in shown.text
    for act in ("messages/withdraw", "follow-up", "/phone", "/tasks/"):
        assert f"{act}" not in shown.text.split("<main")[1]
    stated = [row for row in looked(office, "mohaiyan") if row.fields == looks.PURPOSE]
    read = [row for row in looked(office, "mohaiyan") if row.fields == looks.CASE]
    assert stated and read and read[0].purpose == stated[0].purpose == "2026年第3号审计项目，样本17/40"
    assert mo.get(f"{case}/phone").status_code == 404


def test_a_purpose_is_for_one_case(office: Office) -> None:
    office.received()
    first = office.case
    office.received()
    mo = office.page("mohaiyan")
    mo.get(f"/cases/{first}")
    mo.follow(mo.post(f"/cases/{first}/purpose", reason="年度抽查第一批"))
    assert "请先写明查看目的" in mo.get(f"/cases/{office.case}").text


def test_those_who_need_an_approval_and_those_outside_find_nothing(office: Office) -> None:
    office.received()
    for login in ("huangruoxi", "weiyiming", "liangxiaodong", "zhoumin"):
        assert office.page(login).get(f"/cases/{office.case}").status_code == 404
        assert office.page(login).post(f"/cases/{office.case}/purpose", reason="看看情况").status_code == 404
