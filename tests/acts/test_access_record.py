"""查阅登记: who looked at which child's file and why, by child, person and day; for auditors of the place alone."""

import io
import re
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.db import db, in_transaction
from app.identity.models import Delegation
from app.instances import refused
from app.instances.looks import AccessLook
from app.instances.models import Instance
from app.instances.searches import CaseSearch
from app.replay.access import unusual
from tests.abuse.hostile import TEXTS
from tests.acts.conftest import INTAKE, MONDAY, PEOPLE, Office, grant, person
from tests.acts.test_refused import PNG

AUDITOR, WHY = "mohaiyan", "群众举报核查"
PAGE = "/audit/looks"
CHILD = INTAKE["party"]


def listed(office: Office, query: str = "") -> list[str]:
    """The lines of the list, words only."""
    page = office.page(AUDITOR).get(f"{PAGE}{query}")
    assert page.status_code == 200, page.text
    rows = re.findall(r"<tr><td class=\"num nowrap\">.*?</tr>", page.text, re.S)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]


def by_name(office: Office, name: str, purpose: str = WHY) -> str:
    """The page after asking for a child."""
    auditor = office.page(AUDITOR)
    auditor.get(PAGE)
    answer = auditor.follow(auditor.post(PAGE, name=name, purpose=purpose))
    return answer.text


@pytest.fixture
def looked_at(office: Office) -> Office:
    """李桂芳 and 农小兰 have opened the case of 黄某夫妇."""
    office.received()
    for login in ("liguifang", "nongxiaolan"):
        assert office.page(login).get(f"/cases/{office.case}").status_code == 200
    return office


def test_nobody_but_an_auditor_reads_it(looked_at: Office) -> None:
    for login in ("liguifang", "huangjianguo", "huangruoxi", "liangxiaodong", "weiyiming"):
        page = looked_at.page(login)
        assert page.get(PAGE).status_code == 404 and page.get(f"{PAGE}/unusual").status_code == 404, login
        assert page.post(PAGE, name=CHILD, purpose=WHY).status_code == 404, login
    with looked_at.app.app_context():
        assert db.session.scalars(select(CaseSearch)).all() == []


def test_it_tells_who_saw_what_and_names_no_child(looked_at: Office) -> None:
    lines = listed(looked_at)
    assert any("李桂芳" in one and "办件页" in one and "岗位职责内" in one for one in lines), lines
    assert any("农小兰" in one for one in lines)
    assert CHILD not in looked_at.page(AUDITOR).get(PAGE).text


def test_by_person_by_day_and_by_number(looked_at: Office) -> None:
    with looked_at.app.app_context():
        db.session.get_one(Instance, looked_at.case).number = "JY-450123-2026-000777"
        db.session.commit()
    assert all("农小兰" in one for one in listed(looked_at, "?person=nongxiaolan")) and listed(
        looked_at, "?person=农小兰"
    )
    assert listed(looked_at, "?since=2026-11-23&until=2026-11-23") and not listed(looked_at, "?since=2026-11-24")
    assert not listed(looked_at, "?until=2026-11-22")
    whole = listed(looked_at, "?number=jy-450123-2026-000777")
    assert whole == listed(looked_at) and not listed(looked_at, "?number=000777"), "exactly the number"
    looked_at.case = ""  # its number was altered on purpose
    wrong = looked_at.page(AUDITOR).get(f"{PAGE}?person=没有的人")
    assert wrong.status_code == 422 and "没有姓名或用户名是“没有的人”" in wrong.text


def test_asking_for_a_name_tells_nobody_who_works_elsewhere(looked_at: Office) -> None:
    """An auditor of the county finds its people, and whoever came to its cases; a name of elsewhere is as unknown as none."""
    grant(looked_at, "huangruoxi", "auditor")
    auditor, outside = looked_at.page("huangruoxi"), {"person": "zhoumin"}
    for page in ("/audit", PAGE):
        assert auditor.get(page, query_string={"person": "liguifang"}).status_code == 200
        answers = [auditor.get(page, query_string={"person": name}) for name in ("zhoumin", "没有的人")]
        assert [one.status_code for one in answers] == [422, 422], page
    assert looked_at.api("huangruoxi").get("/audit/looks", **outside).status_code == 422
    look = AccessLook(
        person_id=person("zhoumin"), case=looked_at.case, at=MONDAY, fields="case", purpose="", network="cli"
    )
    with looked_at.app.app_context():
        in_transaction(lambda: db.session.add(look))
    assert "周敏" in auditor.get(PAGE, query_string=outside).text


def test_without_anything_asked_for_the_last_days_are_listed(looked_at: Office) -> None:
    clock.set_source(lambda: MONDAY + timedelta(days=10))
    looked_at.sign_in_again(AUDITOR)
    assert listed(looked_at) == [] and 'value="2026-11-26"' in looked_at.page(AUDITOR).get(PAGE).text
    assert listed(looked_at, "?person=liguifang") and listed(looked_at, "?since=2026-11-01")


def test_a_child_is_found_by_the_whole_name_for_a_purpose_and_that_is_a_look(looked_at: Office) -> None:
    page = by_name(looked_at, f" {CHILD} ")
    assert "李桂芳" in page and "姓名完全相符" in page
    for other in ("黄某", "hm", "0000", "韦某夫妇"):
        assert "没有符合条件" in by_name(looked_at, other), other
    with looked_at.app.app_context():
        asked = db.session.scalars(
            select(AccessLook).where(AccessLook.fields == "search").order_by(AccessLook.at)
        ).all()
        assert {(one.person_id, one.purpose) for one in asked} == {(person(AUDITOR), WHY)}
        assert sorted(one.case == looked_at.case for one in asked) == [False] * 4 + [True]
        texts = [row.text for row in db.session.scalars(select(CaseSearch))]
    assert len(texts) == 5 and not any(CHILD.encode() in one for one in texts), "what was typed is sealed"
    assert any("按姓名查登记" in one and WHY in one for one in listed(looked_at)), "the search is itself on record"


def test_without_a_purpose_nothing_is_searched(looked_at: Office) -> None:
    assert "至少 4 个字" in by_name(looked_at, CHILD, "查")
    assert "完整的姓名" in by_name(looked_at, "黄")
    with looked_at.app.app_context():
        assert db.session.scalars(select(CaseSearch)).all() == []


def test_the_search_of_another_auditor_is_not_there(looked_at: Office) -> None:
    auditor = looked_at.page(AUDITOR)
    auditor.get(PAGE)
    place = auditor.post(PAGE, name=CHILD, purpose=WHY).headers["Location"]
    assert CHILD not in place and auditor.get(place).status_code == 200
    assert looked_at.page("liguifang").get(place).status_code == 404
    clock.set_source(lambda: MONDAY + timedelta(hours=13))
    looked_at.sign_in_again(AUDITOR)
    assert looked_at.page(AUDITOR).get(place).status_code == 404, "of an earlier day"


def test_what_lies_outside_the_mandate_is_not_listed(looked_at: Office) -> None:
    with looked_at.app.app_context():
        db.session.get_one(Instance, looked_at.case).division = "520100"
        db.session.commit()
    assert listed(looked_at) == []
    assert "没有符合条件" in by_name(looked_at, CHILD)
    looked_at.case = ""  # its division was altered on purpose


def test_an_event_log_stands_under_who_took_it(looked_at: Office) -> None:
    answer = looked_at.api(AUDITOR).post("/event-logs", {"format": "ocel", "purpose": "年度流程分析"})
    assert answer.status_code == 200
    answer.close()
    assert any("事件日志" in one and "年度流程分析" in one for one in listed(looked_at, f"?person={AUDITOR}"))
    assert not any("事件日志" in one for one in listed(looked_at))


def test_a_list_of_cases_stands_under_who_asked_for_it(looked_at: Office) -> None:
    looked_at.page(AUDITOR).get("/audit?process=care")
    assert any("查案" in one and "process=care" in one for one in listed(looked_at, f"?person={AUDITOR}"))
    assert not any("查案" in one for one in listed(looked_at))


def test_the_same_again_for_another_purpose_is_another_look(looked_at: Office) -> None:
    auditor = looked_at.api(AUDITOR)
    for minutes, why in enumerate((WHY, WHY, "复查整改情况")):
        clock.set_source(lambda minutes=minutes: MONDAY + timedelta(minutes=minutes))  # type: ignore[misc]
        assert auditor.post(f"/instances/{looked_at.case}/purpose", {"purpose": why}).status_code == 204
        assert auditor.get(f"/instances/{looked_at.case}").status_code == 200
    lines = [one for one in listed(looked_at, f"?person={AUDITOR}") if "接口" in one]
    assert [WHY in one for one in lines] == [False, True], lines


def test_a_file_is_on_record_before_it_leaves(looked_at: Office) -> None:
    paper = {"file": (io.BytesIO(PNG), "照片.png"), "instance": looked_at.case}
    document = looked_at.api("liguifang").send("/documents", paper, "multipart/form-data").json["id"]
    answer = looked_at.page("nongxiaolan").client.get(f"/files/{document}")
    assert answer.status_code == 200
    with looked_at.app.app_context():
        rows = db.session.scalars(select(AccessLook).where(AccessLook.fields == f"file:{document}")).all()
        assert [one.person_id for one in rows] == [person("nongxiaolan")], "the reader has not taken a byte of it yet"
    answer.close()


def test_unusual_looks_are_flagged_and_lead_to_the_day(looked_at: Office) -> None:
    nights = MONDAY + timedelta(hours=14)
    stranger = person("zhoumin")
    with looked_at.app.app_context():
        rows = [AccessLook(person_id=who, case=looked_at.case, at=nights, fields="case", purpose="", network="cli")
                for who in (person("liguifang"), stranger)]  # fmt: skip
        in_transaction(lambda: db.session.add_all(rows))
    page = looked_at.page(AUDITOR).get(f"{PAGE}/unusual")
    assert page.status_code == 200 and "周敏" in page.text and "夜间查看 1 次" in page.text
    elsewhere = re.search(r'id="k-elsewhere".*?</section>', page.text, re.S)
    assert elsewhere and "周敏" in elsewhere[0] and "李桂芳" not in elsewhere[0]
    link = re.search(r'href="(/audit/looks\?person=zhoumin[^"]*)"', page.text)
    assert link and "周敏" in looked_at.page(AUDITOR).get(link[1].replace("&amp;", "&")).text


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_any_field_is_answered_with_a_sentence(looked_at: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    page = looked_at.page(AUDITOR)
    page.get(PAGE)
    token = page.token
    for text in TEXTS:
        for name in ("number", "person", "since", "until", "search", "page"):
            assert page.client.get(PAGE, query_string={name: text}).status_code in {200, 404, 422}, (name, text[:20])
        assert page.client.get(f"{PAGE}/unusual", query_string={"since": text, "until": text}).status_code in {200, 422}
        for name in ("name", "purpose"):
            sent = {"name": CHILD, "purpose": WHY, "csrf_token": token, "nonce": ""} | {name: text}
            assert page.client.post(PAGE, data=sent).status_code in {303, 422}, (name, text[:20])
    monkeypatch.setattr("app.replay.access.unusual.MOST", 1)
    answer = page.get(f"{PAGE}/unusual")
    assert answer.status_code == 422 and "请缩小期间" in answer.text


def test_who_was_refused_at_many_cases_is_flagged(looked_at: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unusual, "KNOCKED", 2)
    first = looked_at.case
    zhou = looked_at.page("zhoumin")
    zhou.get(f"/cases/{first}")
    assert "在 " not in flagged(looked_at, "refused")
    looked_at.received()
    for address in (f"/cases/{looked_at.case}", f"/cases/{looked_at.case}", f"/cases/{first}/replay"):
        assert zhou.get(address).status_code == 404
    said = flagged(looked_at, "refused")
    assert "周敏" in said and "在 2 件上被拒 4 次" in said and "上限" not in said
    with looked_at.app.app_context():
        db.session.get_one(Instance, first).division = "520100"
        db.session.commit()
    assert "没有发现" in flagged(looked_at, "refused"), "one of the two lies outside the mandate now"
    looked_at.case = ""  # a division was altered on purpose


def test_who_came_to_the_end_of_what_is_written_is_flagged(looked_at: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for room in (refused, unusual):
        monkeypatch.setattr(room, "ROWS", 2)
    for act in ("", "/replay", "/export"):
        looked_at.page("zhoumin").get(f"/cases/{looked_at.case}{act}")
    assert "在 1 件上被拒 2 次，已到当天上限 2 条，之后每件只记第一次" in flagged(looked_at, "refused")
    for room in (refused, unusual):
        monkeypatch.setattr(room, "FIRST", 2)
    assert "在 1 件上被拒 2 次，已到当天上限 2 条，之后的没有记下" in flagged(looked_at, "refused")


def test_who_came_to_that_end_in_another_place_is_flagged_here(
    looked_at: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for room in (refused, unusual):
        monkeypatch.setattr(room, "ROWS", 2)
    elsewhere = looked_at.case
    for act in ("", "/replay"):
        looked_at.page("zhoumin").get(f"/cases/{elsewhere}{act}")
    looked_at.received()
    looked_at.page("zhoumin").get(f"/cases/{looked_at.case}")
    with looked_at.app.app_context():
        db.session.get_one(Instance, elsewhere).division = "520100"
        db.session.commit()
    assert "在 1 件上被拒 1 次，已到当天上限 2 条" in flagged(looked_at, "refused")
    looked_at.case = ""  # a division was altered on purpose


@pytest.mark.parametrize(("ended", "flags"), [(None, False), (MONDAY - timedelta(days=1), True)])
def test_who_stood_in_until_yesterday_looks_elsewhere_today(
    looked_at: Office, ended: datetime | None, flags: bool
) -> None:
    """The days that were agreed on do not cover what came after the end of it."""
    delegation = Delegation(
        from_person=PEOPLE["liguifang"].id, to_person=PEOPLE["zhoumin"].id, from_day=date(2026, 11, 16),
        to_day=date(2026, 11, 27), reason="休假", recorded_by=PEOPLE["liguifang"].id, recorded_at=MONDAY, ended_at=ended,
    )  # fmt: skip
    look = AccessLook(
        person_id=person("zhoumin"), case=looked_at.case, at=MONDAY, fields="case", purpose="", network="cli"
    )
    with looked_at.app.app_context():
        in_transaction(lambda: db.session.add_all([delegation, look]))
    assert ("周敏" in flagged(looked_at, "elsewhere")) is flags


def flagged(office: Office, kind: str) -> str:
    page = office.page(AUDITOR).get(f"{PAGE}/unusual")
    section = re.search(rf'id="k-{kind}".*?</section>', page.text, re.S)
    assert section, page.text
    return " ".join(re.sub(r"<[^>]+>", " ", section[0]).split())


def test_the_interface_tells_the_same_to_the_same_people(looked_at: Office) -> None:
    for login in ("liguifang", "huangjianguo", "huangruoxi", "liangxiaodong", "weiyiming"):
        api = looked_at.api(login)
        asked = [api.get("/audit/looks"), api.get("/audit/looks/unusual"),
                 api.post("/audit/looks/searches", {"name": CHILD, "purpose": WHY})]  # fmt: skip
        assert [one.status_code for one in asked] == [404, 404, 404], login
    auditor = looked_at.api(AUDITOR)
    told = auditor.get("/audit/looks").json
    assert (told["page"], told["more"]) == (1, False) and len(told["looks"]) == len(listed(looked_at))
    assert {one["login"] for one in told["looks"]} >= {"liguifang", "nongxiaolan"}
    assert {one["case"] for one in told["looks"]} == {looked_at.case} and CHILD not in str(told)
    mine = auditor.get("/audit/looks", person="nongxiaolan", since="2026-11-23", until="2026-11-23").json["looks"]
    assert mine and {(one["who"], one["shown"]) for one in mine} == {("农小兰", "办件页")}
    assert auditor.get("/audit/looks", until="2026-11-22").json["looks"] == []


def test_over_the_interface_a_child_is_found_for_a_purpose_and_that_is_a_look(looked_at: Office) -> None:
    auditor = looked_at.api(AUDITOR)
    found = auditor.post("/audit/looks/searches", {"name": CHILD, "purpose": WHY})
    assert found.status_code == 201
    search = found.json["search"]
    looks = auditor.get("/audit/looks", search=search).json["looks"]
    assert tuple(looks[0][name] for name in ("login", "shown", "purpose")) == (AUDITOR, "按姓名查登记", WHY)
    assert {"liguifang", "nongxiaolan"} <= {one["login"] for one in looks}
    other = auditor.post("/audit/looks/searches", {"name": "韦某夫妇", "purpose": WHY}).json["search"]
    assert auditor.get("/audit/looks", search=other).json["looks"] == []
    assert looked_at.api("liguifang").get("/audit/looks", search=search).status_code == 404
    for wrong in ({"name": "黄", "purpose": WHY}, {"name": CHILD, "purpose": "查"}, {"name": CHILD}):
        assert auditor.post("/audit/looks/searches", wrong).status_code == 422, wrong
    with looked_at.app.app_context():
        assert len(db.session.scalars(select(CaseSearch)).all()) == 2, "what was wrong is no search"


def test_what_is_asked_wrongly_over_the_interface_is_said_at_its_field(looked_at: Office) -> None:
    auditor = looked_at.api(AUDITOR)
    for query in ({"since": "昨天"}, {"page": "0"}, {"child": CHILD}, {"person": "没有的人"}):
        assert auditor.get("/audit/looks", **query).status_code == 422, query
    assert auditor.get("/audit/looks/unusual", since="2026-01-01", until="2026-11-01").status_code == 422


def test_what_is_unusual_is_told_over_the_interface_with_what_it_does_not_prove(looked_at: Office) -> None:
    row = AccessLook(
        person_id=person("zhoumin"), case=looked_at.case, at=MONDAY, fields="case", purpose="", network="cli"
    )
    with looked_at.app.app_context():
        in_transaction(lambda: db.session.add(row))
    told = looked_at.api(AUDITOR).get("/audit/looks/unusual").json
    [one] = [one for one in told["unusual"] if one["kind"] == "elsewhere"]
    assert (one["login"], one["day"], one["title"]) == ("zhoumin", "2026-11-23", "看了自己职责区划以外的件")
    assert told["compared"] >= 3 and told["proves_not"].keys() == unusual.TITLES.keys() and told["emergencies"] == []
