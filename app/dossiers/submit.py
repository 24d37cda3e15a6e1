"""Keeping what was answered: sealed at once, never changed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy.orm import Session

from app.db import new_id
from app.dossiers.models import Submission
from app.forms.model import Form
from app.vault import DataKey, Vault, bind


def submit(
    session: Session,
    *,
    vault: Vault,
    data_key: DataKey,
    case: str,
    dossier_id: str | None,
    form: Form,
    answers: Mapping[str, Any],
    by: str,
    on_behalf_of: str | None,
    at: datetime,
) -> str:
    """Store clean answers; returns the id of the submission."""
    submission_id = new_id()
    sealed = vault.seal(data_key, orjson.dumps(answers), bind("submission.answers", case, submission_id))
    session.add(
        Submission(
            id=submission_id, dossier_id=dossier_id, case=case, form=form.id, form_digest=form.digest,
            answers=sealed, by=by, on_behalf_of=on_behalf_of, at=at,
        )  # fmt: skip
    )
    return submission_id
