"""One letter, and the letters of a case."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import legal_day
from app.documents.models import Letter
from app.documents.record_letter import paragraphs_of
from app.errors import not_found
from app.identity.actor import Actor
from app.inbox.links import Links
from app.inbox.page_views import LetterPage
from app.inbox.views import LetterEntry
from app.instances.authority import bureau
from app.instances.case import Case
from app.instances.read_case import read_case
from app.instances.see_case import see_case
from app.instances.surroundings import Surroundings

CERTIFICATE = "certificate"


def letter_page(
    session: Session, around: Surroundings, letter_id: UUID, actor: Actor, links: Links, *, now: datetime
) -> LetterPage:
    """The paper as sealed.

    Raises:
        Refusal: `not_found` (404), also for a letter of a case that is not theirs.
    """
    letter = session.get(Letter, letter_id)
    if letter is None or letter.case is None:
        raise not_found()
    case = read_case(session, around, see_case(session, letter.case, by=actor), now=now)
    paragraphs = paragraphs_of(letter, sealer=case.sealer)
    made_on = legal_day(letter.made_at)
    return LetterPage(
        kind="certificate" if letter.code == CERTIFICATE else "letter",
        authority=bureau(case),
        title=letter.title,
        number=letter.number or "",
        addressee="",
        paragraphs=paragraphs,
        made_on=made_on,
        fields=tuple(_labelled(paragraphs)) if letter.code == CERTIFICATE else (),
        digest=letter.sm3,
        back_href=links.case(case.row.id),
    )


def letter_entries(session: Session, case: Case, links: Links) -> tuple[LetterEntry, ...]:
    rows = session.scalars(select(Letter).where(Letter.case == case.row.id).order_by(Letter.made_at, Letter.id))
    return tuple(
        LetterEntry(row.title, row.number or "", legal_day(row.made_at), links.letter(str(row.id))) for row in rows
    )


def _labelled(paragraphs: tuple[str, ...]) -> list[tuple[str, str]]:
    """`label：value` lines as the rows of a certificate."""
    rows = []
    for line in paragraphs:
        label, colon, value = line.partition("：")
        if colon and len(label) <= 12:
            rows.append((label, value))
    return rows
