"""审计查案: only inside the mandate, without names, by what can be asked of a case from outside."""

import pytest

from app.db import db
from app.instances.models import Instance
from tests.acts.conftest import Office


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
        ({"number": "000000000"}, False), ({"overdue": "on"}, False),
    ],
)  # fmt: skip
def test_it_is_narrowed_by_what_was_asked(office: Office, asked: dict[str, str], there: bool) -> None:
    office.received()
    assert found(office, **asked) is there


def test_what_cannot_be_read_is_said_at_its_field(office: Office) -> None:
    mo = office.page("mohaiyan")
    for query, told in (
        ("since=昨天", "日期请写成"), ("division=45x", "数字代码"), ("person=没有的人", "没有姓名或用户名是“没有的人”"),
    ):  # fmt: skip
        page = mo.get(f"/audit?{query}")
        assert page.status_code == 422 and told in page.text, query
