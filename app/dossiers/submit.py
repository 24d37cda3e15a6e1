"""Keep what was filled in: sealed, with a salted digest for the record."""

import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from app.dossiers.models import Submission
from app.history.canonical import canon
from app.history.digests import SM3, digest
from app.vault.sealer import Sealer

SALT_BYTES = 16


def submit(
    session: Session,
    answers: Mapping[str, Any],
    *,
    case: str,
    form: str,
    form_digest: bytes,
    sealer: Sealer,
    by: str,
    at: datetime,
    on_behalf_of: str | None = None,
    dossier: UUID | None = None,
) -> Submission:
    """Store clean answers (`Clean.answers`).

    Raises:
        CanonRefused: the answers were not clean.
    """
    salted = os.urandom(SALT_BYTES) + canon(dict(answers))
    id_ = uuid4()
    submission = Submission(
        id=id_,
        dossier_id=dossier,
        case=case,
        form=form,
        form_digest=form_digest.hex(),
        answers=sealer.seal(salted, "submission.answers", str(id_)),
        digest=digest(SM3, salted).hex(),
        key_id=sealer.key_id,
        by=by,
        on_behalf_of=on_behalf_of,
        at=at,
    )
    session.add(submission)
    return submission


def evidence_of(submission: Submission) -> str:
    """How an event names it: id and salted digest (`Event.evidence`)."""
    return f"{submission.id}:{submission.digest}"
