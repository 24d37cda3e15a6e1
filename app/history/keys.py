"""The key manifest as the database holds it: which keys sign, over which sizes of the log (proof §2.5).

A line never goes away. Of several lines about one key each must allow a size: so a compromised key is ended by a
further line whose `to` is the last good size, and no later line can bring it back.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.history.canonical import Json
from app.history.log_models import LogKey
from app.history.signing import CHECKPOINT_CONTEXT, ED25519, SignedLine, Signer, key_id, line_from, verified
from app.history.system import append_to_system
from app.vault import Vault


def key_lines(session: Session) -> list[SignedLine]:
    """All lines in order. Raises KeyRefused: a stored line is not of the format."""
    rows = session.execute(select(LogKey.body, LogKey.root, LogKey.signature).order_by(LogKey.number))
    return [SignedLine(line_from(row.body), row.root, row.signature) for row in rows]


def root_key(session: Session) -> bytes | None:
    """The root's public key, as the first line named it."""
    return session.scalar(select(LogKey.root).order_by(LogKey.number).limit(1))


def covered(lines: Sequence[SignedLine], kid: str, size: int) -> bool:
    """Whether the manifest lets this key sign a checkpoint of this size."""
    mine = [one.line for one in lines if key_id(one.line.public) == kid]
    return bool(mine) and all(line.covers(size) for line in mine)


def signed_under(lines: Sequence[SignedLine], body: bytes, signatures: Sequence[Mapping[str, Any]], size: int) -> bool:
    """Whether a checkpoint of this size has an Ed25519 signature, and each of them holds under the manifest."""
    good = [_holds(one, body, size, lines) for one in signatures if one.get("alg") == ED25519]
    return bool(good) and all(good)


def _holds(one: Mapping[str, Any], body: bytes, size: int, lines: Sequence[SignedLine]) -> bool:
    kid = str(one.get("kid"))
    public = next((line.line.public for line in lines if key_id(line.line.public) == kid), b"")
    try:
        signature = bytes.fromhex(one["sig"])
    except (KeyError, TypeError, ValueError):
        return False
    return covered(lines, kid, size) and verified(public, signature, CHECKPOINT_CONTEXT + body)


class Signed(Protocol):
    """A checkpoint, ours or one that is kept."""

    @property
    def size(self) -> int: ...

    @property
    def signatures(self) -> Sequence[Mapping[str, Any]]: ...


def in_force(lines: Sequence[SignedLine], checkpoint: Signed) -> bool:
    """Whether every Ed25519 signature under the checkpoint is of a key that the manifest lets sign it, as it reads now: a
    verifier refuses one that a key signed after it was lost."""
    kids = [str(one["kid"]) for one in checkpoint.signatures if one["alg"] == ED25519]
    return bool(kids) and all(covered(lines, kid, checkpoint.size) for kid in kids)


def enter_key(session: Session, signed: SignedLine, *, vault: Vault, log: str, by: str, now: datetime) -> None:
    """Take a line into the manifest and say so on `sys/keys`.

    Args:
        by: who enters it: an id, or `cli`.

    Raises:
        Refusal: `key_line_forged`, `key_line_other_root`, `key_line_known` (422).
    """
    if not signed.holds:
        raise Refusal("key_line_forged", 422)
    known = root_key(session)
    if known is not None and known != signed.root:
        raise Refusal("key_line_other_root", 422)
    if any(one.line == signed.line for one in key_lines(session)):
        raise Refusal("key_line_known", 422)
    number = (session.scalar(select(func.max(LogKey.number))) or 0) + 1
    row = {"number": number, "body": signed.line.body, "root": signed.root, "signature": signed.signature}
    session.execute(insert(LogKey), row | {"entered_at": now})
    told: dict[str, Json] = {"kid": key_id(signed.line.public), "from": signed.line.first, "to": signed.line.last}
    fields: dict[str, Json] = {"actor": by, "effects": told}
    append_to_system(session, vault=vault, log=log, name="keys", at=now, kind="key_entered", fields=fields)


def check_signers(session: Session, signers: Sequence[Signer], size: int) -> None:
    """Whether what they sign can be verified by somebody.

    Raises:
        Refusal: `no_signing_key`, `signing_key_unlisted` (409).
    """
    if not signers:
        raise Refusal("no_signing_key", 409)
    lines = key_lines(session)
    for one in signers:
        kid = key_id(one.public)
        if one.alg == "ed25519" and not covered(lines, kid, size):
            raise Refusal("signing_key_unlisted", 409, {"kid": kid})
