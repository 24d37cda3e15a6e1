"""A form of a case as somebody handed it over: who decides next has to be able to read what was written before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.published import OPINION_FORM
from app.dossiers.models import Submission
from app.dossiers.read import answers_of, read_submission
from app.errors import not_found
from app.forms.model import Form
from app.identity.actor import Actor
from app.instances.case import Case
from app.instances.look_at_case import look_at_case
from app.instances.manual_form import form_for
from app.instances.models import Call
from app.instances.read_case import read_case
from app.instances.surroundings import Surroundings


@dataclass(frozen=True)
class Paper:
    """`purpose` and `emergency` as in `look_at_case`; `answers` as they were stored, proved against their digest."""

    case: Case
    kept: Submission
    form: Form
    title: str
    answers: dict[str, Any]
    purpose: str
    emergency: bool = False


def read_paper(
    session: Session, around: Surroundings, instance_id: str, paper_id: UUID, *, by: Actor, now: datetime
) -> Paper:
    """Read one, of a case that the person may see.

    Raises:
        Refusal: `not_found` (404), also for a form of another case; `purpose_needed` (403); `submission_altered` (500).
    """
    seen = look_at_case(session, instance_id, by=by, now=now)
    case = read_case(session, around, seen.row, now=now)
    kept = read_submission(session, paper_id, case=case.row.id)
    form, title = form_of_paper(case, kept.form)
    return Paper(case, kept, form, title, answers_of(kept, sealer=case.sealer), seen.purpose, seen.emergency)


def form_of_paper(case: Case, name: str) -> tuple[Form, str]:
    """The form of that id in the version the case runs on, and what the process calls it. Raises Refusal `not_found`."""
    for (process, id_), use in case.published.forms.items():
        if id_ == name:
            said = case.published.all_settings[process].forms.get(id_)
            return use.form, (said.title if said else "") or use.form.title
    if name == OPINION_FORM.form.id:
        return OPINION_FORM.form, "办理意见"
    for call in case.session.scalars(select(Call).where(Call.instance_id == case.row.id)):
        form = form_for(case, call).form
        if form.id == name:
            return form, f"{call.name}（人工核验）"
    raise not_found()
