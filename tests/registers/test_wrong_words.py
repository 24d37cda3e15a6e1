"""Commands refuse wrong words, wrong files and the wrong people with a Chinese sentence, and nothing is written."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.calendar.models import WorkingDaysVersion
from app.cli.duties import duties
from app.cli.long_work import long_work
from app.connectors.ask import faked
from app.db import db, in_transaction
from app.instances.models import Task
from app.jobs.loop import Loop
from app.parameters.models import ParameterVersion
from tests.cast import HUANG_JIANGUO, LI_GUIFANG, LIANG_XIAODONG, NONG_XIAOLAN, WEI_YIMING
from tests.registers.test_register_commands import a_case_due_in_january, number_in

GROUNDS = ("--by", LIANG_XIAODONG, "--reason", "公布安排", "--source", "国办发明电〔2026〕99号")
VALUE = ("--unit", "CD", "--source", "设计值", "--mark", "design", "--reason", "试点")
CHINESE = re.compile(r"Error: .*[\u4e00-\u9fff]{2}")
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(application: Flask) -> Run:
    clock.set_source(lambda: datetime(2026, 12, 29, 2, tzinfo=UTC))

    def invoke(*words: str) -> tuple[int, str]:
        answer = application.test_cli_runner().invoke(args=list(words))
        return answer.exit_code, answer.output

    return invoke


TABLES = {
    "no columns": (b"a,b\n1,2\n", "三列"),
    "a cell short": (b"day,kind,name\n2027-01-01,holiday\n", "第 2 行"),
    "a cell more": (b"day,kind,name\n2027-01-01,holiday,a,b\n", "第 2 行"),
    "no such day": (b"day,kind,name\n2027-13-01,holiday,a\n", "2027-13-01"),
    "no such kind": (b"day,kind,name\n2027-01-01,holidy,a\n", "holiday、lieu_rest、lieu_work"),
    "twice": (b"day,kind,name\n2027-01-01,holiday,a\n2027-01-01,lieu_rest,b\n", "写了两次"),
    "gbk": ("day,kind,name\n2027-01-01,holiday,元旦\n".encode("gbk"), "UTF-8"),
    "empty": (b"", "是空的"),
    "another year": (b"day,kind,name\n2028-01-01,holiday,a\n", "不在 2027 年内"),
}


@pytest.mark.parametrize("what", TABLES)
def test_a_table_that_cannot_be_read_says_where(application: Flask, run: Run, tmp_path: Path, what: str) -> None:
    content, word = TABLES[what]
    file = tmp_path / "2027.csv"
    file.write_bytes(content)
    code, said = run("calendar", "draft", "2027", str(file), *GROUNDS)
    assert code != 0 and CHINESE.search(said) and word in said
    with application.app_context():
        assert db.session.scalar(select(func.count()).select_from(WorkingDaysVersion).where(
            WorkingDaysVersion.version.is_(None))) == 0  # fmt: skip


WORDS = [
    (("calendar", "draft", "next", "x.csv", *GROUNDS), "YEAR"),
    (("calendar", "draft", "2027", "/absent.csv", *GROUNDS), "没有这个文件"),
    (("calendar", "draft"), "缺少 YEAR"),
    (("calendar", "approve", "7", "--by", WEI_YIMING), "编号"),
    (("calendar", "approve", "00000000-0000-0000-0000-000000000000", "--by", WEI_YIMING), "没有找到"),
    (("calendar", "invent"), "没有这个命令"),
    (("calendar", "approve", "--fast"), "--fast"),
    (("parameter", "enter", "adoption.review", "25", *VALUE, "--from", "soon", "--by", LIANG_XIAODONG), "YYYY-MM-DD"),
    (("parameter", "enter", "adoption.review", "25", *VALUE, "--from", "2026-12-29", "--by", LIANG_XIAODONG), "以后的日子"),
    (("parameter", "enter", "adoption.review", "x", *VALUE, "--from", "2027-01-01", "--by", LIANG_XIAODONG), "整数"),
    (("parameter", "enter", "adoption.reviw", "25", *VALUE, "--from", "2027-01-01", "--by", LIANG_XIAODONG), "没有登记"),
    (("parameter", "enter", "adoption.review", "25", *VALUE, "--from", "2027-01-01", "--by", "nobody"), "不存在"),
    (("parameter", "enter", "adoption.review", "25", *VALUE, "--from", "2027-01-01", "--by", LI_GUIFANG), "政策岗"),
    (("separation", "ask", "450123", "--by", NONG_XIAOLAN, "--from", "2026-12-30", "--to", "2027-02-28", "--reason", "x",
      "--mark", "y"), "负责人"),
    (("separation", "ask", "450123", "--by", HUANG_JIANGUO, "--from", "2027-03-30", "--to", "2027-02-28", "--reason",
      "x", "--mark", "y"), "起止日期"),
    (("instances", "check", "SY-0"), "没有编号或案号为 SY-0 的办件"),
    (("instances", "check", "--percent", "101"), "0 至 100"),
    (("history", "verify", "SY-0"), "没有核验任何内容"),
    (("history", "replay", "SY-0"), "没有核验任何内容"),
    (("process", "lint", "/absent"), "没有这个文件"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "word"), WORDS, ids=range(len(WORDS)))
def test_wrong_words_are_refused_in_chinese(run: Run, words: tuple[str, ...], word: str) -> None:
    code, said = run(*words)
    assert code != 0 and CHINESE.search(said) and word in said


def test_who_works_on_cases_changes_no_calendar(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "2027.csv"
    file.write_text("day,kind,name\n2027-01-01,holiday,元旦\n", "utf-8")
    code, said = run("calendar", "draft", "2027", str(file), *("--by", NONG_XIAOLAN), *GROUNDS[2:])
    assert code != 0 and "政策岗" in said
    drafted = run("calendar", "draft", "2027", str(file), *GROUNDS)[1]
    code, said = run("calendar", "approve", number_in(drafted), "--by", HUANG_JIANGUO)
    assert code != 0 and "政策岗" in said
    assert run("calendar", "approve", number_in(drafted), "--by", WEI_YIMING)[0] == 0


def test_a_limit_moves_open_dates_on_the_day_it_applies_and_not_before(application: Flask, run: Run) -> None:
    now = datetime(2026, 12, 29, 2, tzinfo=UTC)
    with application.app_context():
        case = in_transaction(lambda: a_case_due_in_january(application, now))
    words = ("check.answer", "6", "--unit", "WD", "--source", "设计值", "--mark", "design", "--reason", "试点")
    entered = run("parameter", "enter", *words, "--from", "2026-12-31", "--by", LIANG_XIAODONG)[1]
    assert run("parameter", "approve", number_in(entered), "--by", LI_GUIFANG)[0] != 0
    assert run("parameter", "approve", number_in(entered), "--by", WEI_YIMING)[0] == 0
    worked(application)
    assert due(application, case) == date(2027, 1, 4)
    clock.set_source(lambda: datetime(2026, 12, 30, 17, tzinfo=UTC))
    worked(application)
    assert due(application, case) == date(2027, 1, 6)


def worked(application: Flask) -> None:
    around = application.extensions["banyan"]
    with application.app_context():
        Loop(duties(around, faked({}, moment=0), long_work(around))).run_until_idle()
        db.session.remove()


def due(application: Flask, case: str) -> date | None:
    with application.app_context():
        return db.session.query(Task).filter_by(instance_id=case).one().due_on


def test_relaxed_separation_ends_when_a_leader_says_so(run: Run) -> None:
    days = ("--from", "2026-12-30", "--to", "2027-02-28", "--reason", "只有三人", "--mark", "隆民字〔2026〕1号")
    number = number_in(run("separation", "ask", "450123", "--by", HUANG_JIANGUO, *days)[1])
    assert run("separation", "approve", number, "--by", "tanmingyue")[0] == 0
    assert run("separation", "restore", number, "--by", LI_GUIFANG)[0] != 0
    code, said = run("separation", "restore", number, "--by", HUANG_JIANGUO)
    assert code == 0 and "到此为止" in said


def test_a_case_is_checked_by_its_number_as_well(application: Flask, run: Run) -> None:
    now = datetime(2026, 12, 29, 2, tzinfo=UTC)
    with application.app_context():
        case = in_transaction(lambda: a_case_due_in_january(application, now))
    for words in (("instances", "check"), ("history", "verify"), ("history", "replay")):
        code, said = run(*words, case)
        assert code == 0, said


def test_the_register_of_parameters_stays_as_it_was(application: Flask, run: Run) -> None:
    def rows() -> int:
        with application.app_context():
            return db.session.scalar(select(func.count()).select_from(ParameterVersion)) or 0

    before = rows()
    for words, _ in WORDS:
        run(*words)
    assert rows() == before
