"""Registers changed by command: one enters, another approves, and open dates move on the record."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from app import clock
from app.calendar.versions import current
from app.db import db, in_transaction
from app.history.read import read_events
from app.identity.actor import load_actor_by_login
from app.instances.models import Instance, Task
from app.instances.start import start
from app.parameters import register
from tests.cast import HUANG_JIANGUO, LI_GUIFANG, LIANG_XIAODONG, NONG_XIAOLAN, WEI_YIMING

NEW_YEAR = "day,kind,name\n2027-01-01,holiday,元旦\n2027-01-04,lieu_rest,元旦\n"


@pytest.fixture
def december() -> datetime:
    now = datetime(2026, 12, 29, 2, tzinfo=UTC)
    clock.set_source(lambda: now)
    return now


def run(application: Flask, *words: str) -> tuple[int, str]:
    answer = application.test_cli_runner().invoke(args=list(words))
    return answer.exit_code, answer.output


def number_in(output: str) -> str:
    return output.split("编号 ")[1].split("，")[0]


def test_a_holiday_table_moves_provisional_dates_and_says_so(
    application: Flask, december: datetime, tmp_path: Path
) -> None:
    with application.app_context():
        case = in_transaction(lambda: a_case_due_in_january(application, december))
    table = tmp_path / "2027.csv"
    table.write_text(NEW_YEAR, "utf-8")
    grounds = ["--reason", "国务院公布安排", "--source", "国办发明电〔2026〕99号"]

    code, drafted = run(application, "calendar", "draft", "2027", str(table), "--by", LIANG_XIAODONG, *grounds)
    assert code == 0, drafted
    foreseen = "1 件未办结办件的日期会变动：\n  未编号（答复） “答复”：2027-01-04 → 2027-01-06\n"
    assert foreseen in drafted
    assert foreseen in run(application, "calendar", "affected", number_in(drafted), "--by", WEI_YIMING)[1]
    with application.app_context():
        kinds = [event.kind for event in read_events(db.session(), application.extensions["banyan"].vault, case)]
        assert kinds == ["started"] and current(db.session()).is_workday(date(2027, 1, 4)), "nothing of it stays"
        db.session.rollback()
    same = run(application, "calendar", "approve", number_in(drafted), "--by", LIANG_XIAODONG)
    assert same[0] != 0 and "另一位" in same[1]
    code, approved = run(application, "calendar", "approve", number_in(drafted), "--by", WEI_YIMING)

    assert code == 0 and "逐件重算" in approved
    assert run(application, "worker", "--once")[0] == 0
    with application.app_context():
        task = db.session.query(Task).filter_by(instance_id=case).one()
        events = read_events(db.session(), application.extensions["banyan"].vault, case)
        assert current(db.session()).is_workday(date(2027, 1, 4)) is False
    assert task.due_on == date(2027, 1, 6) and "provisional" not in (task.due_mark or "")
    assert [event.kind for event in events] == ["started", "due_moved"]
    assert (events[1].fields or {})["reason"] == "2027 年放假安排：国办发明电〔2026〕99号（工作日历第 2 版）"


def test_a_value_of_the_register_needs_a_second_person(application: Flask, december: datetime) -> None:
    words = ["adoption.review", "25", "--unit", "CD", "--source", "设计值", "--mark", "design", "--from", "2027-01-01"]
    code, entered = run(application, "parameter", "enter", *words, "--reason", "试点", "--by", LIANG_XIAODONG)
    assert code == 0, entered
    assert run(application, "parameter", "approve", number_in(entered), "--by", LIANG_XIAODONG)[0] != 0
    assert run(application, "parameter", "approve", number_in(entered), "--by", WEI_YIMING)[0] == 0
    with application.app_context():
        before = register.current(db.session(), date(2026, 12, 31)).get("adoption.review", "450123")
        after = register.current(db.session(), date(2027, 1, 1)).get("adoption.review", "450123")
    assert (before.value, after.value) == ("30", "25")


def test_a_limit_says_beforehand_whose_dates_it_moves_and_on_the_record_why(
    application: Flask, december: datetime
) -> None:
    with application.app_context():
        case = in_transaction(lambda: a_case_due_in_january(application, december))
    words = [
        "check.answer",
        "2",
        "--unit",
        "WD",
        "--source",
        "隆民字〔2026〕8号",
        "--mark",
        "design",
        "--reason",
        "试点",
    ]
    code, entered = run(application, "parameter", "enter", *words, "--from", "2026-12-30", "--by", LIANG_XIAODONG)
    foreseen = "  未编号（答复） “答复”：2027-01-04 → 2026-12-31\n"
    assert code == 0 and foreseen in entered
    assert foreseen in run(application, "parameter", "affected", number_in(entered), "--by", WEI_YIMING)[1]
    refused = run(application, "parameter", "affected", number_in(entered), "--by", LI_GUIFANG)
    assert refused[0] != 0 and "未编号" not in refused[1]
    assert run(application, "parameter", "approve", number_in(entered), "--by", WEI_YIMING)[0] == 0

    clock.set_source(lambda: december + timedelta(days=1))
    assert run(application, "worker", "--once")[0] == 0
    with application.app_context():
        events = read_events(db.session(), application.extensions["banyan"].vault, case)
        assert db.session.query(Task).filter_by(instance_id=case).one().due_on == date(2026, 12, 31)
    assert (events[-1].kind, (events[-1].fields or {})["reason"]) == (
        "due_moved",
        "答复 2工作日，自 2026-12-30 起：隆民字〔2026〕8号",
    )
    again = ["check.answer", "3", *words[2:], "--division", "450124"]
    elsewhere = run(application, "parameter", "enter", *again, "--from", "2027-01-04", "--by", LIANG_XIAODONG)[1]
    assert "没有未办结办件的日期会变动" in elsewhere


def test_divisions_come_from_a_file_line_by_line(application: Flask, tmp_path: Path) -> None:
    file = tmp_path / "villages.csv"
    file.write_text("code,name\n450122999,不存在乡\n12,错\n", "utf-8")
    code, output = run(application, "divisions", str(file), "--by", WEI_YIMING)
    assert code != 0 and "3：" in output
    stranger = run(application, "divisions", str(file), "--by", NONG_XIAOLAN)
    assert stranger[0] != 0 and "管理员" in stranger[1]


def test_a_county_asks_and_the_city_approves(application: Flask) -> None:
    days = ["--from", "2026-12-01", "--to", "2027-02-28", "--reason", "只有三人", "--mark", "隆民字〔2026〕1号"]
    code, asked = run(application, "separation", "ask", "450123", "--by", HUANG_JIANGUO, *days)
    assert code == 0, asked
    assert run(application, "separation", "approve", number_in(asked), "--by", HUANG_JIANGUO)[0] != 0
    assert run(application, "separation", "approve", number_in(asked), "--by", "tanmingyue")[0] == 0


def a_case_due_in_january(application: Flask, now: datetime) -> str:
    """A plain case whose open task was given three working days, which end in a year without a table."""
    from app.catalogue.bundle import Bundle
    from app.catalogue.publish import publish
    from tests.engine.drawing import bpmn, chain, end, node
    from tests.engine.drawing import start as start_event

    drawing = bpmn(
        start_event(), node("userTask", "answer", name="答复", limit="check.answer"), end(), chain("start", "answer", "end"),
        id="answering",
    )  # fmt: skip
    settings = (
        'key = "answering"\ntitle = "答复"\ncode = "DF"\nprocess = "answering"\n[start]\nroles = ["caseworker"]\n'
        '[limits."check.answer"]\nvalue = 4\nunit = "WD"\nsource = "设计值"\nmark = "design"\ntitle = "答复"\n'
    )
    bundle = Bundle("answering", {"answering/process.bpmn": drawing.decode(), "answering/process.toml": settings})
    publish(db.session(), bundle, by="test", now=now)
    li = load_actor_by_login(db.session(), LI_GUIFANG, clock.legal_day(now))
    row: Instance = start(db.session(), application.extensions["banyan"], "answering", by=li, now=now)
    db.session.flush()
    task = db.session.query(Task).filter_by(instance_id=row.id).one()
    assert task.due_on == date(2027, 1, 4) and "provisional" in (task.due_mark or "")
    return row.id
