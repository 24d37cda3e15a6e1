"""催办: by the one who answers for the case, once a day, read above the list until the step is done."""

from datetime import timedelta

from app import clock
from tests.acts.conftest import AGREE, MONDAY, Office, person


def test_the_holder_reads_it_above_the_list_and_everybody_in_the_record(office: Office) -> None:
    office.received()
    task = office.task("审查")["id"]
    office.api("nongxiaolan").post(f"/tasks/{task}/claim")
    li = office.page("liguifang")
    assert f"/tasks/{task}/urge" in li.get("/cases").text
    assert "提醒农小兰尽快办理“审查”" in li.get(f"/tasks/{task}/urge").text
    after = li.follow(li.post(f"/tasks/{task}/urge"))

    assert "今日已催" in after.text and f"/tasks/{task}/urge" not in after.text
    inbox = office.page("nongxiaolan").get("/inbox").text
    assert "李桂芳 11-23 09:00：寄养照料·审查" in inbox
    assert "催办“审查”（农小兰）" in li.get(f"/cases/{office.case}").text
    assert office.last("urged")["actor"] == person("liguifang")

    assert office.api("nongxiaolan").post(f"/tasks/{task}/complete", {"answers": AGREE}).status_code == 200
    assert "李桂芳 11-23" not in office.page("nongxiaolan").get("/inbox").text


def test_once_a_day_and_again_tomorrow(office: Office) -> None:
    office.received()
    task = office.task("审查")["id"]
    assert office.api("liguifang").post(f"/tasks/{task}/urge").status_code == 204
    again = office.api("liguifang").post(f"/tasks/{task}/urge")
    assert again.status_code == 409 and "一天只能催一次" in again.json["detail"]
    clock.set_source(lambda: MONDAY + timedelta(hours=15))
    assert office.api("liguifang").post(f"/tasks/{task}/urge").status_code == 204
    assert len(office.events("urged")) == 2


def test_others_do_not_urge_and_nobody_urges_oneself(office: Office) -> None:
    office.received()
    task = office.task("审查")["id"]
    assert office.api("huangjianguo").post(f"/tasks/{task}/urge").status_code == 403
    assert office.api("zhoumin").post(f"/tasks/{task}/urge").status_code == 404
    office.start()
    cases = office.page("liguifang").get("/cases").text
    assert f"/tasks/{office.task('受理')['id']}/urge" not in cases and "待认领" in cases
    own = office.api("liguifang").post(f"/tasks/{office.task('受理')['id']}/urge")
    assert own.status_code == 409 and "您自己就能办理" in own.json["detail"]


def test_a_closed_step_is_not_urged(office: Office) -> None:
    intake = office.received()
    assert office.api("liguifang").post(f"/tasks/{intake}/urge").status_code == 409
    assert office.page("liguifang").get(f"/tasks/{intake}/urge").status_code == 409
