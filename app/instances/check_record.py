"""Do the columns that people are shown say what the record says (proof §2.1)? An altered row leaves the chain whole."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.documents.models import Document, Letter
from app.dossiers.models import Submission
from app.dossiers.read import answers_of
from app.errors import Refusal
from app.history.read import RecordedEvent, read_events
from app.instances.attachments import bytes_of
from app.instances.case import Case
from app.instances.check_marks import check_marks
from app.instances.difference import Difference
from app.instances.models import Task
from app.instances.start import MACHINE
from app.vault import SealBroken

FINISHED = ("done", "taken_back")
FILES = "payload/~files"
PLACE = "payload/~division"
"""Where a case stands that is not where its procedure judged it to be: one that was made again for a bench."""


def check_record(session: Session, case: Case) -> Iterator[Difference]:
    """Where and when it began, who did or holds which step, who answers for the case, its number, every form, file and
    letter of it, and its marks."""
    try:
        events = read_events(session, case.around.vault, case.row.id)
    except Refusal as broken:
        yield Difference(case.row.id, "record", str(broken.params.get("seq", "")), "记录无法读取")
        return
    if any(event.fields is None for event in events):
        return
    yield from _beginning(case, events[0])
    yield from _finished(session, case, events)
    yield from _holders(session, case, events)
    yield from _owner(case, events)
    yield from _number(case, events)
    yield from _submissions(session, case, events)
    yield from _files(session, case, events)
    yield from _letters(session, case, events)
    yield from check_marks(session, case.row, events)


def _beginning(case: Case, first: RecordedEvent) -> Iterator[Difference]:
    row = case.row
    said = {
        "division": (row.division, _of(first, PLACE) or _of(first, "facts/case_division")),
        "started_by": (row.started_by, _of(first, "actor") or MACHINE),
        "started_at": (row.started_at, first.at),
    }
    for name, (shown, recorded) in said.items():
        if shown != recorded:
            yield Difference(row.id, "case", name, "何处、何时、由谁发起与记录不符")


def _holders(session: Session, case: Case, events: Sequence[RecordedEvent]) -> Iterator[Difference]:
    held, taken_back = _held(events), {one.seq: _of(one, "actor") for one in events if _taken_back(one)}
    rows = session.execute(
        select(Task.key, Task.opened_seq, Task.assignee_id)
        .where(Task.instance_id == case.row.id, Task.status == "open")
        .order_by(Task.key)
    )
    for key, opened, shown in rows:
        if held.get(key, taken_back.get(opened)) != shown:
            yield Difference(case.row.id, "task", key, "由谁承办与记录不符")


def _held(events: Sequence[RecordedEvent]) -> dict[str, str | None]:
    """Who holds each task that somebody took, gave away or let go of."""
    held: dict[str, str | None] = {}
    for event in events:
        if event.kind in {"claimed", "transferred", "released"}:
            receiver = {"claimed": _of(event, "actor"), "transferred": _of(event, "payload/~to")}
            held[str(_of(event, "task"))] = receiver.get(event.kind)
        elif event.kind == "interest_declared":
            held |= dict.fromkeys(_of(event, "payload/~released") or ())
    return held


def _taken_back(event: RecordedEvent) -> bool:
    return event.kind == "repositioned" and _of(event, "payload/~plan") is None


def _finished(session: Session, case: Case, events: Sequence[RecordedEvent]) -> Iterator[Difference]:
    recorded = {
        str(_of(event, "task")): (event.seq, _of(event, "actor"), _of(event, "on_behalf_of"))
        for event in events
        if event.kind == "completed"
    }
    rows = session.execute(
        select(Task.key, Task.closed_seq, Task.closed_by, Task.on_behalf_of).where(
            Task.instance_id == case.row.id, Task.status.in_(FINISHED)
        )
    )
    shown = {row.key: (row.closed_seq, row.closed_by, row.on_behalf_of) for row in rows}
    for key in sorted(recorded.keys() | shown.keys()):
        if recorded.get(key) != shown.get(key):
            yield Difference(case.row.id, "task", key, "由谁办结、何时办结与记录不符")


def _owner(case: Case, events: Sequence[RecordedEvent]) -> Iterator[Difference]:
    owner: Any = MACHINE
    for event in events:
        if event.kind == "started":
            owner = _of(event, "on_behalf_of") or _of(event, "actor") or MACHINE
        elif event.kind == "case_handed_over":
            owner = _of(event, "payload/~to")
    if case.row.owner_id != owner:
        yield Difference(case.row.id, "case", "owner", "负责人与记录不符")


def _number(case: Case, events: Sequence[RecordedEvent]) -> Iterator[Difference]:
    answers = (_of(event, "facts/answer") for event in events if event.kind == "answered")
    issued = {answer["number"] for answer in answers if isinstance(answer, dict) and "number" in answer}
    if issued and case.row.number not in issued:
        yield Difference(case.row.id, "case", "number", "案号与记录不符")


def _submissions(session: Session, case: Case, events: Sequence[RecordedEvent]) -> Iterator[Difference]:
    named = {str(one) for event in events for one in _of(event, "evidence") or ()}
    kept = {row.id: row for row in session.scalars(select(Submission).where(Submission.case == case.row.id))}
    for one in sorted(named):
        id_, _, digest = one.partition(":")
        row = kept.pop(UUID(id_), None)
        if row is None or row.digest != digest or not _opens(case, row):
            yield Difference(case.row.id, "submission", id_, "交上的表与记录不符" if row else "交上的表不见了")
    for row in kept.values():
        yield Difference(case.row.id, "submission", str(row.id), "记录里没有这份表")


def _files(session: Session, case: Case, events: Sequence[RecordedEvent]) -> Iterator[Difference]:
    recorded = {id_: said for event in events for id_, said in (_of(event, FILES) or {}).items()}
    if not recorded:
        return
    rows = session.scalars(select(Document).where(Document.case == case.row.id))
    kept = {str(row.id): bytes_of(row) for row in rows}
    for id_ in sorted(recorded):
        if kept.get(id_) != recorded[id_]:
            yield Difference(case.row.id, "document", id_, "材料与记录不符" if id_ in kept else "材料不见了")


def _letters(session: Session, case: Case, events: Sequence[RecordedEvent]) -> Iterator[Difference]:
    answers = (_of(event, "facts/answer") for event in events if event.kind == "answered")
    recorded = {
        answer["letter_id"]: (answer["sm3"], answer.get("letter_number"))
        for answer in answers
        if isinstance(answer, dict) and {"letter_id", "sm3"} <= answer.keys()
    }
    if not recorded:
        return
    rows = session.scalars(select(Letter).where(Letter.case == case.row.id))
    kept = {str(row.id): (row.sm3, row.number) for row in rows}
    for id_ in sorted(recorded):
        if kept.get(id_) != recorded[id_]:
            yield Difference(case.row.id, "letter", id_, "文书与记录不符" if id_ in kept else "文书不见了")


def _opens(case: Case, row: Submission) -> bool:
    try:
        answers_of(row, sealer=case.sealer)
    except (Refusal, SealBroken):
        return False
    return True


def _of(event: RecordedEvent, name: str) -> Any:
    return (event.fields or {}).get(name)
