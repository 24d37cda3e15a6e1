"""Completing a task: the one place where an official's answers become the next step."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.engine.model import FactValue
from app.forms.check import check
from app.forms.mapping import extract
from app.forms.model import Clean
from app.identity.actor import Actor
from app.identity.may import Verdict
from app.instances.answers import Asked, asked_of
from app.instances.apply import apply
from app.instances.attachments import on_record
from app.instances.case import Case
from app.instances.finish import finish, forget_drafts
from app.instances.hold import hold
from app.instances.keep_answers import keep_answers
from app.instances.marks import LATE, keep_marks
from app.instances.open_task import HeldTask, open_task
from app.instances.surroundings import Surroundings


@dataclass(frozen=True)
class Completed:
    """What the person is told: labels of answers that a condition hid, and ids of the tasks that opened."""

    instance_id: str
    number: str | None
    dropped: tuple[str, ...]
    ended: bool
    revision: int


def complete_task(
    session: Session,
    around: Surroundings,
    task_id: str,
    *,
    by: Actor,
    answers: Mapping[str, Any],
    now: datetime,
) -> Completed:
    """Check the answers, keep them as an immutable submission, move the case.

    Raises:
        Refusal: `form_errors` (422, by field), `task_held` (409), `task_done` (409), what `open_task` says,
            or the engine's refusal as an incident (409).
    """
    held = open_task(session, around, task_id, by=by, now=now)
    hold(held, by=by)
    asked = asked_of(held.case, held.row, by)
    clean = check(asked.form.form, answers, **asked.context)
    facts, result = _facts(held.case, asked, clean)
    evidence = keep_answers(held.case, asked, clean, by=by.id, on_behalf_of=held.verdict.on_behalf_of)
    _close(held, by)
    outcome = apply(
        held.case,
        "completed",
        by=by,
        on_behalf_of=held.verdict.on_behalf_of,
        target=held.row.key,
        facts=facts,
        result=result,
        evidence=(evidence,),
        payload=clean.answers | on_record(held.case, clean.files) | _marks(held.verdict),
        dedupe=f"task:{held.row.key}",
    )
    if held.row.due_on is not None and held.case.today > held.row.due_on:
        keep_marks(session, held.case.row.id, held.case.row.started_at, {LATE})
    finish(held.case)
    if held.row.drafted:
        forget_drafts(held.case, held.row.id)
    return Completed(
        held.case.row.id, held.case.row.number, clean.dropped, outcome.ended is not None, held.case.row.head_seq
    )


def _marks(verdict: Verdict) -> dict[str, Any]:
    """Under which relaxation of a local rule it was done: for the auditor, on the record."""
    return {"~marks": list(verdict.marks)} if verdict.marks else {}


def _facts(case: Case, asked: Asked, clean: Clean) -> tuple[dict[str, FactValue], FactValue]:
    at = case.at
    facts = extract(asked.form.facts, clean.answers, form=asked.form.form, facts=asked.facts, at=at)
    if asked.form.result is None:
        return facts, None
    left = extract({"result": asked.form.result}, clean.answers, form=asked.form.form, facts=asked.facts, at=at)
    return facts, left["result"]


def _close(held: HeldTask, by: Actor) -> None:
    task = held.row
    task.status, task.closed_at, task.closed_seq = "done", held.case.at, held.case.row.head_seq + 1
    task.closed_by, task.on_behalf_of = by.id, held.verdict.on_behalf_of
