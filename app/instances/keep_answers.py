"""Keeping what was answered: an immutable submission, and from it whom the case is about."""

from typing import Any

from sqlalchemy import select

from app.dossiers.index_subject import ALONE, cases_about, index_subject
from app.dossiers.submit import submit
from app.errors import Refusal
from app.forms.model import Clean
from app.instances.answers import Asked
from app.instances.case import Case
from app.instances.fields import field_value
from app.instances.models import Instance
from app.texts.forms import field_sentence


def keep_answers(case: Case, asked: Asked, clean: Clean, *, by: str, on_behalf_of: str | None = None) -> str:
    """Store the answers and refresh the subject; returns what the event names as evidence (id and salted digest)."""
    form = asked.form.form
    kept = submit(
        case.session,
        clean.answers,
        case=case.row.id,
        form=form.id,
        sealer=case.sealer,
        by=by,
        at=case.at,
        on_behalf_of=on_behalf_of,
    )
    case.answered(form.id, clean.answers)
    if any(
        one.startswith(f"{form.id}.") for source in case.published.settings.subject.values() for one in _ways(source)
    ):
        refresh_subject(case)
    return kept.evidence


def refresh_subject(case: Case) -> None:
    """Whom the case is about, sealed for the lists, and by blind tokens for the search."""
    found: dict[str, Any] = {
        name: _first_known(case, source) for name, source in case.published.settings.subject.items()
    }
    number = found.pop(ALONE, None)
    alone = f"{case.row.process}:{number}" if number else ""
    if alone:
        _no_other_open(case, alone)
    case.row.subject = case.seal_json("instance.subject", found)
    index_subject(
        case.session,
        case.row.id,
        index=case.around.vault.blind_index,
        names=[str(found[name]) for name in ("party", "child") if found.get(name)],
        phones=[str(found["phone"])] if found.get("phone") else [],
        alone=alone,
    )


def _first_known(case: Case, source: str) -> Any:
    """`a | b`: the first that has a value, so that an appointment bears the name it was made under until the application
    comes."""
    return next((value for one in _ways(source) if (value := field_value(case, one)) not in (None, "")), None)


def _ways(source: str) -> list[str]:
    return [one.strip() for one in source.split("|")]


def _no_other_open(case: Case, alone: str) -> None:
    """Only one open case of a process may be about the identifier under `[subject] alone` (handbook §9).

    Raises:
        Refusal: `form_errors` (422) at the field; of the other case nothing is said, as it may be another office's.
    """
    cases = set(cases_about(case.session, alone, index=case.around.vault.blind_index)) - {case.row.id}
    open_now = select(Instance.id).where(Instance.id.in_(cases), Instance.ended_at.is_(None)).limit(1)
    if cases and case.session.scalar(open_now):
        field = case.published.settings.subject[ALONE].partition(".")[2]
        sentence = field_sentence("subject_elsewhere", process=case.row.title)
        raise Refusal("form_errors", 422, {"count": 1}, {field: sentence})
