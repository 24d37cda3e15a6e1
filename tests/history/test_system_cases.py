"""The deployment's own chains: grants, definitions, parameters, access."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.db import db, in_transaction, transaction
from app.history import AlreadyRecorded, Broken, Head, append_to_system, read_events, verify_all, verify_case
from app.history.system import locked_head
from app.vault import Vault
from tests.history.chains import CASE, LOG, NINE, RAW_EVENT, RAW_HEAD, RAW_KEY, write_chain

GRANTS = "sys/grants"


def granted(session: Session, vault: Vault, role: str, **other: str) -> Head:
    fields = {"actor": "weiyiming", "payload/role": role}
    return append_to_system(
        session, vault=vault, log=LOG, name="grants", at=NINE, kind="granted", fields=fields, **other
    )


def test_grants_form_one_chain(session: Session, vault: Vault) -> None:
    first = granted(session, vault, "assessor")
    second = granted(session, vault, "archivist")
    events = read_events(session, vault, GRANTS)
    assert [(e.seq, e.hash) for e in events] == [(1, first.hash), (2, second.hash)]
    assert events[1].prev == first.hash
    assert [e.fields["payload/role"] for e in events if e.fields] == ["assessor", "archivist"]
    assert locked_head(session, GRANTS) == second


def test_each_name_has_its_own_chain(session: Session, vault: Vault) -> None:
    granted(session, vault, "assessor")
    head = append_to_system(session, vault=vault, log=LOG, name="access", at=NINE, kind="looked_up", fields={})
    assert head.seq == 1
    report = verify_all(session, vault=vault, log=LOG, heads={CASE: write_chain(session, vault)})
    assert (report.holds, report.cases, report.events) == (True, 3, 6)


def test_a_person_s_entries_have_a_data_key_of_their_own(session: Session, vault: Vault) -> None:
    granted(session, vault, "assessor", subject="luwenjing")
    granted(session, vault, "assessor", subject="weizhiqiang")
    granted(session, vault, "archivist", subject="luwenjing")
    subjects = session.execute(select(RAW_KEY.c.subject).order_by(RAW_KEY.c.subject)).scalars().all()
    assert subjects == ["luwenjing", "weizhiqiang"]
    assert verify_case(session, vault=vault, log=LOG, case=GRANTS, expected=locked_head(session, GRANTS)).head.seq == 3


def test_the_same_command_is_recorded_once(session: Session, vault: Vault) -> None:
    head = granted(session, vault, "assessor", dedupe="cmd:1")
    with pytest.raises(AlreadyRecorded), session.begin_nested():
        granted(session, vault, "assessor", dedupe="cmd:1")
    assert locked_head(session, GRANTS) == head


def test_writers_at_the_same_time_make_one_chain(app: Flask, vault: Vault) -> None:
    def write(number: int) -> None:
        with app.app_context():
            in_transaction(lambda: granted(db.session(), vault, f"role-{number}"))
            db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(20)))
    with transaction() as session:
        report = verify_all(session, vault=vault, log=LOG)
    assert (report.holds, report.events) == (True, 20)


def test_a_name_is_needed(session: Session, vault: Vault) -> None:
    with pytest.raises(ValueError, match="without a name"):
        append_to_system(session, vault=vault, log=LOG, name="", at=NINE, kind="granted", fields={})


def test_a_cut_tail_is_found_by_the_stored_head(owner: Session, vault: Vault) -> None:
    granted(owner, vault, "assessor")
    granted(owner, vault, "archivist")
    owner.execute(delete(RAW_EVENT).where(RAW_EVENT.c.seq == 2))
    assert verify_all(owner, vault=vault, log=LOG).broken == (Broken(GRANTS, 2, "链尾缺失，应有 2 步，实有 1 步"),)


def test_a_deleted_system_case_is_found(owner: Session, vault: Vault) -> None:
    granted(owner, vault, "assessor")
    owner.execute(delete(RAW_EVENT))
    assert verify_all(owner, vault=vault, log=LOG).broken == (Broken(GRANTS, 1, "整条记录缺失"),)


def test_a_changed_or_missing_head_is_found(session: Session, vault: Vault) -> None:
    granted(session, vault, "assessor")
    session.execute(update(RAW_HEAD).values(hash=bytes(32)))
    assert verify_all(session, vault=vault, log=LOG).broken == (Broken(GRANTS, 1, "与登记的链头不符"),)
    session.execute(delete(RAW_HEAD))
    assert verify_all(session, vault=vault, log=LOG).broken == (Broken(GRANTS, 2, "系统链没有登记链头"),)
