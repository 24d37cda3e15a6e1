"""紧急查看 on both databases: asked, approved, read, over; the case itself is left as it was."""

from datetime import timedelta

from app import clock
from tests.acts.conftest import MONDAY, Office

ADMINISTRATOR, SECOND, AUDITOR = "weiyiming", "luzhian", "mohaiyan"


def test_an_administrator_reads_one_case_for_two_hours(office: Office) -> None:
    office.reviewed()
    before = len(office.events())
    asked = office.api(ADMINISTRATOR).post(
        "/emergencies", {"case": office.case, "reason": "审查结果没有写回，查原因", "hours": 2}
    )
    address = f"/emergencies/{asked.json['id']}"
    assert office.page(ADMINISTRATOR).get(f"/cases/{office.case}").status_code == 404
    assert office.api(SECOND).post(f"{address}/approve", {}).json["state"] == "正在进行"
    assert office.page(ADMINISTRATOR).get(f"/cases/{office.case}").status_code == 200
    assert [one["what"] for one in office.api(AUDITOR).get(address).json["looks"]] == ["办件页"]
    clock.set_source(lambda: MONDAY + timedelta(hours=2))
    office.sign_in_again(ADMINISTRATOR)
    assert office.page(ADMINISTRATOR).get(f"/cases/{office.case}").status_code == 404
    assert office.api(AUDITOR).get(address).json["state"] == "已到时结束"
    sealed = office.app.test_cli_runner().invoke(args=["history", "seal"])
    verified = office.app.test_cli_runner().invoke(args=["history", "verify"])
    assert (sealed.exit_code, verified.exit_code) == (0, 0), verified.output
    assert len(office.events()) == before, "nothing is written to the case"
