"""Whoever has the database rewrites a case, the log or both; the verifier says what no longer agrees."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.history import Head, verify_all
from app.history.canonical import canon, parse
from app.history.checkpoint import Checkpoint, lodged
from app.history.digests import SM3, digest
from app.history.event import event_hash
from app.history.keys import key_lines
from app.history.last_heads import last_heads
from app.history.log_models import LogCheckpoint, LogKey, LogLeaf, LogNode
from app.history.packed import unpack
from app.history.sealed_log import Leaf, append_leaves, leaves_of, size_of, stored_nodes
from app.history.signing import KeyLine, sign_line, signatures
from app.history.tree import root
from app.history.verify_log import verify_log
from app.vault import Vault
from tests.history.chains import CASE, LOG, OTHER, RAW_EVENT, RAW_KEY, write_chain
from tests.history.notary import OTHER as FORGER
from tests.history.notary import TRUST, enter, sealed, signed


def record(session: Session, vault: Vault) -> tuple[dict[str, Head], Checkpoint]:
    """Two cases, sealed and signed twice; the heads as the callers' rows hold them, and the last checkpoint."""
    enter(session, vault)
    heads = {CASE: write_chain(session, vault)}
    sealed(session)
    signed(session)
    heads[OTHER] = write_chain(session, vault, OTHER, 2)
    sealed(session)
    return heads, signed(session)


def found(session: Session, **given: Any) -> tuple[str, ...]:
    return verify_log(session, log=LOG, **given).broken


def rewrite_chain(session: Session) -> Head:
    """Another second step, and every link, hash and count after it put right: the chain alone holds."""
    head, prev = Head(0, ""), "0" * 64
    for row in session.execute(select(RAW_EVENT).where(RAW_EVENT.c.case == CASE).order_by(RAW_EVENT.c.seq)).all():
        body = parse(unpack(bytes(row.body))) | {"prev": prev} | ({"eng": "0"} if row.seq == 2 else {})
        prev = event_hash(canon(body))
        here = (RAW_EVENT.c.case == CASE) & (RAW_EVENT.c.seq == row.seq)
        session.execute(update(RAW_EVENT).where(here).values(body=canon(body), hash=bytes.fromhex(prev)))
        head = Head(row.seq, prev)
    return head


def rewrite_log(session: Session, leaves: list[Leaf]) -> None:
    """Leaves and every node of the tree made anew."""
    at = session.scalar(select(LogLeaf.sealed_at).limit(1))
    assert at is not None
    session.execute(delete(LogLeaf))
    session.execute(delete(LogNode))
    append_leaves(session, leaves, at=at)


def resign(session: Session) -> None:
    """All checkpoints over the log as it is now, signed by a key and a root of the forger's own."""
    line, prev = sign_line(FORGER, KeyLine(FORGER.public, 0, None)), "0" * 64
    session.execute(update(LogKey).values(body=line.line.body, root=line.root, signature=line.signature))
    for row in session.execute(select(LogCheckpoint.number, LogCheckpoint.body).order_by(LogCheckpoint.number)).all():
        said = parse(row.body)
        heads = last_heads(session, said["size"])
        said |= {"root": root(stored_nodes(session), said["size"]).hex(), "heads": heads.root().hex(), "prev": prev}
        body = canon(said)
        values = {"body": body, "signatures": signatures((FORGER,), body)}
        session.execute(update(LogCheckpoint).where(LogCheckpoint.number == row.number).values(values))
        prev = digest(SM3, body).hex()


def test_an_untouched_log_holds(session: Session, vault: Vault) -> None:
    _, last = record(session, vault)
    report = verify_log(session, log=LOG, trust=TRUST, against=[lodged(last.as_file())])
    assert (report.broken, report.size, report.signed) == ((), 3, 2)


def test_a_chain_rewritten_with_the_head_of_its_row_is_found_by_the_log(owner: Session, vault: Vault) -> None:
    heads, _ = record(owner, vault)
    heads[CASE] = rewrite_chain(owner)
    assert verify_all(owner, vault=vault, log=LOG, heads=heads).holds, "the chains alone do not show it"
    assert found(owner) == (f"办件 {CASE} 第 4 步：与封存时不同，这条链在封存后被重写",)


def test_a_case_deleted_with_every_row_of_it_is_found_by_the_log(owner: Session, vault: Vault) -> None:
    heads, _ = record(owner, vault)
    owner.execute(delete(RAW_EVENT).where(RAW_EVENT.c.case == OTHER))
    owner.execute(delete(RAW_KEY).where(RAW_KEY.c.case == OTHER))
    del heads[OTHER]
    assert verify_all(owner, vault=vault, log=LOG, heads=heads).holds
    assert found(owner) == (f"办件 {OTHER}：已封存到第 2 步，但记录已不存在",)


def test_chain_and_log_rewritten_are_found_by_the_checkpoints(owner: Session, vault: Vault) -> None:
    record(owner, vault)
    head = rewrite_chain(owner)
    leaves = [leaf if leaf.case != CASE else Leaf(CASE, 1, 4, head.hash) for _, leaf in leaves_of(owner)]
    rewrite_log(owner, leaves)
    assert "检查点 1：日志与签名时不同：有的条目被删、被改" in found(owner)


def test_everything_rewritten_and_signed_anew_is_found_by_the_fingerprint_or_a_lodged_file(
    owner: Session, vault: Vault
) -> None:
    _, last = record(owner, vault)
    head = rewrite_chain(owner)
    leaves = [leaf if leaf.case != CASE else Leaf(CASE, 1, 4, head.hash) for _, leaf in leaves_of(owner)]
    rewrite_log(owner, leaves)
    resign(owner)
    assert found(owner) == (), "whoever owns the database and trusts only itself sees nothing"
    assert found(owner, trust=TRUST) == ("密钥清单：根公钥不是您确认的那一把",)
    assert "外存的检查点 1：日志与签名时不同：有的条目被删、被改" in found(owner, against=[lodged(last.as_file())])


def test_checkpoints_and_leaves_cut_off_are_found_by_a_lodged_file(owner: Session, vault: Vault) -> None:
    """The newest day undone: what is left holds by itself."""
    _, last = record(owner, vault)
    leaves = [leaf for _, leaf in leaves_of(owner) if leaf.case != OTHER]
    owner.execute(delete(RAW_EVENT).where(RAW_EVENT.c.case == OTHER))
    owner.execute(delete(LogCheckpoint).where(LogCheckpoint.number == 2))
    rewrite_log(owner, leaves)
    assert found(owner, trust=TRUST) == ()
    assert found(owner, against=[lodged(last.as_file())]) == ("外存的检查点 1：日志与签名时不同：有的条目被删、被改",)


ALTERATIONS: list[tuple[str, Callable[[Session], Any], str]] = [
    ("a leaf dropped", lambda s: s.execute(delete(LogLeaf).where(LogLeaf.number == 0)), "封存日志第 0 条缺失"),
    ("a node dropped", lambda s: s.execute(delete(LogNode).where(LogNode.level == 1)), "缺少 1 个结点"),
    ("a node too many", lambda s: s.add(LogNode(level=5, number=0, hash="00" * 32)), "第 5 层第 0 个结点"),
    ("the head of a leaf", lambda s: s.execute(update(LogLeaf).values(head="00" * 32)), "与封存时不同"),
    ("the case of a leaf", lambda s: s.execute(update(LogLeaf).where(LogLeaf.case == OTHER).values(case="x")), "树"),
    (
        "the extent of a leaf",
        lambda s: s.execute(update(LogLeaf).where(LogLeaf.case == OTHER).values(first=2)),
        "不衔接",
    ),
    ("a checkpoint dropped", lambda s: s.execute(delete(LogCheckpoint).where(LogCheckpoint.number == 1)), "检查点缺失"),
    ("a signature dropped", lambda s: s.execute(update(LogCheckpoint).values(signatures=[])), "签名不对"),
    ("the size shown", lambda s: s.execute(update(LogCheckpoint).values(size=1)), "列与正文不一致"),
    ("the manifest emptied", lambda s: s.execute(delete(LogKey)), "不在密钥清单中"),
    ("the root key", lambda s: s.execute(update(LogKey).values(root=FORGER.public)), "根密钥的签名不对"),
    ("a weaker algorithm", lambda s: other_body(s, alg="md5"), "换了算法"),
    ("another system", lambda s: other_body(s, log="elsewhere"), "属于另一系统"),
    ("other last heads", lambda s: other_body(s, heads="00" * 32), "各件链头的树与日志不符"),
]


def other_body(session: Session, **values: Any) -> None:
    last = session.scalars(select(LogCheckpoint).order_by(LogCheckpoint.number.desc()).limit(1)).one()
    body = canon(parse(last.body) | values)
    session.execute(update(LogCheckpoint).where(LogCheckpoint.number == last.number).values(body=body))
    session.expire_all()


@pytest.mark.parametrize(("alter", "what"), [row[1:] for row in ALTERATIONS], ids=[row[0] for row in ALTERATIONS])
def test_an_alteration_of_the_log_is_found(
    owner: Session, vault: Vault, alter: Callable[[Session], Any], what: str
) -> None:
    record(owner, vault)
    alter(owner)
    owner.flush()
    assert any(what in one for one in found(owner)), found(owner)


@pytest.mark.parametrize("name", ["body", "hash"])
def test_any_flipped_bit_of_what_was_signed_is_found(owner: Session, vault: Vault, name: str) -> None:
    record(owner, vault)
    if name == "body":
        good = owner.scalars(select(LogCheckpoint.body).where(LogCheckpoint.number == 2)).one()
        for place in range(0, len(good), 5):
            bad = good[:place] + bytes([good[place] ^ 1 << place % 8]) + good[place + 1 :]
            owner.execute(update(LogCheckpoint).where(LogCheckpoint.number == 2).values(body=bad))
            owner.expire_all()
            assert found(owner), place
    else:
        for place in range(32):
            bad = bytearray(bytes.fromhex(owner.scalars(select(LogNode.hash).filter_by(level=0, number=1)).one()))
            bad[place] ^= 1 << place % 8
            here = update(LogNode).where(LogNode.level == 0, LogNode.number == 1)
            owner.execute(here.values(hash=bad.hex()))
            assert found(owner), place


def test_a_retired_key_signs_nothing_more(session: Session, vault: Vault) -> None:
    record(session, vault)
    enter(session, vault, last=1)
    assert [one.line.last for one in key_lines(session)] == [None, 1]
    assert "检查点 2：签名不对，或签名的密钥不在密钥清单中" in found(session)
    assert size_of(session) == 3
