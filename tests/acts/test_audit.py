"""审计查案: only inside the mandate, without names, by what can be asked of a case from outside."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import delete, insert, select

from app import clock
from app.db import db
from app.instances import looks
from app.instances.check import check_case
from app.instances.looks import AccessLook
from app.instances.marks import PLACED, CaseMark
from app.instances.models import Instance
from app.replay.find_cases import SIZE
from tests.acts.conftest import INTAKE, MONDAY, Office, person
from tests.acts.test_messages import WITHDRAWAL
from tests.acts.test_reposition import approve, plan


def found(office: Office, **asked: str) -> bool:
    """Whether the auditor's list holds the case of the office."""
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    page = office.page("mohaiyan").get(f"/audit?{query}")
    assert page.status_code == 200, page.text
    return f"/cases/{office.case}/replay" in page.text


def test_nobody_but_an_auditor_finds_the_page(office: Office) -> None:
    for login in ("liguifang", "huangjianguo", "huangruoxi", "liangxiaodong", "weiyiming"):
        assert office.page(login).get("/audit").status_code == 404, login
        assert 'href="/audit"' not in office.page(login).get("/inbox").text


def test_a_case_is_listed_by_number_and_place_without_a_name(office: Office) -> None:
    office.received()
    page = office.page("mohaiyan").get("/audit").text
    assert f"/cases/{office.case}/replay" in page and "隆安县" in page
    assert "黄某" not in page
    assert found(office, division="4501") and not found(office, division="4503")
    assert (
        found(office, division="隆安县") and found(office, division="南宁市") and not found(office, division="马山县")
    )


def test_what_lies_outside_the_mandate_is_not_there(office: Office) -> None:
    office.received()
    with office.app.app_context():
        db.session.get_one(Instance, office.case).division = "520100"
        db.session.commit()
    assert not found(office) and not found(office, division="52")
    office.case = ""  # its division was altered on purpose


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ({"process": "care"}, True), ({"process": "adoption"}, False), ({"state": "open"}, True),
        ({"state": "ended"}, False), ({"person": "李桂芳"}, True), ({"person": "liguifang"}, True),
        ({"person": "周敏"}, False), ({"odd": "interest"}, False), ({"odd": "placed"}, False),
        ({"since": "2030-01-01"}, False), ({"until": "2020-01-01"}, False), ({"since": "2020-01-01"}, True),
        ({"number": "000000000"}, False), ({"overdue": "on"}, False), ({"odd": "returned"}, False),
        ({"odd": "against"}, False), ({"odd": "late"}, False), ({"outcome": "care:申请人撤回"}, False),
        ({"outcome": "care:没有"}, False), ({"page": "2"}, False),
    ],
)  # fmt: skip
def test_it_is_narrowed_by_what_was_asked(office: Office, asked: dict[str, str], there: bool) -> None:
    office.received()
    assert found(office, **asked) is there


def test_what_cannot_be_read_is_said_at_its_field(office: Office) -> None:
    mo = office.page("mohaiyan")
    for query, told in (
        ("since=昨天", "日期请写成"), ("division=45x", "区划库里没有“45x”"), ("division=城中区", "个区划叫“城中区”，请写代码："),
        ("since=2026-12-01&until=2026-11-01", "止日早于起日 2026-12-01"), ("person=没有的人", "没有姓名或用户名是“没有的人”"),
    ):  # fmt: skip
        page = mo.get(f"/audit?{query}")
        assert page.status_code == 422 and told in page.text, query


def marks(office: Office) -> set[str]:
    with office.app.app_context():
        return set(db.session.scalars(select(CaseMark.kind).where(CaseMark.instance_id == office.case)))


def differing(office: Office) -> list[str]:
    with office.app.app_context():
        row = db.session.get_one(Instance, office.case)
        found = [one.key for one in check_case(db.session(), office.app.extensions["banyan"], row, now=clock.now())]
        db.session.remove()
    return found


def test_a_case_that_went_back_or_was_decided_against_advice_is_found_by_it(office: Office) -> None:
    office.start()
    assert not found(office, odd="returned") and not found(office, odd="against")
    office.complete("受理", "liguifang", INTAKE | {"kind": "urgent"})
    assert found(office, odd="returned") and found(office, odd="against")
    assert found(office, odd="returned", state="open", process="care", person="李桂芳", division="450123")
    assert differing(office) == []


def test_a_step_done_after_its_day_is_found_although_nothing_is_late_any_more(office: Office) -> None:
    office.received()
    clock.set_source(lambda: MONDAY + timedelta(days=12))
    for login in ("nongxiaolan", "mohaiyan", "liguifang"):
        office.sign_in_again(login)
    office.complete("审查", "nongxiaolan")
    assert found(office, odd="late") and not found(office, odd="returned")
    assert differing(office) == []


def test_what_two_people_moved_is_found_and_what_one_took_back_is_not(office: Office) -> None:
    task = office.received()
    office.page("liguifang").post(f"/tasks/{task}/take-back", reason="填错了")
    assert office.open() == ["受理"] and not found(office, odd="placed")
    office.complete("受理", "liguifang", INTAKE)
    approve(office, plan(office, ["review#2"], ["intake"]))
    assert found(office, odd="placed") and differing(office) == []


def test_a_case_is_found_by_what_it_came_to(office: Office) -> None:
    office.received()
    assert ">申请人撤回</option>" in office.page("mohaiyan").get("/audit").text
    body = {"instance": office.case, "name": "withdraw", "id": "m-1", "answers": WITHDRAWAL}
    assert office.api("liguifang").post("/messages", body).status_code == 200
    office.complete("终止办理", "liguifang")
    assert found(office, outcome=quote("care:申请人撤回")) and found(office, state="ended")
    assert differing(office) == []


def test_marks_that_somebody_altered_are_named_and_made_anew_from_the_record(office: Office) -> None:
    office.start()
    office.complete("受理", "liguifang", INTAKE | {"kind": "urgent"})
    with office.app.app_context():
        row = db.session.get_one(Instance, office.case)
        db.session.execute(delete(CaseMark))
        db.session.execute(insert(CaseMark).values(kind=PLACED, started_at=row.started_at, instance_id=row.id))
        db.session.commit()
    assert differing(office) == ["against", "returned", "placed"]
    made = office.app.test_cli_runner().invoke(args=["instances", "mark"])
    assert "改正 3 处标记" in made.output
    assert marks(office) == {"against", "returned"} and differing(office) == []


def test_a_long_list_goes_on_over_the_page(office: Office) -> None:
    for _ in range(SIZE + 1):
        office.start()
    mo = office.page("mohaiyan")
    first, second = mo.get("/audit").text, mo.get("/audit?page=2").text
    assert first.count("/replay") == SIZE and 'rel="next"' in first
    assert second.count("/replay") == 1 and 'rel="prev"' in second


def test_what_was_asked_for_stands_in_the_access_record(office: Office) -> None:
    mo = office.page("mohaiyan")
    for address in ("/audit", "/audit?odd=late&process=care", "/audit?since=昨天"):
        mo.get(address)
    with office.app.app_context():
        rows = db.session.scalars(select(AccessLook).where(AccessLook.case == looks.LISTS)).all()
        assert [(row.person_id, row.purpose) for row in rows] == [(person("mohaiyan"), "process=care，odd=late")]


def test_who_works_on_no_case_comes_home_to_their_own_page(office: Office) -> None:
    homes = {"mohaiyan": "/audit", "liangxiaodong": "/workflows", "liguifang": "/inbox", "weiyiming": "/inbox"}
    for login, home in homes.items():
        assert office.page(login).get("/").headers["Location"] == home, login
    assert "您的岗位不承办办件" in office.page("mohaiyan").get("/inbox").text
    assert "您的岗位不承办办件" not in office.page("liguifang").get("/inbox").text
