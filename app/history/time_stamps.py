"""Time-stamp tokens over our checkpoints: an authority outside says that a checkpoint was there at a time (proof §2.5,
RFC 3161). What is stamped is SHA-256 over the checkpoint's body. Request and answer go by hand; nothing here calls out.

The certificate at the end of the authority's chain is believed because a named person brought it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.history.canonical import Json, instant_text
from app.history.digests import SM3, digest
from app.history.log_models import LogCheckpoint, TimeStamp
from app.history.system import SYSTEM, append_to_system, locked_head
from app.vault import Vault

CHAIN = "stamps"
SHA256 = "2.16.840.1.101.3.4.2.1"
LARGEST = 64 * 1024
"""Bytes of an answer, and of the certificates: a chain of four with long keys takes a tenth."""
SKEW = timedelta(hours=1)
"""An authority's clock and ours may differ so much without a word."""


class Unread(ValueError):
    """An answer, or a file of certificates, that is none; or one that its certificates do not bear out."""


@dataclass(frozen=True)
class Stamp:
    """A token as it is kept: over the checkpoint of this number; `at` and `authority` as it says."""

    number: int
    checkpoint: int
    at: datetime
    authority: str
    answer: bytes
    roots: bytes
    kept_at: datetime

    def told(self) -> dict[str, Json]:
        """What the chain says of it: `answer` and `roots` are SM3 over the bytes."""
        return {
            "number": self.number, "checkpoint": self.checkpoint, "at": instant_text(self.at),
            "authority": self.authority, "answer": digest(SM3, self.answer).hex(),
            "roots": digest(SM3, self.roots).hex(), "kept_at": instant_text(self.kept_at),
        }  # fmt: skip


def request(body: bytes) -> bytes:
    """The file to send to an authority (TimeStampReq): it asks for the certificates as well. It is the same each time,
    since it is about one checkpoint only: a replayed answer is an earlier one, which is better."""
    asked = TimestampRequestBuilder().data(body).hash_algorithm(HashAlgorithm.SHA256)
    return asked.nonce(nonce=False).cert_request(cert_request=True).build().as_bytes()


def kept_stamps(session: Session) -> list[Stamp]:
    """All in order."""
    return [stamp_of(row) for row in session.scalars(select(TimeStamp).order_by(TimeStamp.number))]


def stamps_of(session: Session, numbers: Sequence[int]) -> list[tuple[Stamp, bytes]]:
    """Those over the checkpoints of these numbers, each with the body it stamps; in order."""
    query = select(TimeStamp, LogCheckpoint.body).join(LogCheckpoint, LogCheckpoint.number == TimeStamp.checkpoint)
    rows = session.execute(query.where(TimeStamp.checkpoint.in_(numbers)).order_by(TimeStamp.number))
    return [(stamp_of(row), body) for row, body in rows]


def stamp_of(row: TimeStamp) -> Stamp:
    return Stamp(row.number, row.checkpoint, row.at, row.authority, row.answer, row.roots, row.kept_at)


def keep(
    session: Session, answer: bytes, roots: bytes, *, vault: Vault, log: str, by: str, now: datetime
) -> tuple[Stamp, list[str]]:
    """Keep an authority's answer and say so on `sys/stamps`.

    Args:
        answer: a TimeStampResp, DER.
        roots: the certificates that `by` vouches for, PEM: the authority's root, and those between where the answer
            does not bring them.

    Returns:
        What was kept, and sentences (Chinese) about clocks that differ.

    Raises:
        Refusal: `stamp_malformed`, `stamp_of_nothing`, `stamp_untrusted`, `stamp_known` (422).
    """
    locked_head(session, SYSTEM + CHAIN)
    try:
        token = read_answer(answer)
        found = _of_imprint(session, imprint(token))
    except Unread as problem:
        raise Refusal("stamp_malformed", 422) from problem
    if found is None:
        raise Refusal("stamp_of_nothing", 422)
    if session.scalar(select(TimeStamp.number).where(TimeStamp.answer == answer)) is not None:
        raise Refusal("stamp_known", 422)
    try:
        holds(answer, found.body, roots)
    except Unread as problem:
        raise Refusal("stamp_untrusted", 422) from problem
    made = _store(session, found.number, token, answer, roots, now)
    fields: dict[str, Json] = {"actor": by, "effects": made.told()}
    append_to_system(session, vault=vault, log=log, name=CHAIN, at=now, kind="checkpoint_stamped", fields=fields)
    return made, _clocks(made, found.at, now)


def read_answer(answer: bytes) -> TimeStampResponse:
    """An answer that grants; nothing of it is believed yet. Raises Unread."""
    if len(answer) > LARGEST:
        raise Unread("too large")
    try:
        token = decode_timestamp_response(answer)
        # An answer that refuses has no token to read.
        said_at(token)
    except (ValueError, VerificationError) as problem:
        raise Unread("no answer of a time-stamp authority") from problem
    return token


def imprint(token: TimeStampResponse) -> bytes:
    """The SHA-256 that was stamped. Raises Unread: another digest."""
    said = token.tst_info.message_imprint
    if said.hash_algorithm.dotted_string != SHA256:
        raise Unread("another digest than SHA-256")
    return said.message


def said_at(token: TimeStampResponse) -> datetime:
    at = token.tst_info.gen_time
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def certificates(roots: bytes) -> list[x509.Certificate]:
    """Raises Unread."""
    try:
        found = x509.load_pem_x509_certificates(roots) if len(roots) <= LARGEST else []
    except ValueError as problem:
        raise Unread("no certificates") from problem
    if not found:
        raise Unread("no certificates")
    return list(dict.fromkeys(found))


def holds(answer: bytes, body: bytes, roots: bytes) -> None:
    """Whether it stamps this checkpoint, signed under one of these certificates, which were valid when it did.

    Raises:
        Unread: it does not.
    """
    verifier = VerifierBuilder(roots=certificates(roots)).build()
    try:
        verifier.verify(read_answer(answer), hashlib.sha256(body).digest())
    except (VerificationError, ValueError) as problem:
        raise Unread("not borne out by the certificates") from problem


def authority_of(token: TimeStampResponse, roots: Sequence[x509.Certificate]) -> str:
    """The subject of the certificate that signed; the name is for reading only."""
    signers = {(one.issuer, one.serial_number) for one in token.signed_data.signer_infos}
    brought = [x509.load_der_x509_certificate(one) for one in token.signed_data.certificates]
    named = [one.subject for one in (*brought, *roots) if (one.issuer, one.serial_number) in signers]
    text = named[0].rfc4514_string() if named else ""
    return "".join(one if one.isprintable() else "�" for one in text)[:200]


def _of_imprint(session: Session, stamped: bytes) -> LogCheckpoint | None:
    rows = session.execute(select(LogCheckpoint.number, LogCheckpoint.body).order_by(LogCheckpoint.number.desc()))
    number = next((row.number for row in rows if hashlib.sha256(row.body).digest() == stamped), None)
    return None if number is None else session.get(LogCheckpoint, number)


def _store(
    session: Session, checkpoint: int, token: TimeStampResponse, answer: bytes, roots: bytes, now: datetime
) -> Stamp:
    chain = certificates(roots)
    pem = b"".join(one.public_bytes(Encoding.PEM) for one in chain)
    number = (session.scalar(select(func.max(TimeStamp.number))) or 0) + 1
    row: dict[str, Any] = {
        "number": number, "checkpoint": checkpoint, "at": said_at(token), "authority": authority_of(token, chain),
        "answer": answer, "roots": pem, "kept_at": now,
    }  # fmt: skip
    session.execute(insert(TimeStamp), row)
    return Stamp(**row)


def _clocks(made: Stamp, signed_at: datetime, now: datetime) -> list[str]:
    stamped = f"时间戳的时间（{made.at:%Y-%m-%d %H:%M}Z）"
    if made.at < signed_at - SKEW:
        return [f"{stamped}早于检查点自记的时间（{signed_at:%Y-%m-%d %H:%M}Z），请核对本机时钟。"]
    return [f"{stamped}晚于本机时间，请核对本机时钟。"] if made.at > now + SKEW else []
