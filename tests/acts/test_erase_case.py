"""依法销毁: two people; the keys, files, letters and indexes go; the chain still verifies and says so."""

import io
import re
from pathlib import Path

import pytest
from sqlalchemy import text

from app import clock
from app.db import db, in_transaction
from app.errors import Refusal
from app.identity.actor import load_actor_by_login
from app.instances.check import check_case
from app.instances.models import Instance
from app.replay.print_history import gather, record_print
from app.replay.prove import prove
from tests.acts.conftest import AGREE, MONDAY, Office, person
from tests.acts.test_print_history import prints, text_of
from tests.acts.test_take_away import AUDITOR, WHY, verified
from tests.documents.archival import assert_archival
from tests.documents.sample_files import pdf

GROUND = "个人信息保护法第四十七条第一款第一项"
OPEN_WORDS = ("黄某", "户口簿")


def run(office: Office, *words: str) -> tuple[int, str]:
    done = office.app.test_cli_runner().invoke(args=list(words))
    return done.exit_code, done.output


def erased(
    office: Office, *, by: str = "weiyiming", approver: str = "huangjianguo", ground: str = GROUND
) -> tuple[int, str]:
    words = ("instances", "erase", office.case, "--by", by, "--approver", approver, "--ground", ground, "--yes")
    return run(office, *words)


@pytest.fixture
def ended(office: Office) -> Office:
    """A case of 黄某夫妇 with an attached file, archived."""
    office.received()
    sent = {"instance": office.case, "file": (io.BytesIO(pdf()), "户口簿.pdf")}
    file = office.api("nongxiaolan").send("/documents", sent, "multipart/form-data").json["id"]
    office.complete("审查", "nongxiaolan", AGREE | {"attachments": [file]})
    for _ in range(6):
        for name in office.open():
            office.complete(name, {"审批": "huangjianguo", "整理材料": "mengxiuying"}.get(name, "mengxiuying"))
    return office


def count(table: str) -> int:
    return int(db.session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def test_everything_that_tells_of_people_is_gone_and_the_chain_holds(ended: Office) -> None:
    with ended.app.app_context():
        assert count("search_token") and count("document_content") and ended.events()[-1].fields
    code, said = erased(ended)
    assert code == 0 and "内容已依法销毁" in said
    with ended.app.app_context():
        assert [count(one) for one in ("search_token", "document", "document_content", "letter", "draft")] == [0] * 5
        row = db.session.get_one(Instance, ended.case)
        assert (row.subject, row.state) == (None, None)
        assert list(check_case(db.session(), ended.app.extensions["banyan"], row, now=clock.now())) == []
    *gone, last = ended.events()
    assert all(one.fields is None for one in gone)
    told = dict(last.fields or {})
    assert (last.kind, told["reason"], told["actor"], told["payload/second_person"]) == (
        "erased", GROUND, person("weiyiming"), person("huangjianguo"),
    )  # fmt: skip
    assert run(ended, "history", "verify", ended.case)[0] == 0
    code, said = run(ended, "history", "replay", ended.case)
    assert code == 0 and "内容已依法销毁，不可重演" in said


def test_the_button_says_that_it_cannot_be_executed_again(ended: Office) -> None:
    erased(ended)
    with ended.app.app_context():
        row = db.session.get_one(Instance, ended.case)
        found = prove(db.session(), ended.app.extensions["banyan"], row, now=MONDAY)
    assert found.holds and any(line.text == "内容已依法销毁，不可重演" for line in found.lines)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_the_file_of_the_database_holds_no_word_of_it(ended: Office) -> None:
    """SQLite writes over what is deleted; pages of PostgreSQL are cleared by VACUUM, not by the act."""
    erased(ended)
    with ended.app.app_context():
        file = str(db.engine.url.database)
        db.session.remove()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    content = Path(file).read_bytes()
    assert not [word for word in OPEN_WORDS if word.encode() in content]


def test_it_needs_two_people_an_ended_case_and_a_ground(ended: Office) -> None:
    for words, sentence in (
        ({"approver": "weiyiming"}, "须由两人办理"),
        ({"approver": "liguifang"}, ""),
        ({"by": "liguifang"}, "没有找到"),
        ({"ground": " "}, "理由"),
    ):
        code, said = erased(ended, **words)
        assert code == 1 and sentence in said, said
    with ended.app.app_context():
        assert count("document_content") == 1
    assert erased(ended)[0] == 0
    code, said = erased(ended)
    assert code == 1 and "已依法销毁" in said


def test_a_running_case_is_not_destroyed(office: Office) -> None:
    office.received()
    code, said = erased(office)
    assert code == 1 and "还在办理" in said


def test_a_court_can_still_file_what_is_left(ended: Office, tmp_path: Path) -> None:
    """On paper: every entry with its hash and its commitment, who destroyed it on what ground, and that it is no fault."""
    before = [(event.seq, event.hash, event.root) for event in ended.events()]
    assert erased(ended)[0] == 0
    mo, case = ended.page(AUDITOR), f"/cases/{ended.case}"
    shown = mo.post(f"{case}/purpose", reason=WHY)
    assert mo.get(shown.headers["Location"]).headers["Location"].endswith(f"{case}/replay")
    page = mo.get(f"{case}/replay").text
    assert f'href="{case}/print"' in page and f'href="{case}/export"' in page
    assert "选哪一种内容都一样" in mo.get(f"{case}/print").text
    answer = mo.post(f"{case}/print", extent="whole", purpose=WHY)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")

    assert_archival(answer.data)
    said = text_of(answer.data)
    for words in (
        "办件存证摘录（内容已依法销毁）", "隆安县民政局", "本件不可重演", "加密这些内容的密钥已经销毁", f"依据：{GROUND}",
        "由韦一鸣办理、黄建国批准", "成立：记录链", "核验说明", WHY, ended.case, "销毁的密钥编号",
    ):  # fmt: skip
        assert re.sub(r"\s", "", words) in said, words
    *gone, last = ended.events()
    assert [(event.seq, event.hash, event.root) for event in gone] == before
    for event in (*gone, last):
        assert f"第{event.seq}步" in said and event.hash in said and event.root in said, event.seq
    assert not [words for words in (*OPEN_WORDS, "李桂芳", "同意") if words in said.replace("不同意", "")]

    api = ended.api(AUDITOR).post(f"/instances/{ended.case}/print", {"extent": "redacted", "purpose": WHY})
    file = tmp_path / "left.pdf"
    words = ("history", "print", ended.case, "--to", str(file), "--by", AUDITOR, "--purpose", WHY)
    assert run(ended, *words)[0] == 0
    assert text_of(api.data) == text_of(file.read_bytes()) == said
    assert {fields for _, fields, _ in prints(ended)} == {"print:erased"}


def test_a_print_that_was_read_before_does_not_leave_after(ended: Office) -> None:
    around, now = ended.app.extensions["banyan"], clock.now()
    with ended.app.app_context():
        by = load_actor_by_login(db.session(), AUDITOR, clock.legal_day(now))
        printing = gather(db.session(), around, ended.case, by=by, whole=True, purpose=WHY, network="x", now=now)
        db.session.remove()
    assert erased(ended)[0] == 0
    with ended.app.app_context(), pytest.raises(Refusal) as refused:
        in_transaction(lambda: record_print(db.session(), printing, now=now))
    assert refused.value.status == 410 and prints(ended) == []


def test_what_is_left_is_taken_away_at_every_door(ended: Office, tmp_path: Path) -> None:
    assert erased(ended)[0] == 0
    mo, case = ended.page(AUDITOR), f"/cases/{ended.case}"
    mo.post(f"{case}/purpose", reason=WHY)
    assert "选哪一种内容都一样" in mo.get(f"{case}/export").text
    at_page = mo.post(f"{case}/export", extent="whole", purpose=WHY)
    by_api = ended.api(AUDITOR).post(f"/instances/{ended.case}/export", {"extent": "whole", "purpose": WHY})
    for content in (at_page.data, by_api.data):
        said = verified(ended, content, tmp_path)
        assert "内容已依法销毁" in said and GROUND in said and not [words for words in OPEN_WORDS if words in said]


def test_nobody_else_prints_it_and_those_who_worked_on_it_are_told(ended: Office) -> None:
    erased(ended)
    for login in ("liguifang", "zhoumin", "weiyiming"):
        page = ended.page(login)
        assert page.get(f"/cases/{ended.case}/print").status_code == 404, login
        assert page.post(f"/cases/{ended.case}/print", extent="whole", purpose=WHY).status_code == 404, login
    told = ended.page("liguifang").get(f"/cases/{ended.case}")
    assert told.status_code == 410 and "已依法销毁" in told.text
    assert ended.page("zhoumin").get(f"/cases/{ended.case}").status_code == 404
