"""Read submissions back, proved against the digest that went on the record."""

from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from app.dossiers.models import Dossier, Submission
from app.dossiers.submit import SALT_BYTES
from app.errors import Refusal, not_found
from app.history.digests import SM3, digest
from app.identity.divisions import covers
from app.vault.sealer import Sealer


def read_submission(session: Session, id_: UUID, *, case: str) -> Submission:
    """One submission of this case. Raises Refusal `not_found`, also for one of another case (abuse case 1)."""
    submission = session.get(Submission, id_)
    if submission is None or submission.case != case:
        raise not_found()
    return submission


def has_dossier(session: Session, id_: str, division: str) -> bool:
    """Whether this is the id of a dossier that the division, one inside it or one around it keeps."""
    try:
        dossier = session.get(Dossier, UUID(id_))
    except ValueError:
        return False
    return dossier is not None and (covers(dossier.division, division) or covers(division, dossier.division))


def latest_submission(session: Session, case: str, form: str) -> Submission | None:
    """The one that counts when a form was filled in more than once."""
    found = select(Submission).filter_by(case=case, form=form).order_by(Submission.at.desc(), Submission.id.desc())
    return session.scalars(found.limit(1)).first()


def submission_before(session: Session, later: Submission) -> Submission | None:
    """The one that was handed in before, on the same form of the same case."""
    earlier = tuple_(Submission.at, Submission.id) < tuple_(later.at, later.id)
    found = select(Submission).filter_by(case=later.case, form=later.form).where(earlier)
    return session.scalars(found.order_by(Submission.at.desc(), Submission.id.desc()).limit(1)).first()


def answers_of(submission: Submission, *, sealer: Sealer) -> dict[str, Any]:
    """The clean answers as stored.

    Raises:
        Refusal: `submission_altered` (500).
        SealBroken: under another key, altered, or moved from another row.
    """
    salted = sealer.open(submission.answers, "submission.answers", str(submission.id))
    if digest(SM3, salted).hex() != submission.digest:
        raise Refusal("submission_altered", 500)
    answers: dict[str, Any] = orjson.loads(salted[SALT_BYTES:])
    return answers
