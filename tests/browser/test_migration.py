"""换用新版 in a browser: planned, tried by the worker beside, approved by another, moved; with script and without."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from app.catalogue.publish import publish
from app.db import db, in_transaction
from app.identity.actor import load_actor_by_login
from app.instances.start import start
from tests.acts.test_migrate import version
from tests.browser.house import House
from tests.browser.looking import accessible, fits_a_phone
from tests.browser.person import Seat
from tests.cast import LI_GUIFANG, LIANG_XIAODONG

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")


def care(house: House) -> None:
    """Three cases of the first version, and a second one in which a step has another id and one is new."""
    around = house.application.extensions["banyan"]
    with house.application.app_context():
        in_transaction(lambda: publish(db.session(), version(), by="test", now=house.days.now()))
        for _ in range(3):
            by = load_actor_by_login(db.session(), LI_GUIFANG, house.days.now().date())
            in_transaction(lambda by=by: start(db.session(), around, "care", by=by, now=house.days.now()).id)
        newer = version("check", review="judge", limit="care.short")
        in_transaction(lambda: publish(db.session(), newer, by="test", now=house.days.now()))


@pytest.mark.parametrize("script", [True, False])
def test_planned_tried_approved_and_moved(house: House, seat: Callable[..., Seat], script: bool) -> None:
    care(house)
    liang = seat(LIANG_XIAODONG, java_script_enabled=script).signs_in().goes("/workflows/care/2")
    liang.clicks("拟定换版方案")
    if script:
        accessible(liang.page)
        fits_a_phone(liang.page)
    liang.page.get_by_label("审查").select_option("judge")
    liang.page.get_by_label("换版的理由").fill("新版生效")
    liang.clicks("拟定方案并试算")
    if not script:
        house.worker.settle()
        liang.page.reload()
    expect(liang.page.get_by_text("3 件能换版")).to_be_visible()
    address = liang.page.url.removeprefix(house.address)
    if script:
        accessible(liang.page)
        fits_a_phone(liang.page)

    second = seat("luzhian", java_script_enabled=script).signs_in().goes("/incidents")
    second.clicks("查看并批准")
    second.clicks("批准并开始换版")
    if not script:
        house.worker.settle()
        second.clicks("刷新") if second.page.get_by_role("link", name="刷新").count() else None
    expect(second.page.get_by_text("已换版 3 件，留在旧版 0 件，没有轮到 0 件。")).to_be_visible()
    if script:
        second.page.reload()
        accessible(second.page)
    expect(liang.goes(address).page.get_by_text("已执行完")).to_be_visible()
