"""Keep what was filled in: sealed, with a salted digest for the record."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.db import new_id
from app.dossiers.models import Submission
from app.fixed import Fixed
from app.history.canonical import canon
from app.history.digests import SM3, digest
from app.vault.sealer import Sealer

SALT_BYTES = 16
INSERT = Fixed(insert(Submission))


@dataclass(frozen=True)
class Kept:
    """A stored submission."""

    id: UUID
    digest: str
    """SM3 over salt and answers, 64 hex digits."""

    @property
    def evidence(self) -> str:
        """How an event names it: id and salted digest (`Event.evidence`)."""
        return f"{self.id}:{self.digest}"


def submit(
    session: Session,
    answers: Mapping[str, Any],
    *,
    case: str,
    form: str,
    sealer: Sealer,
    by: str,
    at: datetime,
    on_behalf_of: str | None = None,
    dossier: UUID | None = None,
) -> Kept:
    """Store clean answers (`Clean.answers`).

    Raises:
        CanonRefused: the answers were not clean.
    """
    salted = os.urandom(SALT_BYTES) + canon(dict(answers))
    kept = Kept(UUID(new_id()), digest(SM3, salted).hex())
    row = {
        "id": kept.id,
        "dossier_id": dossier,
        "case": case,
        "form": form,
        "answers": sealer.seal(salted, "submission.answers", str(kept.id)),
        "digest": kept.digest,
        "key_id": sealer.key_id,
        "by": by,
        "on_behalf_of": on_behalf_of,
        "at": at,
    }
    INSERT.later(session, row, rows=1)
    return kept
