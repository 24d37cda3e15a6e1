"""A whole number is shown to who may read the paper, for a purpose, once; who, which and why stand on the access record."""

import json
import re
from typing import Any

import pytest
from sqlalchemy import select

from app import clock
from app.catalogue.bundle import Bundle
from app.catalogue.publish import publish
from app.db import Base, db, in_transaction
from app.instances import looks
from app.instances.looks import AccessLook
from app.replay.access.search_looks import shown
from tests.acts import procedure
from tests.acts.conftest import Office, person

ID_NO, MOBILE, OTHERS = "45012319860501123X", "13878812345", "13977100088"
KEPT = {"party": "黄某夫妇", "kind": "usual", "id_no": ID_NO, "mobile": MOBILE, "kin": [{"phone": OTHERS}]}
WHY = "电话通知补正材料"


def _number(key: str, label: str, kind: str) -> dict[str, Any]:
    return {"type": "textfield", "key": key, "label": label, "properties": {"kind": kind}}


@pytest.fixture
def paper(office: Office) -> str:
    """The address of an intake with numbers on it."""
    intake = json.loads(procedure.INTAKE)
    intake["components"] += [
        _number("id_no", "公民身份号码", "cn-id"),
        _number("mobile", "手机号码", "mobile"),
        {"type": "dynamiclist", "path": "kin", "label": "亲属", "components": [_number("phone", "联系电话", "phone")]},
    ]
    settings = procedure.SETTINGS.replace("[glance]", '[glance]\n"手机" = "intake.mobile"\n"证件" = "intake.id_no"')
    files = {
        "care/process.bpmn": procedure.diagram().decode(),
        "care/process.toml": settings,
        "care/forms/intake.json": json.dumps(intake),
        "care/forms/withdrawal.json": procedure.WITHDRAWAL,
    }
    with office.app.app_context():
        in_transaction(lambda: publish(db.session(), Bundle("care", files), by="test", now=clock.now()))
    office.start()
    office.complete("受理", "liguifang", KEPT)
    found = re.search(
        r'href="(/cases/[^"]+/papers/[^"#]+)"', office.page("liguifang").get(f"/cases/{office.case}").text
    )
    assert found
    return found[1]


def number_looks(office: Office) -> list[AccessLook]:
    with office.app.app_context():
        rows = db.session.scalars(select(AccessLook).where(AccessLook.fields.startswith(looks.NUMBER)))
        return list(rows)


def test_a_caseworker_says_why_and_is_shown_one_number_once(office: Office, paper: str) -> None:
    page = office.page("nongxiaolan")
    masked = page.get(paper)
    assert masked.text.count("显示全号<") == 3
    assert not any(number in masked.text for number in (ID_NO, MOBILE, OTHERS))
    sent = {"field": "mobile", "usual": "电话联系当事人", "purpose": ""}
    nonce = page.nonce
    whole = page.post(f"{paper}/number", **sent)

    assert whole.status_code == 200 and whole.headers["Cache-Control"] == "no-store"
    assert whole.text.count(MOBILE) == 1 and ID_NO not in whole.text and OTHERS not in whole.text
    assert re.search(rf'<span class="secret[^>]*>{MOBILE}</span>', whole.text), "遮屏 covers it like every answer"
    [look] = number_looks(office)
    assert (look.person_id, look.case, look.purpose) == (person("nongxiaolan"), office.case, "电话联系当事人")
    assert (
        look.fields == f"number:{paper.rpartition('/')[2]}:mobile:手机号码" and shown(look.fields) == "全号（手机号码）"
    )
    assert MOBILE not in page.get(paper).text

    again = page.post(f"{paper}/number", **sent | {"nonce": nonce})
    assert again.status_code == 303 and again.headers["Location"] == paper, "reloading the answer shows nothing"
    assert "只显示一次" in page.follow(again).text and len(number_looks(office)) == 1


def test_a_number_in_a_row_has_its_own_address(office: Office, paper: str) -> None:
    page = office.page("huangjianguo")
    page.get(paper)
    whole = page.post(f"{paper}/number", field="kin.0.phone", purpose=WHY)
    assert OTHERS in whole.text and MOBILE not in whole.text


@pytest.mark.parametrize("said", ["", "看看", "　 看看 \u200b", "\u202e\u200b\u200b看"])
def test_without_a_purpose_nothing_is_shown_and_what_was_typed_stays(office: Office, paper: str, said: str) -> None:
    page = office.page("liguifang")
    page.get(paper)
    answer = page.post(f"{paper}/number", field="id_no", purpose=said)
    assert answer.status_code == 422 and "至少 4 个字" in answer.text and ID_NO not in answer.text
    assert '<details class="whole" id="ask-id_no" open>' in answer.text and number_looks(office) == []


@pytest.mark.parametrize("field", ["", "party", "kin.1.phone", "kin.0", "nothing", "kin.-1.phone", "id_no "])
def test_what_is_no_number_of_the_paper_is_not_found(office: Office, paper: str, field: str) -> None:
    page = office.page("liguifang")
    page.get(paper)
    assert page.post(f"{paper}/number", field=field, purpose=WHY).status_code == 404
    assert number_looks(office) == []


def test_who_may_not_see_the_case_learns_nothing_at_either_door(office: Office, paper: str) -> None:
    for login in ("zhoumin", "weiyiming", "liangxiaodong"):
        page = office.page(login)
        page.get("/inbox")
        assert page.post(f"{paper}/number", field="mobile", purpose=WHY).status_code == 404
        body = {"field": "mobile", "purpose": WHY}
        assert office.api(login).post(f"{paper.replace('/cases', '/instances')}/number", body).status_code == 404
    other = office.start()
    moved = paper.replace(paper.split("/")[2], other)
    page = office.page("liguifang")
    page.get(paper)
    assert page.post(f"{moved}/number", field="mobile", purpose=WHY).status_code == 404
    assert number_looks(office) == []


def test_an_auditor_says_why_for_the_case_and_again_for_the_number(office: Office, paper: str) -> None:
    mo = office.page("mohaiyan")
    mo.get(f"/cases/{office.case}")
    unasked = mo.post(f"{paper}/number", field="id_no", purpose=WHY)
    assert unasked.status_code == 403 and ID_NO not in unasked.text and number_looks(office) == []
    mo.get(f"/cases/{office.case}")
    mo.post(f"/cases/{office.case}/purpose", reason="年度抽查第一批")
    opened = mo.get(paper)
    assert 'value="年度抽查第一批"' in opened.text and "电话联系当事人" not in opened.text
    whole = mo.post(f"{paper}/number", field="id_no", purpose="年度抽查第一批：核对证件号")
    assert ID_NO in whole.text
    assert [look.purpose for look in number_looks(office)] == ["年度抽查第一批：核对证件号"]
    assert "全号（公民身份号码）" in mo.get("/audit/looks").text


def test_the_interface_does_the_same_each_time(office: Office, paper: str) -> None:
    api, address = office.api("liguifang"), f"{paper.replace('/cases', '/instances')}/number"
    for _ in range(2):
        answer = api.post(address, {"field": "mobile", "purpose": WHY})
        assert answer.json == {"label": "手机号码", "number": MOBILE} and answer.headers["Cache-Control"] == "no-store"
    assert [look.purpose for look in number_looks(office)] == [WHY, WHY]
    assert api.post(address, {"field": "mobile", "purpose": "看"}).status_code == 422
    assert api.post(address, {"field": "mobile", "purpose": "　　　　看"}).status_code == 422
    assert api.post(address, {"field": "mobile"}).status_code == 422
    assert api.post(address, {"field": "party", "purpose": WHY}).status_code == 404
    assert len(number_looks(office)) == 2


def test_at_a_glance_numbers_are_masked_and_lead_to_their_paper(office: Office, paper: str) -> None:
    task = office.task("审查")["id"]
    for address in (f"/cases/{office.case}", f"/tasks/{task}"):
        text = office.page("nongxiaolan").get(address).text
        assert "*******2345" in text and "**************123X" in text and MOBILE not in text and ID_NO not in text
        assert f'href="{paper}#ask-mobile"' in text and f'href="{paper}#ask-id_no"' in text


def test_no_shown_number_stays_in_the_database(office: Office, paper: str) -> None:
    """Neither the answer kept under the nonce of the form nor the access record holds it."""
    page = office.page("liguifang")
    page.get(paper)
    assert MOBILE in page.post(f"{paper}/number", field="mobile", purpose=WHY).text
    with office.app.app_context():
        for table in Base.metadata.sorted_tables:
            for row in db.session.execute(select(table)):
                assert not any(MOBILE in str(value) for value in row), table.name
