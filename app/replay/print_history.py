"""Printing a case: its history as a PDF a court can file, for auditors. What is shown follows the rule of `export_case`.
Of a case whose content was destroyed by law, what is left is printed, and that it was destroyed (proof §2.6).

Three steps, which the door takes one after the other: `gather` reads, `typeset` sets the pages with no transaction open
(engine rule 21), `record_print` writes down who printed what and why, before the file leaves.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.documents.typeset import Document
from app.errors import Refusal
from app.history.data_keys import destroyed
from app.history.hidden import hidden_fields
from app.history.read import read_events
from app.identity.actor import Actor
from app.instances.export_case import everything, exportable, procedure, purpose_of
from app.instances.looks import PRINT, Look, record_look
from app.instances.models import Instance
from app.instances.read_case import read_case
from app.instances.surroundings import Surroundings
from app.replay.case_history import TEMPLATE, Excerpt, case_history
from app.replay.erased_history import TEMPLATE as LEFT_TEMPLATE
from app.replay.erased_history import erased_history
from app.replay.open_replay import Recording
from app.replay.prove import unaltered
from app.replay.story import Story


@dataclass(frozen=True)
class Printing:
    """A history ready to be set, or what is `left` of it. `look` is what goes on the access record."""

    document: Document
    look: Look
    name: str
    left: bool


def gather(
    session: Session,
    around: Surroundings,
    instance_id: str,
    *,
    by: Actor,
    whole: bool,
    purpose: str,
    network: str,
    now: datetime,
) -> Printing:
    """Read the case; nothing is locked and nothing written.

    Args:
        whole: with personal data; `purpose` is then needed.

    Raises:
        Refusal: `not_found` (404), `export_purpose_short` (422), `purpose_needed` (403), `record_broken` (500).
    """
    row = exportable(session, instance_id, by=by)
    why = purpose_of(session, instance_id, by=by, whole=whole, purpose=purpose, now=now)
    proven = unaltered(session, around, row, now=now)
    excerpt = Excerpt(by=by, purpose=why, whole=whole, at=now, hidden={}, proven=proven)
    gone = destroyed(session, row.id)
    paper = _left(session, around, row, excerpt) if gone else _whole(session, around, row, excerpt)
    extent = "erased" if gone else "whole" if whole else "redacted"
    look = Look(by.id, row.id, now, f"{PRINT}:{extent}", network, purpose=why)
    return Printing(paper, look, f"{row.number or row.id[:12]}-{now:%Y%m%d%H%M%S}.pdf", gone)


def _whole(session: Session, around: Surroundings, row: Instance, excerpt: Excerpt) -> Document:
    may = everything if excerpt.whole else procedure
    story, hidden = told(session, around, row, excerpt.purpose, shown=lambda _seq, name: may(name), now=excerpt.at)
    return Document(TEMPLATE, case_history(story, replace(excerpt, hidden=hidden)), excerpt.at)


def _left(session: Session, around: Surroundings, row: Instance, excerpt: Excerpt) -> Document:
    return Document(LEFT_TEMPLATE, erased_history(session, around, row, excerpt), excerpt.at)


def told(
    session: Session,
    around: Surroundings,
    row: Instance,
    purpose: str,
    *,
    shown: Callable[[int, str], bool],
    now: datetime,
) -> tuple[Story, Mapping[int, Mapping[str, str]]]:
    """The case as this reader may have it told, and the commitments of the rest by step and name of the field.

    What is not shown is taken out before anything is told, so no part of a paper can tell it.

    Raises:
        Refusal: `content_destroyed` (410), `record_broken` (500).
    """
    case, events = read_case(session, around, row, now=now), read_events(session, around.vault, row.id)
    hidden = hidden_fields(session, around.vault, row.id, shown=shown)
    seen = [
        event
        if event.fields is None
        else replace(event, fields={name: value for name, value in event.fields.items() if shown(event.seq, name)})
        for event in events
    ]
    first = min((seq for seq, taken_out in hidden.items() if taken_out), default=None)
    return Story(session, Recording(case, seen, purpose, hidden_from=first)), hidden


def record_print(session: Session, printing: Printing, *, now: datetime) -> None:
    """On the access record, like a file that is taken away; `now`: setting the pages may have taken long.

    Raises:
        Refusal: `content_destroyed` (410): since it was read, and what was read goes with it.
    """
    if not printing.left and destroyed(session, printing.look.case):
        raise Refusal("content_destroyed", 410)
    record_look(session, replace(printing.look, at=now))
