"""依法销毁: two people; the keys, files, letters and indexes go; the chain still verifies and says so."""

import io
from pathlib import Path

import pytest
from sqlalchemy import text

from app import clock
from app.db import db
from app.instances.check import check_case
from app.instances.models import Instance
from app.replay.prove import prove
from tests.acts.conftest import AGREE, MONDAY, Office, person
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
