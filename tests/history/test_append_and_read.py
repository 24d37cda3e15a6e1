"""Entries go in once, in order, and come back as they were."""

import pytest
from sqlalchemy import event, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.history import (
    GENESIS,
    WHOLE_CASE,
    AlreadyRecorded,
    CanonRefused,
    Head,
    all_cases,
    append,
    cases,
    data_key_of,
    open_case,
    read_events,
    recorded,
)  # fmt: skip
from app.vault import DataKey, SealBroken, Vault
from tests.history.chains import CASE, DEFINITION, ENGINE, FIELDS, LOG, NINE, OTHER, RAW_EVENT, RAW_KEY, write_chain


def entry(session: Session, vault: Vault, data_key: DataKey, head: Head = GENESIS, **other: object) -> Head:
    given = {
        "log": LOG, "case": CASE, "head": head, "at": NINE, "kind": "completed", "definition": DEFINITION,
        "engine": ENGINE, "fields": FIELDS, "data_key": data_key,
    } | other  # fmt: skip
    return append(session, vault=vault, **given)  # type: ignore[arg-type]


def test_a_chain_comes_back_with_its_fields(session: Session, vault: Vault) -> None:
    head = write_chain(session, vault, length=3)
    events = read_events(session, vault, CASE)
    assert [(e.seq, e.kind, e.definition, e.engine, e.n) for e in events] == [
        (1, "started", DEFINITION, ENGINE, len(FIELDS)),
        (2, "completed", DEFINITION, ENGINE, len(FIELDS)),
        (3, "completed", DEFINITION, ENGINE, len(FIELDS)),
    ]
    assert events[1].fields == {**FIELDS, "facts/age": 2}
    assert events[1].dedupe == "task:Process_adoption/Activity_review#2"
    assert (events[0].at - NINE).total_seconds() == 60
    assert Head(events[-1].seq, events[-1].hash) == head
    assert read_events(session, vault, OTHER) == []


def test_appending_is_one_statement(session: Session, vault: Vault) -> None:
    data_key = open_case(session, vault=vault, case=CASE)
    statements: list[str] = []
    event.listen(session.connection(), "before_cursor_execute", lambda *given: statements.append(given[2]))
    entry(session, vault, data_key)
    assert [statement.split()[0] for statement in statements] == ["INSERT"]


def test_nothing_of_the_answers_stands_in_clear(session: Session, vault: Vault) -> None:
    write_chain(session, vault, length=1)
    row = session.execute(select(RAW_EVENT)).one()
    for text in ("同意", "nongxiaolan", "approve", "Activity_approve"):
        assert text.encode() not in bytes(row.body) + bytes(row.sealed)


def test_the_same_thing_is_not_recorded_twice(session: Session, vault: Vault) -> None:
    data_key = open_case(session, vault=vault, case=CASE)
    first = entry(session, vault, data_key, dedupe="cmd:1")
    assert recorded(session, CASE, "cmd:1") == first
    assert recorded(session, CASE, "cmd:2") is None
    with pytest.raises(AlreadyRecorded), session.begin_nested():
        entry(session, vault, data_key, first, dedupe="cmd:1")
    second = entry(session, vault, data_key, first, dedupe=None)
    assert entry(session, vault, data_key, second, dedupe=None).seq == 3


def test_another_case_may_use_the_same_dedupe_key(session: Session, vault: Vault) -> None:
    entry(session, vault, open_case(session, vault=vault, case=CASE), dedupe="cmd:1")
    there = entry(session, vault, open_case(session, vault=vault, case=OTHER), case=OTHER, dedupe="cmd:1")
    assert recorded(session, OTHER, "cmd:1") == there


def test_a_stale_head_is_refused_by_the_database(session: Session, vault: Vault) -> None:
    data_key = open_case(session, vault=vault, case=CASE)
    entry(session, vault, data_key, dedupe="cmd:1")
    with pytest.raises(IntegrityError), session.begin_nested():
        entry(session, vault, data_key, dedupe="cmd:2")


@pytest.mark.parametrize("fields", [{"facts/weight": 3.2}, {"facts/big": 2**53}, {"payload/名": "\ud800"}])
def test_a_field_outside_the_domain_is_not_recorded(session: Session, vault: Vault, fields: dict[str, object]) -> None:
    data_key = open_case(session, vault=vault, case=CASE)
    with pytest.raises(CanonRefused):
        entry(session, vault, data_key, fields=fields)
    assert session.execute(select(func.count()).select_from(RAW_EVENT)).scalar() == 0


def test_the_data_key_is_fetched_again_for_the_next_command(session: Session, vault: Vault) -> None:
    made = open_case(session, vault=vault, case=CASE, subject="child")
    assert data_key_of(session, vault=vault, case=CASE, subject="child") == made
    assert data_key_of(session, vault=vault, case=CASE, subject=WHOLE_CASE) is None
    stored = bytes(session.execute(select(RAW_KEY.c.wrapped)).scalar_one())
    assert made.key not in stored


def test_with_another_vault_key_nothing_opens(session: Session, vault: Vault) -> None:
    write_chain(session, vault, length=1)
    thief = Vault("a key that the thief made up, long enough", "an index key that the thief made up")
    with pytest.raises(SealBroken):
        data_key_of(session, vault=thief, case=CASE)
    with pytest.raises(Refusal) as refused:
        read_events(session, thief, CASE)
    assert refused.value.code == "record_broken"


def test_an_altered_entry_is_not_read_as_if_nothing_were(owner: Session, vault: Vault) -> None:
    write_chain(owner, vault, length=2)
    owner.execute(update(RAW_EVENT).where(RAW_EVENT.c.seq == 2).values(sealed=b"\x01" + bytes(60)))
    with pytest.raises(Refusal) as refused:
        read_events(owner, vault, CASE)
    assert refused.value.params == {"case": CASE, "seq": 2}


def test_all_cases_are_walked_page_by_page(session: Session, vault: Vault) -> None:
    for number in range(5):
        write_chain(session, vault, case=f"case-{number}", length=2)
    assert list(all_cases(session, page=2)) == [f"case-{number}" for number in range(5)]
    assert cases(session, after="case-2", limit=1) == ["case-3"]
