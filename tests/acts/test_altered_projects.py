"""Rows of an audit project are what its chain says; whatever was altered, deleted or slipped in past all acts is named."""

import re

import pytest
from sqlalchemy import select, text, update

from app.db import db, in_transaction
from app.history.guards import UNDO
from app.history.models import HistoryEvent
from app.replay.audits.models import AuditFinding, AuditProject
from tests.acts.conftest import Office
from tests.acts.test_audit_projects import ANSWER, FINDING, answered, raised


def verified(office: Office) -> tuple[int, str]:
    done = office.app.test_cli_runner().invoke(args=["history", "verify"])
    return done.exit_code, done.output


@pytest.fixture
def audited(office: Office) -> Office:
    """A project in the middle: a case examined, one finding settled, one sent back after it was put right, one new."""
    project, settled = raised(office)
    mo, huang = office.page("mohaiyan"), office.page("huangjianguo")
    answered(mo, project, "examine", case=office.case, note="依据缺条款")
    answered(huang, settled, "answer", stance="explained", words="当日系统停电")
    answered(mo, settled, "settle", ending="explained", words="说明成立，已核对")
    for _ in range(2):
        answered(mo, project, "findings", case=office.case, **FINDING)
    back = re.findall(r'href="(/findings/[^"]+)"', mo.get(project).text)[1]
    answered(huang, back, "answer", **ANSWER)
    answered(huang, back, "rectify", words="已补写条款并培训")
    answered(mo, back, "send-back", words="补写的条款不对")
    office.received()
    answered(mo, project, "draw", size="2", strata="process", reason="之后又收了一件")
    assert mo.post(f"{project}/papers").status_code == 200
    return office


def test_the_rows_of_a_project_are_what_its_chain_says(audited: Office) -> None:
    assert verified(audited)[0] == 0


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE audit_project SET title = '别的项目'", "title 与链上所记不同"),
        ("UPDATE audit_project SET division = '450123'", "division 与链上所记不同"),
        ("UPDATE audit_project SET leader = (SELECT MIN(CAST(id AS TEXT)) FROM person)", "leader 与链上所记不同"),
        ("UPDATE audit_project SET state = 'closed'", "state 与链上所记不同"),
        ("UPDATE audit_project SET closed_at = opened_at", "closed_at 与链上所记不同"),
        ("UPDATE audit_project SET drawn_at = NULL", "drawn_at 与链上所记不同"),
        ("UPDATE audit_sample SET examined_at = NULL", "examined_at 与链上所记不同"),
        ("UPDATE audit_sample SET examined_at = '2026-11-20 01:00:00+00:00'", "examined_at 与链上所记不同"),
        ("UPDATE audit_sample SET stratum = 'x'", "stratum 与链上所记不同"),
        ("UPDATE audit_sample SET place = place + 1", "place 与链上所记不同"),
        ("DELETE FROM audit_sample", "已上链的一行被删除"),
        ("UPDATE audit_finding SET state = 'settled'", "state 与链上所记不同"),
        ("UPDATE audit_finding SET promised_on = '2027-11-30' WHERE promised_on IS NOT NULL", "promised_on 与链上"),
        ("UPDATE audit_finding SET division = '450124'", "division 与链上所记不同"),
        ("UPDATE audit_finding SET seq = 1", "seq 与链上所记不同"),
        ("UPDATE audit_finding SET kind = 'other'", "kind 与链上所记不同"),
        ("UPDATE audit_finding SET number = 9 WHERE number = 3", "number 与链上所记不同"),
        ("DELETE FROM audit_finding WHERE number = 3", "已上链的一行被删除"),
    ],
)
def test_a_row_of_a_project_altered_past_all_acts_is_named(audited: Office, statement: str, named: str) -> None:
    if db_name(audited) == "postgresql":
        statement = statement.replace("(SELECT MIN(CAST(id AS TEXT)) FROM person)", "gen_random_uuid()")
    with audited.app.app_context():
        in_transaction(lambda: db.session.execute(text(statement)))
    code, said = verified(audited)
    assert code == 1 and "审计项目" in said and named in said, said


def test_a_finding_or_a_project_slipped_in_is_named(audited: Office) -> None:
    with audited.app.app_context():
        known = db.session.scalars(select(AuditFinding)).first()
        assert known is not None
        columns = {name: getattr(known, name) for name in ("project_id", "case_id", "seq", "division", "kind", "state")}
        project = {name.name: getattr(db.session.get(AuditProject, known.project_id), name.name)
                   for name in AuditProject.__table__.columns if name.name != "id"}  # fmt: skip
        in_transaction(lambda: db.session.add_all([AuditFinding(number=9, **columns), AuditProject(**project)]))
    code, said = verified(audited)
    assert code == 1 and said.count("记录链没有记过") == 2, said


def test_a_chain_that_cannot_be_read_hides_nothing_of_the_others(audited: Office) -> None:
    """Whoever breaks one entry of one chain has not got rid of what the others tell."""

    def command() -> None:
        for lifted in UNDO[db.engine.dialect.name]:
            db.session.execute(text(lifted))
        db.session.execute(update(HistoryEvent).filter_by(case="sys/grants", seq=1).values(sealed=b"nothing"))
        db.session.execute(text("UPDATE audit_project SET state = 'closed'"))
        db.session.execute(text("UPDATE parameter_version SET value = '999'"))

    with audited.app.app_context():
        in_transaction(command)
    code, said = verified(audited)
    assert code == 1 and "state 与链上所记不同" in said and "value 与链上所记不同" in said, said
    assert "sys/grants：记录链读不出来" in said
    audited.case = ""  # the record was altered on purpose


def db_name(office: Office) -> str:
    with office.app.app_context():
        return db.engine.dialect.name
