"""事件日志 at every door: for auditors alone, for a purpose, on record before it leaves, and never with a name in it."""

from pathlib import Path
from typing import IO

import pytest
from sqlalchemy import select, text

from app.catalogue.process_settings import read_settings
from app.db import db
from app.errors import Refusal
from app.history.guards import UNDO
from app.history.models import HistoryEvent
from app.instances.looks import AccessLook
from app.instances.models import Instance
from app.replay.mining import export_log
from tests.abuse.hostile import TEXTS, VALUES
from tests.acts.conftest import Office, person
from tests.acts.procedure import SETTINGS
from tests.demo.mining_rules import ocel_faults, xes_faults

AUDITOR, WHY = "mohaiyan", "2026年流程分析"
LOG = "/audit/event-log"


def asked(**more: str) -> dict[str, str]:
    return {"format": "xes", "purpose": WHY} | more


def noted(office: Office) -> list[tuple[str, str, str]]:
    """Who took a log, of what kind, what for."""
    with office.app.app_context():
        rows = db.session.scalars(select(AccessLook).where(AccessLook.case == "sys/mining").order_by(AccessLook.at))
        return [(row.person_id, row.fields, row.purpose) for row in rows]


def test_nobody_but_an_auditor_takes_a_log(office: Office) -> None:
    office.received()
    for login in ("liguifang", "huangjianguo", "huangruoxi", "liangxiaodong", "weiyiming"):
        page = office.page(login)
        assert page.get(LOG).status_code == 404 and page.post(LOG, **asked()).status_code == 404, login
        assert office.api(login).post("/event-logs", asked()).status_code == 404, login
    assert noted(office) == []


def test_an_auditor_takes_one_and_it_is_on_record(office: Office, tmp_path: Path) -> None:
    office.reviewed()
    page = office.page(AUDITOR)
    page.get(LOG)
    answer = page.post(LOG, **asked(process="care", series="第3号"))
    assert answer.status_code == 200 and answer.headers["Content-Disposition"].endswith(".xes")
    (file := tmp_path / "log.xes").write_bytes(answer.data)
    assert xes_faults(file) == []
    assert "审查" in answer.text and "黄某" not in answer.text and "李桂芳" not in answer.text
    assert '<string key="fact.kind" value="usual"' in answer.text.replace("' ", '" '), "declared non-personal"
    assert "fact.withdrawn_on" not in answer.text
    assert noted(office) == [(person(AUDITOR), "mining:xes", f"{WHY}（事项 care；1 件；化名系列 第3号）")]


def test_the_interface_and_the_command_give_the_same(office: Office, tmp_path: Path) -> None:
    office.reviewed()
    made = office.api(AUDITOR).post("/event-logs", asked(format="ocel", series="甲"))
    assert made.status_code == 200, made.text
    (first := tmp_path / "a.json").write_bytes(made.data)
    second = tmp_path / "b.json"
    words = ["history", "mine", "--ocel", "--to", str(second), "--by", AUDITOR, "--purpose", WHY, "--series", "甲"]
    run = office.app.test_cli_runner().invoke(args=words)
    assert run.exit_code == 0 and "1 件" in run.output, run.output
    assert first.read_bytes() == second.read_bytes() and ocel_faults(second) == []
    assert second.stat().st_mode & 0o077 == 0
    again = office.app.test_cli_runner().invoke(args=words)
    assert again.exit_code == 1 and "已经存在" in again.output
    nobody = [*words[:4], str(tmp_path / "c.json"), "--by", "liguifang", "--purpose", WHY]
    assert office.app.test_cli_runner().invoke(args=nobody).exit_code == 1
    assert not (tmp_path / "c.json").exists() and len(noted(office)) == 2


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"purpose": "查"}, "至少 4 个字"), ({"format": "csv"}, "只有 XES 和 OCEL"), ({"division": "45x"}, "数字代码"),
        ({"since": "昨天"}, "日期请写成"), ({"version": "二"}, "版本请写数字"), ({"version": "9"}, "没有第 9 版"),
        ({"process": "care", "version": "7"}, "没有第 7 版"), ({"process": "adoption"}, "没有符合条件"),
        ({"division": "520100"}, "没有符合条件"),
    ],
)  # fmt: skip
def test_what_cannot_be_given_is_said_and_not_recorded(office: Office, more: dict[str, str], told: str) -> None:
    office.received()
    page = office.page(AUDITOR)
    page.get(LOG)
    answer = page.post(LOG, **asked(**more))
    assert answer.status_code == 422 and told in answer.text, answer.text
    assert noted(office) == []


def test_a_case_outside_the_mandate_is_in_no_log(office: Office) -> None:
    office.received()
    with office.app.app_context():
        db.session.get_one(Instance, office.case).division = "520100"
        db.session.commit()
    assert office.api(AUDITOR).post("/event-logs", asked()).status_code == 422
    office.case = ""  # its division was altered on purpose


def test_more_than_a_request_may_take_is_left_to_the_command(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.received()
    for module in ("app.web.event_log", "app.api.event_logs"):
        monkeypatch.setattr(f"{module}.MOST", 1)
    answer = office.api(AUDITOR).post("/event-logs", asked())
    assert answer.status_code == 422 and "flask history mine" in answer.json["detail"]
    assert export_log.MOST > 1 and noted(office) == []


def test_a_chain_that_cannot_be_read_gives_no_half_a_file(office: Office, tmp_path: Path) -> None:
    office.received()
    with office.app.app_context():
        for statement in UNDO[db.engine.dialect.name]:
            db.session.execute(text(statement))
        db.session.get_one(HistoryEvent, (office.case, 1)).sealed = b"\0" * 40
        db.session.commit()
    answer = office.api(AUDITOR).post("/event-logs", asked())
    assert answer.status_code == 500 and "核验" in answer.json["detail"]
    path = tmp_path / "log.xes"
    words = ["history", "mine", "--xes", "--to", str(path), "--by", AUDITOR, "--purpose", WHY]
    run = office.app.test_cli_runner().invoke(args=words)
    assert run.exit_code == 1 and not path.exists(), run.output
    office.case = ""  # its record was broken on purpose


def test_a_command_that_is_cut_short_leaves_no_half_a_file(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_short(file: IO[bytes], _title: str, _traces: object) -> int:
        file.write(b"<log>")
        raise ConnectionError("the database is gone")

    office.received()
    monkeypatch.setattr(export_log, "write_xes", cut_short)
    words = ["history", "mine", "--xes", "--to", str(path := tmp_path / "a.xes"), "--by", AUDITOR, "--purpose", WHY]
    assert office.app.test_cli_runner().invoke(args=words).exit_code == 1
    assert not path.exists() and len(noted(office)) == 1, "on record all the same: something may have left"


def test_any_field_and_any_body_is_answered_with_a_sentence(office: Office) -> None:
    office.received()
    page, api = office.page(AUDITOR), office.api(AUDITOR)
    page.get(LOG)
    token = page.token
    for said in TEXTS:
        for name in ("format", "purpose", "process", "version", "division", "since", "state", "series"):
            answer = page.client.post(LOG, data=asked(**{name: said}) | {"csrf_token": token})
            assert answer.status_code in {200, 422}, (name, said[:20], answer.status_code)
            answer.close()
    for value in VALUES:
        for name in ("format", "purpose", "process", "version", "division", "since", "state", "series"):
            answer = api.post("/event-logs", asked() | {name: value})
            assert answer.status_code in {200, 400, 422}, (name, str(value)[:20], answer.status_code)
            answer.close()


def test_only_what_cannot_name_anybody_is_declared_non_personal() -> None:
    assert read_settings(SETTINGS).open_facts == {"kind"}
    for kind in ("text", "map", "periods"):
        with pytest.raises(Refusal) as refused:
            read_settings(SETTINGS.replace('kind = "date"', f'kind = "{kind}"\npersonal = false'))
        assert refused.value.code == "bundle_settings"
