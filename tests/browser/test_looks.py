"""Every page somebody works on: nothing for axe-core, no sideways scrolling, twelve rows and more on a small screen."""

from collections.abc import Callable

import pytest

from app.db import db, in_transaction
from app.instances.start import start
from tests.browser.house import House
from tests.browser.looking import accessible, findings, fits_a_phone
from tests.browser.person import Seat
from tests.cast import LI_GUIFANG, actor
from tests.jobs.desk import half_used

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")
SMALL = {"width": 1366, "height": 768}
IN_SIGHT = """(rows) => rows.filter((row) => { const box = row.getBoundingClientRect();
  return box.top >= 0 && box.bottom <= innerHeight }).length"""


def cases_begun(house: House, number: int) -> None:
    """So many adoptions of 李桂芳, each with its first task."""
    around = house.application.extensions["banyan"]
    with house.application.app_context():
        for _ in range(number):
            in_transaction(lambda: start(db.session(), around, "adoption", by=actor(LI_GUIFANG), now=house.days.now()))
        db.session.remove()


def told_half(house: House) -> None:
    """李桂芳 has been told that half of a limit is used up."""
    with house.application.app_context():
        half_used(house.application.extensions["banyan"], house.days.now())
        db.session.remove()


def test_axe_finds_nothing_on_any_page_light_or_dark_at_a_desk_or_on_a_telephone(
    house: House, seat: Callable[..., Seat]
) -> None:
    li = seat(LI_GUIFANG).goes("/sign-in")
    accessible(li.page)
    li.signs_in().begins("收养登记").takes("预约预审")
    accessible(li.page)
    li.submits().reads("有 6 处需要改，改好后再提交")
    accessible(li.page)
    told_half(house)
    for address in (
        "/inbox",
        "/inbox/week",
        "/cases",
        "/reminders",
        "/processes",
        "/done",
        "/delegations",
        "/password",
    ):
        accessible(li.goes(address).page)
    accessible(li.opens_the_case().page)
    li.clicks("单独看全图")
    accessible(li.page)


def test_axe_does_find_what_is_wrong(seat: Callable[..., Seat]) -> None:
    li = seat(LI_GUIFANG).goes("/sign-in")
    li.page.evaluate("document.querySelector('label').remove()")
    assert any(one.startswith("label:") for one in findings(li.page))
    li.page.evaluate("document.querySelector('main').style.width = '500px'")
    with pytest.raises(AssertionError, match="/sign-in"):
        fits_a_phone(li.page)


def test_no_page_scrolls_sideways_on_a_telephone(house: House, seat: Callable[..., Seat]) -> None:
    cases_begun(house, 3)
    told_half(house)
    li = seat(LI_GUIFANG).goes("/sign-in")
    fits_a_phone(li.page)
    li.signs_in()
    for address in ("/inbox", "/inbox/week", "/cases", "/cases?q=SY", "/reminders", "/processes", "/done", "/delegations", "/password",
                    "/nowhere"):  # fmt: skip
        fits_a_phone(li.goes(address).page)
    li.opens("预约预审")
    task = li.page.url.removeprefix(house.address)
    fits_a_phone(li.page)
    for act in ("release", "transfer"):
        fits_a_phone(li.goes(f"{task}/{act}").page)
    fits_a_phone(li.opens_the_case().page)
    case = li.page.url.removeprefix(house.address)
    for more in ("diagram", "phone", "follow-up", "messages/withdraw"):
        fits_a_phone(li.goes(f"{case}/{more}").page)


def test_twelve_tasks_and_more_are_in_sight_on_a_small_screen(house: House, seat: Callable[..., Seat]) -> None:
    cases_begun(house, 20)
    li = seat(LI_GUIFANG, viewport=SMALL).signs_in()
    li.page.wait_for_load_state("load")
    assert li.page.locator("tr[id^=task-]").evaluate_all(IN_SIGHT) >= 12
    li.goes("/cases")
    assert li.page.locator("tr[id^=case-]").evaluate_all(IN_SIGHT) >= 12
