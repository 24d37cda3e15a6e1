"""What stands is sealed, once, whenever it is committed; and the log can only grow."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.db import db, in_transaction
from app.fixed import settled
from app.history import append, data_key_of
from app.history.checkpoint import EVERY, lodged, newest
from app.history.commitments import tree_root
from app.history.last_heads import head_leaf, last_heads
from app.history.log_models import LogLeaf
from app.history.seal import seal
from app.history.sealed_log import Leaf, leaves_of, size_of, stored_nodes
from app.history.tree import root
from app.history.verify_log import late_seals, verify_log
from app.vault import Vault
from tests.history.chains import CASE, DEFINITION, ENGINE, FIELDS, LOG, NINE, OTHER, RAW_EVENT, write_chain
from tests.history.notary import enter, heads, sealed, signed

LATER = timedelta(minutes=10)


def further(session: Session, vault: Vault, head: object, at: object = NINE + LATER) -> object:
    """One more entry of the first case."""
    key = data_key_of(session, vault=vault, case=CASE)
    return append(
        session, vault=vault, log=LOG, case=CASE, head=head, at=at, kind="completed", definition=DEFINITION,
        engine=ENGINE, fields=FIELDS, data_key=key,
    )  # type: ignore[arg-type]  # fmt: skip


def test_each_case_touched_gets_one_leaf_over_what_is_new(session: Session, vault: Vault) -> None:
    head = write_chain(session, vault)
    assert sealed(session).added == 1
    assert sealed(session).added == 0
    new = further(session, vault, head)
    write_chain(session, vault, OTHER, 2)
    assert sealed(session).added == 2

    found = {leaf for _, leaf in leaves_of(session)}
    assert Leaf(CASE, 1, 4, head.hash) in found and Leaf(CASE, 5, 5, new.hash) in found  # type: ignore[attr-defined]
    assert [(leaf.first, leaf.last) for _, leaf in leaves_of(session, case=OTHER)] == [(1, 2)]


def test_many_cases_are_sealed_in_several_turns(session: Session, vault: Vault) -> None:
    for number in range(5):
        write_chain(session, vault, f"case-{number}", 2)
    turns = [seal(session, heads(), now=NINE, most=2) for _ in range(4)]
    assert [(turn.added, turn.more) for turn in turns] == [(2, True), (2, True), (1, False), (0, False)]
    assert verify_log(session, log=LOG).broken == ()


def test_an_entry_that_is_committed_late_is_not_passed_over(app: Flask, vault: Vault) -> None:
    """Its case was sealed up to its neighbours' entries meanwhile, and its number is below theirs: no matter."""
    with db.engine.connect() as connection:
        dialect = connection.dialect.name
    if dialect == "sqlite":
        in_transaction(lambda: write_chain(db.session(), vault, OTHER))
        in_transaction(lambda: sealed(db.session()))
        in_transaction(lambda: write_chain(db.session(), vault, CASE))
    else:
        with Session(db.engine) as slow:
            write_chain(slow, vault, CASE)
            settled(slow)
            in_transaction(lambda: write_chain(db.session(), vault, OTHER))
            assert in_transaction(lambda: sealed(db.session())).added == 1
            slow.commit()
    assert in_transaction(lambda: sealed(db.session())).added == 1
    assert {leaf.case for _, leaf in leaves_of(db.session())} == {CASE, OTHER}


def test_the_stored_tree_is_the_tree_of_the_leaves(session: Session, vault: Vault) -> None:
    for number in range(9):
        write_chain(session, vault, f"case-{number}", 1)
        if number % 3:
            sealed(session)
        size = size_of(session)
        hashes = [leaf.hash() for _, leaf in leaves_of(session)]
        assert len(hashes) == size and root(stored_nodes(session), size) == tree_root(hashes)
    assert verify_log(session, log=LOG).broken == ()


def test_the_second_tree_holds_the_last_head_of_every_case_by_name(session: Session, vault: Vault) -> None:
    other, head = write_chain(session, vault, OTHER, 2), write_chain(session, vault)
    sealed(session)
    new = further(session, vault, head)
    sealed(session)
    whole = last_heads(session, size_of(session))
    assert (len(whole), whole.proof(CASE, new)[0], whole.proof(OTHER, other)[0]) == (2, 0, 1)
    with pytest.raises(KeyError):
        whole.proof(CASE, head)
    assert whole.root() == tree_root([head_leaf(CASE, new), head_leaf(OTHER, other)])  # type: ignore[arg-type]
    before = last_heads(session, 2)
    assert before.root() == tree_root([head_leaf(CASE, head), head_leaf(OTHER, other)])


def test_a_chain_that_no_longer_follows_what_was_sealed_is_told_and_not_sealed(owner: Session, vault: Vault) -> None:
    head = write_chain(owner, vault)
    sealed(owner)
    further(owner, vault, head)
    owner.execute(update(LogLeaf).values(head="00" * 32))
    found = sealed(owner)
    assert (found.added, found.refused) == (0, (CASE,))


def test_a_cut_chain_is_not_sealed_again(owner: Session, vault: Vault) -> None:
    write_chain(owner, vault)
    sealed(owner)
    owner.execute(RAW_EVENT.delete().where(RAW_EVENT.c.seq == 4))
    assert sealed(owner).refused == (CASE,)
    assert verify_log(owner, log=LOG).broken == (f"办件 {CASE}：已封存到第 4 步，但记录已不存在",)


def test_a_checkpoint_names_the_one_before_and_is_read_back_from_a_file(session: Session, vault: Vault) -> None:
    enter(session, vault)
    write_chain(session, vault)
    sealed(session)
    first = signed(session)
    write_chain(session, vault, OTHER)
    sealed(session)
    second = signed(session, NINE + LATER, complete=False)
    assert first.said["prev"] == "0" * 64 and len(second.said["prev"]) == 64
    assert (second.said["heads"], second.said["cases"]) == (first.said["heads"], first.said["cases"]), (
        "of the latest tree"
    )
    assert not second.complete
    third = signed(session, NINE + EVERY, complete=False)
    assert third.complete and third.said["cases"] == 3, (
        "a day later the last heads are reckoned anew: both cases, sys/keys"
    )

    assert lodged(third.as_file())[0] == third.body
    assert newest(session) == third and newest(session, most=first.size) == first
    report = verify_log(session, log=LOG, against=[lodged(first.as_file())])
    assert (report.broken, report.signed) == ((), 3)


def test_an_entry_sealed_long_after_its_own_time_is_told(session: Session, vault: Vault) -> None:
    write_chain(session, vault, length=1)
    sealed(session, NINE + timedelta(minutes=61))
    assert list(late_seals(session)) == []
    write_chain(session, vault, OTHER, length=1)
    sealed(session, NINE + timedelta(minutes=61, seconds=1))
    told = list(late_seals(session))
    assert len(told) == 1 and OTHER in told[0] and "相差超过 1 小时" in told[0]


@pytest.mark.parametrize("table", ["log_leaf", "log_node", "log_checkpoint", "log_key"])
def test_the_database_refuses_to_change_the_log(session: Session, vault: Vault, table: str) -> None:
    enter(session, vault)
    write_chain(session, vault)
    sealed(session)
    signed(session)
    column = {"log_leaf": "first", "log_node": "level", "log_checkpoint": "size", "log_key": "number"}[table]
    statements = [f"UPDATE {table} SET {column} = 7", f"DELETE FROM {table}"]
    if session.get_bind().dialect.name == "postgresql":
        statements += [f"TRUNCATE {table}", f"SET LOCAL session_replication_role = replica; DELETE FROM {table}"]
    else:
        statements += [f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"]
    for statement in statements:
        with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
            session.execute(text(statement))
    assert verify_log(session, log=LOG).broken == ()
