"""Reading submissions back."""

from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.dossiers.models import Submission
from app.vault import DataKey, Vault, bind


def latest_answers(session: Session, vault: Vault, data_key: DataKey, case: str, form: str) -> dict[str, Any]:
    """The answers of the newest submission of a form in a case; empty when there is none."""
    row = session.scalar(
        select(Submission)
        .where(Submission.case == case, Submission.form == form)
        .order_by(Submission.at.desc(), Submission.id)
        .limit(1)
    )
    if row is None:
        return {}
    opened = vault.open(data_key, row.answers, bind("submission.answers", case, row.id))
    return orjson.loads(opened)  # type: ignore[no-any-return]
