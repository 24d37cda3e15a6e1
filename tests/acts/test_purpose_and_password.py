"""What a program may say for its person: why a case is looked at, and another password."""

from dataclasses import replace

from app import clock
from app.db import db
from app.instances import looks
from app.instances.looks import AccessLook
from tests.acts.conftest import Office, person
from tests.conftest import PASSWORD
from tests.doors import Browser

MO, LI = "mohaiyan", "liguifang"
WHY = "2026年第3号审计项目，样本17/40"
ANOTHER = "Banyan树荫-2026"


def test_oversight_says_why_before_a_program_shows_it_a_case(office: Office) -> None:
    office.received()
    mo, case = office.api(MO), f"/instances/{office.case}"
    first = mo.get(case)
    assert first.status_code == 403 and "请先写明查看目的" in first.json["detail"]
    assert mo.post(f"{case}/purpose", {"purpose": "看"}).status_code == 422
    assert mo.post(f"{case}/purpose", {"purpose": WHY}).status_code == 204
    assert mo.get(case).json["id"] == office.case
    with office.app.app_context():
        kept = db.session.query(AccessLook).filter_by(person_id=person(MO), case=office.case).order_by(AccessLook.id)
        assert [(row.fields, row.purpose) for row in kept] == [(looks.PURPOSE, WHY), (looks.INTERFACE, WHY)]


def test_a_purpose_opens_nothing_to_another_county(office: Office) -> None:
    office.received()
    zhou, case = office.api("zhoumin"), f"/instances/{office.case}"
    assert zhou.post(f"{case}/purpose", {"purpose": WHY}).status_code == 404
    assert zhou.get(case).status_code == 404


def test_a_program_gives_its_person_another_password(office: Office) -> None:
    li = office.api(LI)
    browser = office.page(LI)
    assert li.post("/password", {"old": "不是这个", "new": ANOTHER}).status_code == 403
    weak = li.post("/password", {"old": PASSWORD, "new": "1234567890123"})
    assert weak.status_code == 422 and "过于简单" in weak.json["detail"]
    assert li.post("/password", {"old": PASSWORD, "new": ANOTHER}).status_code == 204
    assert browser.get("/inbox").status_code == 303, "signed out"
    assert Browser(office.app, LI, ANOTHER).get("/inbox").status_code == 200


def test_it_is_no_place_to_try_passwords_at(office: Office) -> None:
    li = office.api(LI)
    tried = [li.post("/password", {"old": f"猜的{n}", "new": ANOTHER}).status_code for n in range(6)]
    assert tried == [403] * 5 + [429]
    assert li.post("/password", {"old": PASSWORD, "new": ANOTHER}).status_code == 429, "the right one as well"
    later = clock.now() + looks.VALID
    clock.set_source(lambda: later)
    assert li.post("/password", {"old": PASSWORD, "new": ANOTHER}).status_code == 204


def test_the_demonstration_keeps_its_passwords(office: Office) -> None:
    office.app.extensions["banyan_settings"] = replace(office.app.extensions["banyan_settings"], mode="demo")
    refused = office.api(LI).post("/password", {"old": PASSWORD, "new": ANOTHER})
    assert refused.status_code == 403 and "不能修改" in refused.json["detail"]
