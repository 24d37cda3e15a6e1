"""The invented cases: made by the acts alone, so that they prove themselves; and the lists a newcomer opens.

On SQLite only: `test_telling` tells on both databases, and what the lists ask is tried on both by `tests/acts`.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app import clock
from app.cli.bench.fill.copies import Copy, Pattern
from app.cli.bench.fill.names import name_of
from app.cli.bench.fill.templates import persons_of, read_templates, template_ids
from app.cli.bench.fill.writing import writer
from app.cli.demo_cases import tell_all
from app.cli.demo_cases.people import about, id_number
from app.cli.demo_cases.stories import families
from app.db import db
from app.forms.kinds import read_cn_id, same_sex
from app.history.event import Head
from app.history.models import StoredKey
from app.history.verify import verify_all, verify_case
from app.inbox.subjects import subject_of
from app.instances.check import check_case, clock_alarms, standing_still
from app.instances.heads import recorded_heads
from app.instances.models import Instance
from app.replay.reexecute import reexecute_all, reexecute_case
from tests.conftest import PASSWORD
from tests.demo.conftest import THURSDAY
from tests.doors import Browser
from tests.doors.house import fingerprint

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")


@pytest.fixture
def page(told: Flask) -> Callable[[str, str], str]:
    """A page as somebody reads it, words only, on that Thursday."""
    clock.set_source(lambda: THURSDAY)

    def read(login: str, address: str) -> str:
        answer = Browser(told, login, PASSWORD).get(address)
        assert answer.status_code == 200, answer.text
        return answer.text

    return read


def test_every_record_proves_itself(told: Flask) -> None:
    around = told.extensions["banyan"]
    with told.app_context():
        session = db.session()
        assert verify_all(session, vault=around.vault, log=around.log, heads=recorded_heads(session)).holds
        assert all(one.same for one in reexecute_all(session, around.vault))
        rows = session.scalars(select(Instance)).all()
        assert len(rows) >= 30
        assert not [found for row in rows for found in check_case(session, around, row, now=THURSDAY)]
        assert not list(standing_still(session)) and not list(clock_alarms(session))


def test_told_again_nothing_is_added(told: Flask) -> None:
    before = fingerprint(told)
    with told.app_context():
        assert tell_all(told.extensions["banyan"], THURSDAY + timedelta(days=3)) == 0
        db.session.remove()
    assert fingerprint(told) == before


def test_the_clock_is_given_back(told: Flask) -> None:
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_the_tasks_of_the_registrar_stand_in_every_group(page: Callable[[str, str], str]) -> None:
    text = page("liguifang", "/inbox")
    for word in ("已超期", "今日", "本周", "其后", "无期限", "停表中"):
        assert f"{word}</span>" in text.split("<table", 1)[1], word
    assert text.count("<tr id=") >= 12
    assert "继续" in text and "黄振宁·询问笔录" in text and "“问答”第 3 行" in text


def test_the_cases_of_the_registrar_say_whom_they_wait_for(page: Callable[[str, str], str]) -> None:
    text = page("liguifang", "/cases")
    for words in (
        "等公告满 60 日", "等待补正", "等待答复", "冻结（停表）", "其他部门", "当事人", "县级分管领导", "韦志强", "收养登记·回访",
    ):  # fmt: skip
        assert words in text, words
    assert "超3日" in text and "63/60日" in text
    assert "卢*" in text and "卢小雨" not in text
    assert "当事人未录入" not in text, "an appointment bears the name it was made under"


def test_the_others_find_their_work_too(page: Callable[[str, str], str]) -> None:
    assert "李桂芳 11-25" in page("luwenjing", "/inbox")
    assert "孤儿认定·入户核实" in page("lushaomei", "/inbox")
    assert "收养登记·审批" in page("weidaming", "/inbox")
    assert "正代" in page("luoxiuzhen", "/inbox")
    assert "收养登记·归档" in page("luoxiuzhen", "/done")


@pytest.mark.parametrize("login", ["luwenjing", "lushaomei"])
def test_what_a_list_or_a_task_links_to_opens(page: Callable[[str, str], str], login: str) -> None:
    """Also for those who see a case only while they have a task in it."""
    lists = [page(login, address) for address in ("/inbox", "/cases", "/done")]
    tasks = set(re.findall(r'href="(/tasks/\w+)"', lists[0]))
    assert tasks and 'class="what">' in lists[2]
    for text in (*lists, *(page(login, task) for task in tasks)):
        for address in set(re.findall(r'href="(/cases/\w+(?:/\w+)?)"', text)):
            page(login, address)


def test_invented_people_have_numbers_that_check(told: Flask) -> None:
    for name in families()["family"]:
        known = about(name, THURSDAY.date())
        for role in {key.removesuffix("_id_no") for key in known if key.endswith("_id_no")}:
            number = read_cn_id(known[f"{role}_id_no"])
            assert same_sex(number, known[f"{role}_sex"]) and number[6:14] == known[f"{role}_dob"].replace("-", "")
    assert id_number("450123", THURSDAY.date(), 7, "2")[16] == "6"


def test_a_list_asks_as_many_statements_whatever_its_length(told: Flask, page: Callable[[str, str], str]) -> None:
    """Twelve tasks and one, twenty-seven cases and sixteen (some of both idle), fifty things done and a few."""

    def statements(login: str, address: str) -> tuple[int, int]:
        browser = Browser(told, login, PASSWORD)
        with counted(told) as asked:
            rows = browser.get(address).text.count("<tr")
        return rows, len(asked)

    clock.set_source(lambda: THURSDAY)
    for login, long, short in (
        ("liguifang", "/inbox", "/inbox?urgency=today"),
        ("liguifang", "/cases", "/cases?urgency=later"),
        ("liguifang", "/done", "/done?page=3"),
    ):
        (many, asked_for_many), (few, asked_for_few) = statements(login, long), statements(login, short)
        assert many > few + 8 and asked_for_many == asked_for_few, (long, many, few)


def test_a_step_shows_its_own_limit_and_a_task_that_of_its_case(page: Callable[[str, str], str]) -> None:
    row = page("liguifang", "/inbox").split("曾文斌")[0].rsplit("<tr", 1)[1]
    assert "审查期限" in row
    visit = re.search(r'href="(/tasks/\w+)">孤儿认定·入户核实', page("lushaomei", "/inbox"))
    assert visit
    text = page("lushaomei", visit[1])
    assert "本步开始 11-19" in text and "11-19 后第 5 个工作日 = 11-26，周四，工作日，不顺延" in text
    assert text.index("本步开始") < text.index("收到材料日 11-16"), "the nearer date first"


def test_on_the_telephone_a_freeze_is_not_told_and_what_is_missing_is(page: Callable[[str, str], str]) -> None:
    cases = page("liguifang", "/cases")

    def card(step: str) -> str:
        case = re.search(rf'href="(/cases/\w+)">收养登记·{step}', cases)
        assert case
        return page("liguifang", f"{case[1]}/phone").split("可以这样说")[1].split("不能在电话里说")[0]

    frozen = card("冻结")
    assert "冻结" not in frozen and "认领" not in frozen and "停止计算办理期限" in frozen
    assert "还缺：补正材料收到" in card("等待补正")
    assert "现在等公告满 60 日" in card("等公告满 60 日") and "期满后接着办理" in card("等公告满 60 日")
    assert "等其他部门答复" in card("卫健 生育情况核验")


def test_the_village_reads_the_case_of_the_step_that_waits_for_it(page: Callable[[str, str], str]) -> None:
    task = re.search(r'href="(/tasks/\w+)">孤儿认定·入户核实', page("lushaomei", "/inbox"))
    assert task
    shown = page("lushaomei", task[1])
    case, paper = re.search(r'href="(/cases/\w+)"', shown), re.search(r'href="(/cases/\w+/papers/[\w-]+)"', shown)
    assert case and paper
    assert "孤儿认定" in page("lushaomei", case[1]) and "陆阿婆" in page("lushaomei", paper[1])


def test_what_one_has_done_leads_only_where_one_may_still_look(page: Callable[[str, str], str]) -> None:
    for login in ("luwenjing", "weizhiqiang", "lushaomei", "liguifang"):
        done = page(login, "/done")
        assert "收养登记·" in done or "孤儿认定·" in done
        for address in re.findall(r'class="go" href="(/cases/\w+)"', done)[:5]:
            assert "流程图" in page(login, address)


def test_a_clue_names_the_case_it_came_from(page: Callable[[str, str], str]) -> None:
    waiting = [page(login, "/inbox") for login in ("nongxiaolan", "huangjianguo", "luoxiuzhen", "linzhihua")]
    clues = [text for text in waiting if "线索移送·" in text]
    assert clues and all(re.search(r'class="name">(SY|GR)-\d+', text) for text in clues)


def test_questioners_are_chosen_in_ones_own_office(page: Callable[[str, str], str]) -> None:
    task = re.search(r'href="(/tasks/\w+)">收养登记·询问笔录', page("liguifang", "/inbox"))
    assert task
    text = page("liguifang", task[1])
    assert "覃立新" in text and "李桂芳" in text and "农建康" not in text


def test_the_certificate_says_everything_once_and_in_words(told: Flask, page: Callable[[str, str], str]) -> None:
    case = re.search(r'href="(/cases/\w+)">收养登记·回访', page("liguifang", "/cases"))
    assert case
    letter = re.search(r'href="(/letters/[\w-]+)">收养登记证', page("liguifang", case[1]))
    assert letter
    text = page("liguifang", letter[1])
    assert text.count("周德胜") == 1 and ">女</td>" in text and "2026年10月28日</td>" in text
    assert re.search(r'class="number">（2026）桂隆安收字\d{5}<', text)


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """Statements that reach the database inside."""
    asked: list[str] = []
    with app.app_context():
        engine = db.engine

    def listen(connection: object, cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", listen)


def test_cases_can_be_made_again_to_fill_a_database(told: Flask) -> None:
    """Their copies are of other people and elsewhere, and stand every check that the originals stand."""
    around = told.extensions["banyan"]
    vault, log = around.vault, around.log
    with told.app_context():
        session = db.session()
        templates = read_templates(session, vault, ids=template_ids(session))
        for number, template in enumerate(templates):
            at_home = Pattern(template, log)
            copy = Copy(at_home.at("451123"), number, vault=vault)
            people = [one.encode() for one in persons_of(template)]
            assert not any(one in event.text for event in copy.pattern.events for one in people)
            with_rows(session, copy, Copy(at_home, number + 1000, vault=vault))
            stored = session.get_one(Instance, copy.id)
            head = Head(stored.head_seq, stored.head_hash)
            assert verify_case(session, vault=vault, log=log, case=copy.id, expected=head).broken is None
            assert reexecute_case(session, vault, copy.id).same
            assert not list(check_case(session, around, stored, now=THURSDAY))
            assert stored.division == "451123" and (
                stored.number is None or stored.number != template.instance["number"]
            )
            subject = subject_of(vault, stored, session.get(StoredKey, (copy.id, "")), THURSDAY.date())
            assert subject.party == (name_of(2 * number) if at_home.names else template.subject["party"])
        session.rollback()
        db.session.remove()


def with_rows(session: Session, *copies: Copy) -> None:
    written = writer(session.connection())
    written.write(session.connection(), written.gathered(row for copy in copies for row in copy.rows()))


def test_most_of_a_copy_is_worked_out_once_for_all_copies(told: Flask) -> None:
    """Where only digests and ids differ, their bytes are exchanged in what is packed already."""
    around = told.extensions["banyan"]
    with told.app_context():
        session = db.session()
        templates = read_templates(session, around.vault, ids=template_ids(session))
        events = [event for one in templates for event in Pattern(one, around.log).events]
        assert sum(event.quick for event in events) > 0.8 * len(events)
        db.session.remove()
