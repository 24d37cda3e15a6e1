"""提取案卷: after the approval, by the archivist; read, set, then put on record and kept, in that order."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.documents.typeset import PATIENCE, Document, typeset
from app.errors import Refusal, not_found
from app.history import append_to_system
from app.history.data_keys import destroyed
from app.history.digests import SHA256, SM3, digest
from app.history.models import HistoryEvent
from app.history.read import read_events
from app.identity.actor import Actor
from app.identity.names import names_of
from app.instances.attached import Attached, attached
from app.instances.export_case import procedure
from app.instances.looks import PRINT, Look, record_look
from app.instances.models import Instance
from app.instances.surroundings import Surroundings
from app.replay.case_history import Excerpt
from app.replay.file_requests.attached_pages import MOST_READ, draw
from app.replay.file_requests.decide_request import same_human
from app.replay.file_requests.file_paper import TEMPLATE, Extraction, file_paper, with_attached
from app.replay.file_requests.kept import sealer_of
from app.replay.file_requests.left_paper import TEMPLATE as LEFT_TEMPLATE
from app.replay.file_requests.left_paper import left_paper
from app.replay.file_requests.models import APPROVED, MADE, FileRequest
from app.replay.file_requests.reach import must_extract, of_the_office, request_of
from app.replay.file_requests.record import chain_of, told_by, what_was_asked
from app.replay.file_requests.register_request import WHOLE
from app.replay.print_history import told
from app.replay.prove import unaltered

COLUMN = "file_request.paper"


@dataclass(frozen=True)
class Drawn:
    """A file ready to be set: `look` is what goes on the access record of the case, `head` the entry it reaches to.
    `data` is the paper without its attached files; `left`: what is left of a case whose content was destroyed."""

    template: str
    data: Mapping[str, Any]
    attached: tuple[Attached, ...]
    at: datetime
    look: Look
    head: str
    steps: int
    left: bool


def gather_file(
    session: Session, around: Surroundings, request_id: str, *, by: Actor, network: str, now: datetime
) -> Drawn:
    """Read the case as far as the scope goes, or what is left of it; nothing is locked and nothing written.

    Raises:
        Refusal: `not_found` (404), `file_request_not_extractor`, `file_request_own` (403),
            `file_request_not_approved`, `file_request_moved_on` (409), `record_broken` (500).
    """
    row = request_of(session, request_id, by=by)
    _may_be_made(session, row, by)
    asked, case = what_was_asked(session, around, request_id), session.get_one(Instance, row.case_id)
    excerpt = Excerpt(
        by=by, purpose=str(asked["paper"]), whole=asked["scope"] == WHOLE, at=now, hidden={},
        proven=unaltered(session, around, case, now=now),
    )  # fmt: skip
    extraction = Extraction(
        row=row, asked=asked, excerpt=excerpt, approver=names_of(session, {row.decided_by})[str(row.decided_by)]
    )  # fmt: skip
    gone = destroyed(session, case.id)
    extent = "erased" if gone else asked["scope"]
    look = Look(by.id, case.id, now, f"{PRINT}:file:{extent}", network, purpose=f"调卷 {asked['paper']}")
    return (_left if gone else _whole)(session, around, case, extraction, look)


def _whole(session: Session, around: Surroundings, case: Instance, extraction: Extraction, look: Look) -> Drawn:
    excerpt, shown = extraction.excerpt, partial(_in_scope, extraction.asked)
    story, hidden = told(session, around, case, excerpt.purpose, shown=shown, now=excerpt.at)
    events = read_events(session, around.vault, case.id)
    files = attached(session, story.recording.case, events, hidden=hidden, most=MOST_READ)
    head, steps = story.events[-1].hash, len(story.events)
    data = file_paper(
        story,
        replace(extraction, excerpt=replace(excerpt, hidden=hidden), bodies=_bodies(session, case, steps)),
    )
    return Drawn(TEMPLATE, data, files, excerpt.at, look, head, steps, left=False)


def _left(session: Session, around: Surroundings, case: Instance, extraction: Extraction, look: Look) -> Drawn:
    extraction = replace(extraction, bodies=_bodies(session, case, case.head_seq))
    data = left_paper(session, around, case, extraction)
    return Drawn(LEFT_TEMPLATE, data, (), extraction.excerpt.at, look, case.head_hash, case.head_seq, left=True)


def _bodies(session: Session, case: Instance, steps: int) -> tuple[bytes, ...]:
    mine = select(HistoryEvent.body).where(HistoryEvent.case == case.id, HistoryEvent.seq <= steps)
    return tuple(session.scalars(mine.order_by(HistoryEvent.seq)))


def set_file(drawn: Drawn, *, patience: float | None = PATIENCE) -> bytes:
    """The PDF, with the pages of what was attached. Call it with no transaction open (engine rule 21).

    Args:
        patience: seconds by the clock; None waits.

    Raises:
        Refusal: `file_request_too_long` (503), `font_missing`, `character_missing` (503).
    """
    begun = monotonic()
    try:
        shown = draw(drawn.attached, patience=patience)
        pictures = [page.picture for one in shown for page in one.pages]
        document = Document(drawn.template, with_attached(drawn.data, shown), drawn.at, pictures)
        return typeset(document, patience=None if patience is None else max(0.001, begun + patience - monotonic()))
    except Refusal as refusal:
        if refusal.code != "document_too_long" or patience is None:
            raise
        raise Refusal("file_request_too_long", 503, {"seconds": round(patience)}) from refusal


def keep_file(
    session: Session, around: Surroundings, request_id: str, drawn: Drawn, content: bytes, *, by: Actor, now: datetime
) -> FileRequest:
    """Keep the PDF and put its digests on the chain of the request, and a look on the access record of the case.

    Raises:
        Refusal: as `gather_file`; somebody else may have been quicker. `content_destroyed` (410): since it was read.
    """
    row = request_of(session, request_id, by=by, to_change=True)
    _may_be_made(session, row, by)
    if destroyed(session, row.case_id) != drawn.left:
        raise Refusal("content_destroyed", 410)
    row.paper = sealer_of(session, around, row.case_id, made_at=now).seal(content, COLUMN, row.id)
    row.sm3, row.sha256 = digest(SM3, content).hex(), digest(SHA256, content).hex()
    row.state, row.made_by, row.made_at = MADE, by.id, now
    record_look(session, replace(drawn.look, at=now))  # setting the pages may have taken long
    session.flush()
    append_to_system(
        session, vault=around.vault, log=around.log, name=chain_of(row.id), at=now, kind="file_extracted",
        fields=told_by(
            by, sm3=row.sm3, sha256=row.sha256, size=len(content), head=drawn.head, step=drawn.steps, case=row.case_id
        ),
    )  # fmt: skip
    return row


def file_of(
    session: Session, around: Surroundings, request_id: str, *, by: Actor, network: str, now: datetime
) -> bytes:
    """The PDF as it was made, for the office alone; it goes on the access record of the case.

    Raises:
        Refusal: `not_found` (404), `file_request_not_made` (409), `file_request_altered` (500), `content_destroyed` (410).
    """
    row = request_of(session, request_id, by=by)
    if not of_the_office(by, row):
        raise not_found()
    if row.paper is None:
        raise Refusal("file_request_not_made", 409)
    sealer = sealer_of(session, around, row.case_id, made_at=row.made_at or now)
    content = sealer.open(row.paper, COLUMN, row.id)
    if (digest(SM3, content).hex(), digest(SHA256, content).hex()) != (row.sm3, row.sha256):
        raise Refusal("file_request_altered", 500)
    record_look(session, Look(by.id, row.case_id, now, f"{PRINT}:file:again", network, purpose=f"调卷 {row.id}"))
    return content


def _may_be_made(session: Session, row: FileRequest, by: Actor) -> None:
    must_extract(by, row)
    if row.state == MADE:
        raise Refusal("file_request_moved_on", 409)
    if row.state != APPROVED:
        raise Refusal("file_request_not_approved", 409)
    if same_human(session, by, row.decided_by):
        raise Refusal("file_request_own", 403)


def _in_scope(asked: Mapping[str, Any], seq: int, name: str) -> bool:
    return asked["scope"] == WHOLE or seq in asked["steps"] or procedure(name)
