"""Rows that somebody altered in the database, past all acts: the chains still hold, the comparison with them does not
(proof §2.1)."""

import io
import re
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import banyan_verify
from app import clock
from app.catalogue.publish import publish
from app.db import db, in_transaction
from app.history.guards import ADDED_TO, ADDED_UNDO
from app.history.verify import verify_all
from app.instances.check import check_case
from app.instances.heads import recorded_heads
from app.instances.models import Instance
from tests.acts.conftest import AGREE, Office, grant, person
from tests.documents.sample_files import pdf
from tests.doors.house import APPLICATION, SETTINGS, complete, laned_bundle, start

PNG = (Path(__file__).parents[1] / "doors" / "dot.png").read_bytes()
ANOTHER = person("luoxiuzhen")
ALTERED = [
    (f"UPDATE task SET closed_by = '{ANOTHER}' WHERE status = 'done'", "task"),
    (f"UPDATE task SET on_behalf_of = '{ANOTHER}' WHERE status = 'done'", "task"),
    ("UPDATE task SET status = 'cancelled' WHERE status = 'done'", "task"),
    (f"UPDATE task SET assignee_id = '{ANOTHER}' WHERE status = 'open'", "task"),
    ("UPDATE task SET name = '审批' WHERE status = 'open'", "task"),
    (f"UPDATE instance SET owner_id = '{ANOTHER}'", "case"),
    (f"UPDATE instance SET started_by = '{ANOTHER}'", "case"),
    ("UPDATE instance SET division = '450124'", "case"),
    ("UPDATE instance SET started_at = '2026-01-05 01:00:00+00:00'", "case"),
    ("DELETE FROM submission", "submission"),
    ("UPDATE submission SET answers = digest", "submission"),
    ("UPDATE submission SET digest = answers", "submission"),
    ("INSERT INTO case_mark SELECT 'late', started_at, id FROM instance", "mark"),
]


def past_the_guards(statement: str) -> None:
    """As the owner of the tables."""
    for lifted in ADDED_UNDO[db.engine.dialect.name]:
        db.session.execute(text(lifted))
    db.session.execute(text(statement))


@pytest.fixture
def handed_in(office: Office) -> Office:
    office.received()
    return office


def differing(office: Office) -> list[str]:
    around = office.app.extensions["banyan"]
    with office.app.app_context():
        row = db.session.get_one(Instance, office.case)
        found = [one.what for one in check_case(db.session(), around, row, now=clock.now())]
        db.session.remove()
    return found


def test_an_untouched_case_agrees_with_its_record(handed_in: Office) -> None:
    assert differing(handed_in) == []


@pytest.mark.parametrize(("statement", "what"), ALTERED)
def test_what_was_altered_is_named(handed_in: Office, statement: str, what: str) -> None:
    with handed_in.app.app_context():
        in_transaction(lambda: past_the_guards(statement))
        around = handed_in.app.extensions["banyan"]
        heads = recorded_heads(db.session())
        assert verify_all(db.session(), vault=around.vault, log=around.log, heads=heads).holds
        db.session.remove()

    assert differing(handed_in) == [what]


@pytest.mark.parametrize("table", sorted(ADDED_TO))
def test_the_database_refuses_to_change_what_was_handed_over_and_who_looked(handed_in: Office, table: str) -> None:
    handed_in.page("nongxiaolan").get(f"/cases/{handed_in.case}")
    with handed_in.app.app_context():
        postgresql = db.engine.dialect.name == "postgresql"
        column = {"submission": "form", "access_look": "fields"}[table]
        statements = [f"UPDATE {table} SET {column} = 'x'", f"DELETE FROM {table}"]
        statements += [f"TRUNCATE {table}"] if postgresql else [f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"]
        assert db.session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() > 0
        db.session.remove()
        for statement in statements:
            with pytest.raises(DBAPIError, match="append-only"):
                in_transaction(lambda statement=statement: db.session.execute(text(statement)))  # type: ignore[misc]
        db.session.remove()


@pytest.fixture
def attached(office: Office) -> str:
    """审查 done with a file attached; the id of the document."""
    office.received()
    sent = {"instance": office.case, "file": (io.BytesIO(pdf()), "户口簿.pdf")}
    answer = office.api("nongxiaolan").send("/documents", sent, "multipart/form-data")
    assert answer.status_code == 201, answer.text
    office.complete("审查", "nongxiaolan", AGREE | {"attachments": [answer.json["id"]]})
    return str(answer.json["id"])


def test_a_stranger_compares_the_original_with_what_was_taken_away(
    office: Office, attached: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taken, original, other = tmp_path / "case.zip", tmp_path / "a.pdf", tmp_path / "b.pdf"
    run = office.app.test_cli_runner().invoke
    words = [
        "history",
        "export",
        office.case,
        "--to",
        str(taken),
        "--by",
        "mohaiyan",
        "--purpose",
        "法院调取",
        "--whole",
    ]
    assert run(args=words).exit_code == 0
    original.write_bytes(pdf())
    other.write_bytes(pdf() + b" ")
    trust = re.findall(r"[0-9a-f]{64}", run(args=["history", "fingerprint"]).output)[0]
    seq = office.events("completed")[-1].seq
    assert banyan_verify.main([str(taken), "--trust", trust, "--file", str(original)]) == 0
    assert f"与第 {seq} 步的附件相符" in capsys.readouterr().out
    assert banyan_verify.main([str(taken), "--trust", trust, "--file", str(other)]) == 4
    assert "与包内显示的附件摘要都不相符" in capsys.readouterr().out


def held_in_turn(office: Office) -> None:
    """One claims, gives away, the other lets go and takes it again: the holder shown is the last one."""
    review = office.task("审查")["id"]
    grant(office, "luoxiuzhen", "county_reviewer")
    office.api("nongxiaolan").post(f"/tasks/{review}/claim")
    body = {"to": "luoxiuzhen", "reason": "外出培训"}
    assert office.api("nongxiaolan").post(f"/tasks/{review}/transfer", body).status_code == 200
    for act in ("release", "claim"):
        assert office.api("luoxiuzhen").post(f"/tasks/{review}/{act}").status_code in {200, 204}


def test_a_task_that_went_through_several_hands_agrees(handed_in: Office) -> None:
    held_in_turn(handed_in)
    assert differing(handed_in) == []
    with handed_in.app.app_context():
        let_go = "UPDATE task SET assignee_id = NULL WHERE status = 'open'"
        in_transaction(lambda: db.session.execute(text(let_go)))
    assert differing(handed_in) == ["task"]


def test_a_task_taken_back_agrees(handed_in: Office) -> None:
    done = re.findall(r"/tasks/([0-9a-f]{32})/take-back", handed_in.page("liguifang").get("/done").text)
    assert handed_in.api("liguifang").post(f"/tasks/{done[0]}/take-back").status_code == 200
    assert differing(handed_in) == []


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE document SET sha256 = sm3", "document"),
        ("UPDATE document SET sm3 = sha256", "document"),
        ("UPDATE document SET size = size + 1", "document"),
        ("UPDATE document SET type = 'application/pdf'", "document"),
        ('UPDATE document SET "case" = NULL', "document"),
        ("UPDATE letter SET sm3 = number", "letter"),
        ("UPDATE letter SET number = '隆民收〔2026〕99号'", "letter"),
        ("DELETE FROM letter", "letter"),
    ],
)
def test_a_file_or_a_letter_that_was_exchanged_is_named(office: Office, statement: str, what: str) -> None:
    """Somebody who holds the vault key as well can seal other bytes; the record says which there were (proof §2.2)."""
    publish_numbered(office)
    li = office.api("liguifang")
    case = start(li, "doors_check")
    office.case = case["id"]
    sent = {"file": (io.BytesIO(PNG), "户口簿.png"), "instance": office.case}
    paper = li.send("/documents", sent, "multipart/form-data").json["id"]
    complete(li, case["tasks"][0]["id"], APPLICATION | {"papers": [paper]})
    assert differing(office) == []
    said = [event for event in office.events("completed") if (event.fields or {}).get("payload/~files")]
    assert (said[0].fields or {})["payload/~files"][paper]["size"] == len(PNG)
    with office.app.app_context():
        in_transaction(lambda: db.session.execute(text(statement)))
    assert differing(office) == [what]


def publish_numbered(office: Office) -> None:
    """`doors_check` with a number on its letter."""
    numbered = SETTINGS.replace('file = "notice.txt"', 'file = "notice.txt"\nseries = "letters.adoption"')
    with office.app.app_context():
        in_transaction(lambda: publish(db.session(), laned_bundle(settings=numbered), by="test", now=clock.now()))
