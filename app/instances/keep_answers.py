"""Keeping what was answered: an immutable submission, and from it whom the case is about."""

from typing import Any

from app.dossiers.index_subject import index_subject
from app.dossiers.submit import evidence_of, submit
from app.forms.model import Clean
from app.instances.answers import Asked
from app.instances.case import Case
from app.instances.fields import field_value


def keep_answers(case: Case, asked: Asked, clean: Clean, *, by: str, on_behalf_of: str | None = None) -> str:
    """Store the answers and refresh the subject; returns what the event names as evidence (id and salted digest)."""
    form = asked.form.form
    kept = submit(
        case.session,
        clean.answers,
        case=case.row.id,
        form=form.id,
        form_digest=form.digest,
        sealer=case.sealer,
        by=by,
        at=case.at,
        on_behalf_of=on_behalf_of,
    )
    case.answered(form.id, clean.answers)
    if any(source.startswith(f"{form.id}.") for source in case.published.settings.subject.values()):
        refresh_subject(case)
    return evidence_of(kept)


def refresh_subject(case: Case) -> None:
    """Whom the case is about, sealed for the lists, and by blind tokens for the search."""
    found: dict[str, Any] = {
        name: field_value(case, source) for name, source in case.published.settings.subject.items()
    }
    case.row.subject = case.seal_json("instance.subject", found)
    index_subject(
        case.session,
        case.row.id,
        index=case.around.vault.blind_index,
        names=[str(found[name]) for name in ("party", "child") if found.get(name)],
        phones=[str(found["phone"])] if found.get("phone") else [],
    )
