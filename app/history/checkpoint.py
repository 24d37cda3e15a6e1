"""Checkpoints: what the log was at one moment, signed; a file of one can be lodged elsewhere (proof §2.5).

canon({v, log, alg, size, root, cases, heads, at, prev, witness}): `cases` and `heads` are count and root of the latest
tree of last heads; `prev` is H over the checkpoint before, 64 zeros for the first; `witness` is what is kept of
neighbours' logs (`witnessed.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.history.canonical import CanonRefused, Json, canon, instant_text, parse
from app.history.digests import SM3, digest
from app.history.event import GENESIS
from app.history.last_heads import last_heads
from app.history.log_models import LogCheckpoint
from app.history.seal import lock_sealer
from app.history.sealed_log import size_of, stored_nodes
from app.history.signing import Signer, signatures
from app.history.tree import root
from app.history.witnessed import witness_entries

VERSION = 1
CHECKPOINT_NAMES = frozenset({"v", "log", "alg", "size", "root", "cases", "heads", "at", "prev", "witness"})
EVERY = timedelta(days=1)
"""How often the last heads are reckoned anew without being asked."""


class NotLodged(ValueError):
    """A file that is no checkpoint as `as_file` wrote it."""


@dataclass(frozen=True)
class Checkpoint:
    """`complete`: its last heads were reckoned at its own size."""

    number: int
    size: int
    at: datetime
    body: bytes
    signatures: Sequence[Mapping[str, Any]]
    complete: bool = False

    @property
    def said(self) -> Mapping[str, Any]:
        said: Mapping[str, Any] = parse(self.body)
        return said

    def shown(self) -> dict[str, Json]:
        """As it stands in files and bundles."""
        return {"body": self.body.decode(), "signatures": [dict(one) for one in self.signatures]}

    def as_file(self) -> bytes:
        return canon(self.shown())


def lodged(content: bytes) -> tuple[bytes, list[Mapping[str, Any]]]:
    """Body and signatures of a file. Raises NotLodged."""
    try:
        shown = parse(content.strip())
        body = shown["body"].encode()
        said = parse(body)
        if said.keys() != CHECKPOINT_NAMES or canon(said) != body:
            raise NotLodged
        signed = shown["signatures"]
        if not isinstance(signed, list) or not all(isinstance(one, dict) for one in signed):
            raise NotLodged
        return body, signed
    except (CanonRefused, KeyError, TypeError, AttributeError) as problem:
        raise NotLodged from problem


def make_checkpoint(
    session: Session,
    signers: tuple[Signer, ...],
    *,
    log: str,
    now: datetime,
    complete: bool = False,
    alg: str = SM3,
) -> Checkpoint | None:
    """Sign what the log is now and keep it; None of an empty log. The caller sealed in this transaction, or need not.

    Args:
        complete: reckon the last heads anew, though less than `EVERY` went by.
    """
    lock_sealer(session)
    size, before = size_of(session), newest(session)
    if not size:
        return None
    full = newest(session, complete=True)
    complete = complete or full is None or now - full.at >= EVERY
    heads = last_heads(session, size, alg) if complete else None
    said: dict[str, Json] = {
        "v": VERSION,
        "log": log,
        "alg": alg,
        "size": size,
        "root": root(stored_nodes(session), size, alg).hex(),
        "cases": len(heads) if heads else full.said["cases"] if full else 0,
        "heads": heads.root().hex() if heads else full.said["heads"] if full else "",
        "at": instant_text(max(now, before.at) if before else now),
        "prev": digest(alg, before.body).hex() if before else GENESIS.hash,
        "witness": witness_entries(session),
    }
    return _keep(session, before, said, signers, complete)


def _keep(
    session: Session, before: Checkpoint | None, said: Mapping[str, Any], signers: tuple[Signer, ...], complete: bool
) -> Checkpoint:
    body = canon(said)
    made = Checkpoint(
        before.number + 1 if before else 1,
        said["size"],
        datetime.fromisoformat(said["at"]),
        body,
        signatures(signers, body),
        complete,
    )
    row = {"number": made.number, "size": made.size, "at": made.at, "complete": complete, "body": body}
    session.execute(insert(LogCheckpoint), row | {"signatures": made.signatures})
    return made


def newest(session: Session, *, complete: bool = False, most: int | None = None) -> Checkpoint | None:
    """The last checkpoint: only `complete` ones; only those of a size of at most `most`."""
    query = select(LogCheckpoint).order_by(LogCheckpoint.number.desc()).limit(1)
    if complete:
        query = query.where(LogCheckpoint.complete)
    if most is not None:
        query = query.where(LogCheckpoint.size <= most)
    row = session.scalar(query)
    return _of(row) if row else None


def checkpoints(session: Session) -> list[Checkpoint]:
    """All, in order."""
    return [_of(row) for row in session.scalars(select(LogCheckpoint).order_by(LogCheckpoint.number))]


def _of(row: LogCheckpoint) -> Checkpoint:
    return Checkpoint(row.number, row.size, row.at, row.body, row.signatures, row.complete)
