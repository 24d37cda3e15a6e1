"""Sealing what stands and signing it: the turn of the worker every ten minutes, and on demand (proof §2.4, §2.5)."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.errors import Refusal
from app.history.checkpoint import EVERY, Checkpoint, make_checkpoint, newest
from app.history.keys import check_signers, in_force, key_lines
from app.history.last_heads import last_heads
from app.history.log_models import LogDuty
from app.history.seal import SEALER, Sealed, ensure_duty, seal
from app.history.sealed_log import leaves_of, size_of
from app.instances.heads import standing_heads
from app.instances.surroundings import Surroundings
from app.jobs.leases import Lease

TURN = timedelta(minutes=10)
"""An entry is sealed at most so long after it was written, while a worker runs."""


SEALING = Lease(LogDuty, LogDuty.id == SEALER, order=(LogDuty.id,), returning=(LogDuty.id,))


def lease_sealer(session: Session, *, now: datetime) -> bool:
    """Whether it is this worker's turn to seal; the next turn is `TURN` later, whoever takes it."""
    ensure_duty(session)
    return bool(SEALING.take(session, now=now, most=1, until=now + TURN))


def seal_log(session: Session, *, now: datetime, case: str | None = None) -> Sealed:
    """Put what is not sealed into the log, of one case or of all; again while it says `more`."""
    return seal(session, standing_heads(case), now=now)


def sign_log(session: Session, around: Surroundings, *, now: datetime, complete: bool = False) -> Checkpoint | None:
    """A checkpoint of the log as it is; None of an empty one.

    Args:
        complete: with the last heads reckoned now.

    Raises:
        Refusal: `no_signing_key`, `signing_key_unlisted` (409).
    """
    check_signers(session, around.signers, size_of(session))
    return make_checkpoint(session, around.signers, log=around.log, now=now, complete=complete)


def reckon_heads(session: Session, *, now: datetime) -> None:
    """Reckon the last heads, where a complete checkpoint is due, before anything is locked for it. Writes nothing; what is
    sealed meanwhile makes `sign_log` reckon again, and nothing worse."""
    full = newest(session, complete=True)
    if full is None or now - full.at >= EVERY:
        last_heads(session, size_of(session)).root()


def sign_when_due(session: Session, around: Surroundings, *, now: datetime) -> Checkpoint | None:
    """A checkpoint when the log grew since the last one, or when the last heads are a day old. Raises as `sign_log`."""
    last, full = newest(session), newest(session, complete=True)
    grown = size_of(session) > (last.size if last else 0)
    return sign_log(session, around, now=now) if grown or (full and now - full.at >= EVERY) else None


def checkpoint_over(
    session: Session, around: Surroundings, case: str, head_seq: int, *, now: datetime
) -> Checkpoint | None:
    """A complete checkpoint that reaches to the end of the case, made when there is none and a key is at hand; else the
    newest complete one. None: there is none.

    Raises:
        Refusal: `record_broken` (500): the chain does not follow what was sealed, or an entry of it is missing.
    """
    full = newest(session, complete=True)
    if full is not None and not in_force(key_lines(session), full):
        full = None
    if around.signers and (full is None or sealed_up_to(session, case, full.size) < head_seq):
        refused = seal_log(session, now=now, case=case).refused
        if refused or sealed_up_to(session, case, size_of(session)) < head_seq:
            # A checkpoint over what could still be sealed would prove the whole case to be its honest part.
            raise Refusal("record_broken", 500, {"case": case, "seq": head_seq})
        return sign_log(session, around, now=now, complete=True)
    return full


def sealed_up_to(session: Session, case: str, size: int) -> int:
    """The last entry of the case that a log of this size holds; 0: none."""
    return max((leaf.last for _, leaf in leaves_of(session, case=case, below=size)), default=0)
