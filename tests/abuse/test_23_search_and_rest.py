"""Cases 23, 24, 25, 31: a search is no oracle, a copy of the database says nothing, a draft is read by its writer alone."""

import re

import orjson
import pytest
from sqlalchemy import LargeBinary, select

from app.catalogue.bundle import Bundle
from app.db import Base, db
from app.instances import searches
from app.instances.models import Draft, Instance
from app.instances.searches import CaseSearch
from tests.abuse.conftest import PARTY, Scene, put
from tests.doors.house import FORM, SETTINGS, laned_bundle, start

FIRST = "没有符合条件的件"


@pytest.fixture
def named(scene: Scene) -> str:
    """A case in 450123 about 闭月英; gives its id."""
    put(scene.app, laned_bundle(settings=SETTINGS + '[subject]\nparty = "application.reason"\n'))
    li = scene.api("liguifang")
    case = start(li, "doors_check")
    done = li.post(f"/tasks/{case['tasks'][0]['id']}/complete", {"answers": {"reason": PARTY}})
    assert done.status_code == 200
    return str(case["id"])


def test_a_name_is_found_in_the_own_scope_and_answered_like_nobodys_elsewhere(scene: Scene, named: str) -> None:
    assert named in scene.page("liguifang").search(PARTY).text
    for login in ("zhoumin", "mohaiyan", "liangxiaodong", "weiyiming", "linzhihua"):
        theirs, nobody = scene.page(login).search(PARTY), scene.page(login).search("无此人名")
        assert named not in theirs.text and (FIRST if login != "mohaiyan" else "没有这个案号的件") in theirs.text
        assert theirs.status_code == nobody.status_code
        plain = [re.sub(r'csrf_token" value="[^"]+"|' + name, "", text)
                 for name, text in ((PARTY, theirs.text), ("无此人名", nobody.text))]  # fmt: skip
        plain = [re.sub(r"search=[0-9a-f]{32}", "", text) for text in plain]
        assert plain[0] == plain[1]


def test_part_of_a_name_or_number_is_no_way_to_guess(scene: Scene, named: str) -> None:
    for text in ("闭", "闭月", "月英", "闭%", "闭_英", "%", "__", "' OR 1=1 --", "*", "450123"):
        assert named not in scene.page("liguifang").search(text).text, text


def test_no_address_carries_what_was_typed(scene: Scene, named: str) -> None:
    page = scene.page("liguifang")
    sent = page.post("/cases/search", q=PARTY)
    assert re.fullmatch(r"/cases\?search=[0-9a-f]{32}", sent.headers["Location"])
    found = page.get(sent.headers["Location"])
    assert named in found.text
    for address in re.findall(r'(?:href|action|src)="([^"]*)"', found.text):
        assert PARTY not in address and "%E9%97" not in address.upper(), address
    assert page.get("/cases", query_string={"q": PARTY}).text.count(PARTY) == page.get("/cases").text.count(PARTY)


def test_each_search_is_written_down_sealed_and_belongs_to_its_writer(scene: Scene, named: str, rows_of) -> None:
    before = len(rows_of(CaseSearch))
    sent = scene.page("liguifang").post("/cases/search", q=PARTY)
    row = rows_of(CaseSearch)[-1]
    assert len(rows_of(CaseSearch)) == before + 1
    assert row.network == "127.0.0.1" and PARTY.encode() not in row.text
    assert scene.page("zhoumin").get(sent.headers["Location"]).status_code == 404
    assert scene.page("luoxiuzhen").get(sent.headers["Location"]).status_code == 404


def test_nobody_searches_without_end(scene: Scene, monkeypatch: pytest.MonkeyPatch, rows_of) -> None:
    monkeypatch.setattr(searches, "MOST", 3)
    zhou = scene.page("zhoumin")
    zhou.get("/inbox")
    statuses = [zhou.post("/cases/search", q=f"45012{n}").status_code for n in range(5)]
    assert statuses == [303, 303, 303, 429, 429]
    assert "上限" in zhou.post("/cases/search", q="x1").text
    assert scene.page("luwenjing").post("/cases/search", q="450123").status_code == 303, "others still may"


def test_a_copy_of_the_database_names_nobody(scene: Scene, named: str) -> None:
    """Answers, names, drafts, searches, states and records: sealed or blind in every column of every table."""
    scene.page("liguifang").search(PARTY)
    visit, lu = scene.ids["task_id"], scene.page("luwenjing")
    lu.post(f"/tasks/{visit}/claim")
    lu.get(f"/tasks/{visit}")
    lu.post(f"/tasks/{visit}/draft", opinion=PARTY)
    with scene.app.app_context():
        for table in Base.metadata.sorted_tables:
            for row in db.session.execute(select(table)):
                for column, value in zip(table.columns, row, strict=True):
                    said = value if isinstance(column.type, LargeBinary) else str(value).encode()
                    assert PARTY.encode() not in (said or b"") and b"\\u95ed" not in (said or b""), column


def test_a_draft_is_nobody_elses_and_dies_with_the_right(scene: Scene, rows_of) -> None:
    visit, lu = scene.ids["task_id"], scene.page("luwenjing")
    lu.post(f"/tasks/{visit}/claim")
    lu.get(f"/tasks/{visit}")
    lu.post(f"/tasks/{visit}/draft", opinion="只给自己看的草稿")
    assert "只给自己看的草稿" in lu.get(f"/tasks/{visit}").text
    for login in ("weizhiqiang", "liguifang", "huangjianguo", "mohaiyan"):
        for address in (f"/tasks/{visit}", f"/cases/{scene.ids['instance_id']}", "/inbox"):
            assert "只给自己看的草稿" not in scene.page(login).get(address).text
    moved = lu.post(f"/tasks/{visit}/transfer", person="weizhiqiang", reason="外出培训")
    assert moved.status_code == 303
    assert rows_of(Draft) == []
    assert "只给自己看的草稿" not in scene.page("weizhiqiang").get(f"/tasks/{visit}").text
    assert lu.post(f"/tasks/{visit}/draft", opinion="还想再写").status_code == 409


def test_of_a_number_no_more_than_four_digits_are_shown_whatever_stands_beside_it(scene: Scene) -> None:
    """Birthday, sex and county are on the same page: the first six digits and the last four would give it all."""
    numbers = {"id_no": "45012319860501123X", "mobile": "13878812345", "landline": "0771-6520000"}
    text = paper_with(scene, numbers)
    read = read_by_a_person(text)
    for number in numbers.values():
        assert number[:8] not in text and number[-8:] not in text
        assert f"{'*' * (len(number) - 4)}{number[-4:]}" in read
        assert number[:3] not in read and number[-5:] not in read


def test_beside_the_whole_birthday_no_digit_of_the_identity_number_is_shown(scene: Scene) -> None:
    """Birthday and last four leave a handful of counties to guess; a birthday of somebody else takes nothing away."""
    mother, child = "45012319860501123X", "450123202101010021"
    text = paper_with(scene, {"id_no": mother, "child_no": child, "born": "1986-05-01"})
    assert f'<span class="secret">{"*" * 18}</span>' in text
    read = read_by_a_person(text)
    assert "1986-05-01" in read and "123X" not in read and f"{'*' * 14}0021" in read


def read_by_a_person(page: str) -> str:
    """The words of a page's main part; addresses and tokens are left out, three digits stand in those by chance."""
    return re.sub(r"<[^>]*>", " ", page.partition("<main")[2])


KINDS = {"id_no": "cn-id", "child_no": "cn-id", "mobile": "mobile", "landline": "phone"}


def paper_with(scene: Scene, answers: dict[str, str]) -> str:
    """The page of a form that was handed over with these answers."""
    form = orjson.loads(FORM)
    form["components"] += [
        {"type": "textfield", "key": key, "label": key, "properties": {"kind": kind}} for key, kind in KINDS.items()
    ] + [{"type": "datetime", "key": "born", "subtype": "date", "dateLabel": "出生日期"}]
    plain = laned_bundle()
    name = "doors_check/forms/application.json"
    put(scene.app, Bundle(plain.key, dict(plain.files) | {name: orjson.dumps(form).decode()}))
    li = scene.api("liguifang")
    case = start(li, "doors_check")
    done = li.post(f"/tasks/{case['tasks'][0]['id']}/complete", {"answers": {"reason": "家庭收养"} | answers})
    assert done.status_code == 200, done.text
    page = scene.page("liguifang")
    link = re.search(rf'href="(/cases/{case["id"]}/papers/[^"]+)"', page.get(f"/cases/{case['id']}").text)
    assert link
    return page.get(link[1]).text


def test_lists_mask_a_child_to_the_first_character(scene: Scene) -> None:
    put(scene.app, laned_bundle(settings=SETTINGS + '[subject]\nchild = "application.reason"\n'))
    li = scene.api("liguifang")
    task = start(li, "doors_check")["tasks"][0]["id"]
    assert li.post(f"/tasks/{task}/complete", {"answers": {"reason": "欧阳小明明"}}).status_code == 200
    text = scene.page("liguifang").get("/cases").text
    assert "欧*" in text and "欧阳" not in text


def test_instances_of_two_children_cannot_change_places(scene: Scene, named: str) -> None:
    """Swapping sealed columns between two cases opens neither: one sentence, no foreign child."""
    with scene.app.app_context():
        one, other = db.session.get(Instance, named), db.session.get(Instance, scene.ids["instance_id"])
        other.subject = one.subject
        db.session.commit()
    answer = scene.page("liguifang").get(f"/cases/{scene.ids['instance_id']}")
    assert answer.status_code == 500 and PARTY not in answer.text
