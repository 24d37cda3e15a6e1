"""Sealing and signing as the tests do it, with keys made of fixed seeds."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.history.checkpoint import Checkpoint, make_checkpoint
from app.history.keys import enter_key
from app.history.models import HistoryEvent
from app.history.seal import Sealed, seal
from app.history.signing import KeyLine, SoftwareSigner, fingerprint, sign_line
from app.vault import Vault
from tests.history.chains import LOG, NINE

ROOT = SoftwareSigner(bytes(range(32)))
SIGNER = SoftwareSigner(bytes(range(32, 64)))
OTHER = SoftwareSigner(bytes(range(64, 96)))
TRUST = fingerprint(ROOT.public)


def heads() -> Select[Any]:
    """How far each case goes, by its entries: these stories have no other rows."""
    return select(HistoryEvent.case, func.max(HistoryEvent.seq).label("seq")).group_by(HistoryEvent.case)


def enter(
    session: Session, vault: Vault, signer: SoftwareSigner = SIGNER, first: int = 0, last: int | None = None
) -> None:
    line = sign_line(ROOT, KeyLine(signer.public, first, last))
    enter_key(session, line, vault=vault, log=LOG, by="cli", now=NINE)


def sealed(session: Session, now: datetime = NINE) -> Sealed:
    return seal(session, heads(), now=now)


def signed(session: Session, now: datetime = NINE, *, complete: bool = True) -> Checkpoint:
    made = make_checkpoint(session, (SIGNER,), log=LOG, now=now, complete=complete)
    assert made is not None
    return made
