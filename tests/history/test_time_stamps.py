"""A time-stamp authority says that a checkpoint was there at a time: what is kept of it, and what is refused (proof §2.5)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.history import read_events
from app.history.checkpoint import Checkpoint
from app.history.log_models import LogCheckpoint, TimeStamp
from app.history.time_stamps import LARGEST, Stamp, keep, kept_stamps, request
from app.history.verify_stamps import verify_stamps
from app.vault import Vault
from tests.history.authority import ABOUT, REFUSED, Authority
from tests.history.chains import CASE, LOG, NINE, write_chain
from tests.history.notary import enter, sealed, signed

LATER = (NINE + timedelta(minutes=3)).replace(microsecond=0)
KEEPER = "p-7"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def checkpoint(session: Session, vault: Vault) -> Checkpoint:
    enter(session, vault)
    write_chain(session, vault, CASE, 2)
    sealed(session)
    return signed(session)


@pytest.fixture
def add(session: Session, vault: Vault, authority: Authority) -> Callable[..., tuple[Stamp, list[str]]]:
    def added(answer: bytes, roots: bytes = authority.roots) -> tuple[Stamp, list[str]]:
        return keep(session, answer, roots, vault=vault, log=LOG, by=KEEPER, now=LATER)

    return added


@pytest.fixture
def answer(authority: Authority, checkpoint: Checkpoint) -> bytes:
    return authority.answer(request(checkpoint.body), LATER)


def test_the_answer_is_kept_under_the_name_of_who_vouches(
    session: Session, vault: Vault, add: Any, answer: bytes, checkpoint: Checkpoint, authority: Authority
) -> None:
    made, notes = add(answer)
    assert notes == []
    assert (made.checkpoint, made.at, made.authority) == (checkpoint.number, LATER, "CN=联合时间戳服务")
    assert kept_stamps(session) == [made] and made.roots == authority.roots
    told = read_events(session, vault, "sys/stamps")
    assert [(one.kind, one.fields) for one in told] == [
        ("checkpoint_stamped", {"actor": KEEPER, "effects": made.told()})
    ]
    assert verify_stamps(session, vault) == []


def test_a_request_is_the_same_each_time_and_holds_a_digest_only(checkpoint: Checkpoint) -> None:
    asked = request(checkpoint.body)
    assert asked == request(checkpoint.body) and len(asked) < 80 and checkpoint.body[:20] not in asked


def test_several_authorities_and_several_checkpoints(
    session: Session, vault: Vault, add: Any, answer: bytes, checkpoint: Checkpoint
) -> None:
    other = Authority("另一家时间戳服务")
    add(answer)
    add(other.answer(request(checkpoint.body), LATER), other.roots)
    write_chain(session, vault, "case-2", 1)
    sealed(session, LATER)
    next_one = signed(session, LATER)
    made, _ = add(other.answer(request(next_one.body), LATER), other.roots)
    assert (made.number, made.checkpoint) == (3, next_one.number)
    assert verify_stamps(session, vault) == []


REFUSED_ANSWERS: dict[str, tuple[Callable[[bytes, bytes], bytes], str]] = {
    "nothing": (lambda *_: b"", "stamp_malformed"),
    "no DER": (lambda *_: b"not a time-stamp", "stamp_malformed"),
    "cut off": (lambda answer, _: answer[:-20], "stamp_malformed"),
    "something behind it": (lambda answer, _: answer + b"\0", "stamp_malformed"),
    "too large": (lambda *_: b"0" * (LARGEST + 1), "stamp_malformed"),
    "the authority refused": (lambda *_: REFUSED, "stamp_malformed"),
    "a request instead of an answer": (lambda _, body: request(body), "stamp_malformed"),
    "another SHA": (
        lambda answer, _: answer.replace(bytes.fromhex("0420"), bytes.fromhex("0421"), 1),
        "stamp_malformed",
    ),
    "the signature": (lambda answer, _: answer[:-4] + bytes([answer[-4] ^ 1]) + answer[-3:], "stamp_untrusted"),
    "the time": (
        lambda answer, _: answer.replace(f"{LATER:%Y%m%d%H%M%S}".encode(), b"20200101000000"),
        "stamp_untrusted",
    ),
}


@pytest.mark.parametrize("how", REFUSED_ANSWERS)
def test_an_answer_that_is_none_is_not_kept(
    session: Session, add: Any, answer: bytes, checkpoint: Checkpoint, how: str
) -> None:
    change, code = REFUSED_ANSWERS[how]
    with pytest.raises(Refusal) as refused:
        add(change(answer, checkpoint.body))
    assert refused.value.code == code and kept_stamps(session) == []


def test_a_stamp_over_something_else_is_not_kept(add: Any, authority: Authority, checkpoint: Checkpoint) -> None:
    with pytest.raises(Refusal, match="stamp_of_nothing"):
        add(authority.answer(request(checkpoint.body + b" "), LATER))


def test_the_same_answer_is_kept_once(session: Session, add: Any, answer: bytes) -> None:
    add(answer)
    with pytest.raises(Refusal, match="stamp_known"):
        add(answer)
    assert len(kept_stamps(session)) == 1


UNTRUSTED: dict[str, Callable[[Authority], tuple[Authority, bytes]]] = {
    "another root": lambda good: (good, Authority().roots),
    "no certificates": lambda good: (good, b""),
    "no PEM": lambda good: (good, b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
    "a certificate for servers": lambda _: _with_root(Authority(purpose=ExtendedKeyUsageOID.SERVER_AUTH)),
    "not valid yet": lambda _: _with_root(Authority(begins=LATER + timedelta(days=1))),
    "no longer valid": lambda _: _with_root(Authority(begins=ABOUT, lasts=timedelta(days=1))),
}


def _with_root(authority: Authority) -> tuple[Authority, bytes]:
    return authority, authority.roots


@pytest.mark.parametrize("how", UNTRUSTED)
def test_an_answer_that_the_certificates_do_not_bear_out_is_not_kept(
    session: Session, add: Any, authority: Authority, checkpoint: Checkpoint, how: str
) -> None:
    signer, roots = UNTRUSTED[how](authority)
    with pytest.raises(Refusal, match="stamp_untrusted"):
        add(signer.answer(request(checkpoint.body), LATER), roots)
    assert kept_stamps(session) == []


@pytest.mark.parametrize(("minutes", "said"), [(-120, "早于检查点自记的时间"), (120, "晚于本机时间"), (30, "")])
def test_clocks_that_differ_are_told(
    add: Any, authority: Authority, checkpoint: Checkpoint, minutes: int, said: str
) -> None:
    _, notes = add(authority.answer(request(checkpoint.body), LATER + timedelta(minutes=minutes)))
    assert (said in notes[0]) if said else notes == []


ALTERED: dict[str, tuple[Any, str]] = {
    "deleted": (delete(TimeStamp), "第 1 份与 sys/stamps 所记不符"),
    "another answer": (update(TimeStamp).values(answer=b"0"), "所附证书不能证明它"),
    "another root": (update(TimeStamp).values(roots=Authority().roots), "所附证书不能证明它"),
    "the time shown": (update(TimeStamp).values(at=NINE), "列与时间戳不一致"),
    "the name shown": (update(TimeStamp).values(authority="CN=国家授时中心"), "列与时间戳不一致"),
    "when it was kept": (update(TimeStamp).values(kept_at=NINE), "所记不符"),
    "another checkpoint": (update(TimeStamp).values(checkpoint=99), "检查点 99 已不在"),
    "the number": (update(TimeStamp).values(number=2), "第 2 份与 sys/stamps 所记不符"),
    "the checkpoint itself": (update(LogCheckpoint).values(body=b"{}"), "不是对检查点 1 的时间戳"),
}


@pytest.mark.parametrize("how", ALTERED)
def test_what_the_owner_alters_is_found(owner: Session, vault: Vault, add: Any, answer: bytes, how: str) -> None:
    add(answer)
    statement, said = ALTERED[how]
    owner.execute(statement)
    owner.expire_all()
    assert any(said in one for one in verify_stamps(owner, vault)), verify_stamps(owner, vault)


def test_one_slipped_in_is_found(owner: Session, vault: Vault, add: Any, answer: bytes, checkpoint: Checkpoint) -> None:
    made, _ = add(answer)
    other = Authority("冒充的服务")
    owner.add(
        TimeStamp(number=2, checkpoint=made.checkpoint, at=LATER, authority="CN=冒充的服务", roots=other.roots, kept_at=LATER,
                  answer=other.answer(request(checkpoint.body), LATER))
    )  # fmt: skip
    assert [one for one in verify_stamps(owner, vault) if "第 2 份" in one] == [
        "第 2 份与 sys/stamps 所记不符：被改动、删除或补入"
    ]


@pytest.mark.parametrize("statement", ["UPDATE time_stamp SET number = 7", "DELETE FROM time_stamp"])
def test_the_database_itself_refuses(session: Session, add: Any, answer: bytes, statement: str) -> None:
    add(answer)
    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(text(statement))
    assert len(kept_stamps(session)) == 1
