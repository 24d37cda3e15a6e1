"""Cases 2, 3: counts, badges, facets, pages and "the next task" are of what the reader may see, never of what there is."""

import re

from tests.abuse.conftest import Scene
from tests.doors.house import AGREE, start

NEXT = re.compile(r"/tasks/([0-9a-f]{32})")
COUNTED = re.compile(r'<span class="num">(\d+)</span></a>')
NUMBERS = re.compile(r'<span class="num">(\d+)</span>')


def test_lists_of_another_county_are_empty_and_count_nothing(scene: Scene) -> None:
    zhou = scene.page("zhoumin")
    for address in ("/inbox", "/cases", "/done"):
        text = zhou.get(address).text.split("<main")[1]
        assert set(NUMBERS.findall(text)) <= {"0"}, address
        assert not NEXT.search(text)
    assert scene.api("zhoumin").get("/tasks").json == {"tasks": [], "page": 1, "total": 0}
    running = {login: re.findall(r'num wide">(\d+)</td>', scene.page(login).get("/processes").text)
               for login in ("zhoumin", "liguifang")}  # fmt: skip
    assert set(running["zhoumin"]) == {"0"} and "1" in running["liguifang"]


def test_an_administrator_and_a_policy_officer_have_no_list_at_all(scene: Scene) -> None:
    for login in ("weiyiming", "luzhian", "mohaiyan", "liangxiaodong"):
        assert scene.api(login).get("/tasks").json["total"] == 0
        for address in ("/inbox", "/cases", "/done"):
            assert not NEXT.search(scene.page(login).get(address).text)


def test_pages_and_totals_agree_with_the_rows(scene: Scene) -> None:
    lu = scene.api("luwenjing")
    whole = lu.get("/tasks", size=200).json
    assert whole["total"] == len(whole["tasks"]) > 0
    assert lu.get("/tasks", page=1000).json == {"tasks": [], "page": 1000, "total": whole["total"]}


def test_the_next_task_is_offered_only_to_whom_it_belongs(scene: Scene) -> None:
    """After 填报申请 the assessors follow; who completed it is led back to the own list."""
    case = start(scene.api("liguifang"), "doors_check")
    task, li = case["tasks"][0]["id"], scene.page("liguifang")
    li.post(f"/tasks/{task}/claim")
    li.get(f"/tasks/{task}")
    assert li.post(f"/tasks/{task}/complete", reason="家庭收养").headers["Location"].endswith("/inbox")
    visit, lu = scene.ids["task_id"], scene.page("luwenjing")
    lu.post(f"/tasks/{visit}/claim")
    lu.get(f"/tasks/{visit}")
    following = lu.post(f"/tasks/{visit}/complete", **AGREE).headers["Location"]
    assert scene.page("luwenjing").get(following).status_code == 200


def test_a_picker_names_colleagues_and_nothing_about_them(scene: Scene) -> None:
    """Whom one may ask to stand in: login and name; nobody of another office, no telephone, no address."""
    for login, strangers in (("liguifang", ("周敏", "莫海燕")), ("zhoumin", ("李桂芳", "陆文静"))):
        text = scene.page(login).get("/delegations").text
        options = " ".join(re.findall(r"<option.*?</option>", text, re.S))
        assert not any(name in options for name in strangers)
        assert "@" not in options and not re.search(r"1\d{10}", options)


def test_who_has_left_the_office_has_left_its_files(scene: Scene) -> None:
    """Begun, answered for, held, done, drafted: none of it opens a case to a person without any post there."""
    case, visit = scene.ids["instance_id"], scene.ids["task_id"]
    lu = scene.page("luwenjing")
    lu.post(f"/tasks/{visit}/claim")
    lu.get(f"/tasks/{visit}")
    lu.post(f"/tasks/{visit}/draft", opinion="尚未写完")
    for login, addresses in (
        ("liguifang", (f"/cases/{case}", f"/files/{scene.ids['document_id']}", f"/letters/{scene.ids['letter_id']}",
                       f"/cases/{case}/phone", f"/cases/{case}/follow-up", f"/calls/{scene.ids['call_id']}")),
        ("luwenjing", (f"/cases/{case}", f"/tasks/{visit}", f"/tasks/{visit}/transfer")),
    ):  # fmt: skip
        page, program = scene.page(login), scene.api(login)
        assert page.get(addresses[0]).status_code == 200
        scene.end_roles(login)
        assert {page.get(address).status_code for address in addresses} == {404}
        for address in ("/inbox", "/cases", "/done"):
            text = page.get(address).text
            assert case not in text and visit not in text
            assert set(COUNTED.findall(text)) <= {"0"}, "the menu counts no more than the list shows"
        assert "没有符合条件的件" in page.search("000001").text
        assert program.get(f"/instances/{case}").status_code == 404
        assert program.get("/tasks").json["total"] == 0
        assert page.post(f"/tasks/{visit}/transfer", person="weizhiqiang", reason="离任").status_code == 404
        assert page.post(f"/tasks/{visit}/urge").status_code == 404


def test_the_badge_of_who_left_the_office_counts_no_case_of_it(scene: Scene) -> None:
    """The number beside 在办件 is that of the list behind it."""
    assert badge(scene.page("liguifang").get("/cases").text) > 0
    scene.end_roles("liguifang")
    scene.grant("liguifang", "adoption_registrar", "450124")
    shown = scene.page("liguifang").get("/cases").text
    assert scene.ids["instance_id"] not in shown and badge(shown) == 0


def badge(page: str) -> int:
    found = re.search(r'在办件 <span class="num">(\d+)</span>', page)
    assert found
    return int(found[1])
