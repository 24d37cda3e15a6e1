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
from app.instances.look_at_case import look_at_case
from app.instances.read_case import read_case
from app.instances.surroundings import Surroundings

CERTIFICATE = "certificate"
LONGEST_LABEL = 12


def letter_page(
    session: Session, around: Surroundings, letter_id: UUID, actor: Actor, links: Links, *, now: datetime
) -> LetterPage:
    """The paper as sealed.

    Raises:
        Refusal: `not_found` (404), also for a letter of a case that is not theirs; `purpose_needed` (403).
    """
    letter = session.get(Letter, letter_id)
    if letter is None or letter.case is None:
        raise not_found()
    seen = look_at_case(session, letter.case, by=actor, now=now)
    case = read_case(session, around, seen.row, now=now)
    whole = paragraphs_of(letter, sealer=case.sealer)
    authority, signed = bureau(case), tuple[str, ...]()
    title, whole = _title(whole, letter.title)
    if letter.code == CERTIFICATE:
        table, number, body = _certificate(whole)
        addressee = ""
    else:
        table, number = (), ""
        addressee, body, signed = _letter(whole, authority)
    return LetterPage(
        kind="certificate" if letter.code == CERTIFICATE else "letter",
        authority=authority,
        title=title,
        number=letter.number or number,
        addressee=addressee,
        paragraphs=body,
        made_on=legal_day(letter.made_at),
        fields=table,
        digest=letter.sm3,
        case=case.row.id,
        purpose=seen.purpose,
        back_href=links.case(case.row.id),
        signed=signed,
    )


def letter_entries(session: Session, case: Case, links: Links) -> tuple[LetterEntry, ...]:
    rows = session.scalars(select(Letter).where(Letter.case == case.row.id).order_by(Letter.made_at, Letter.id))
    return tuple(
        LetterEntry(row.title, row.number or "", legal_day(row.made_at), links.letter(str(row.id))) for row in rows
    )


def _title(whole: tuple[str, ...], named: str) -> tuple[str, tuple[str, ...]]:
    """The title the paper begins with, and the rest; a first line that is a sentence is no title."""
    first = whole[0] if len(whole) > 1 else ""
    return (first, whole[1:]) if first and not set(first) & set("，。：；") else (named, whole)


def _letter(body: tuple[str, ...], authority: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """To whom (a first line that ends with a colon), the text, and the organ with its day where the text ends with it."""
    to = body[0].removesuffix("：") if body and body[0].endswith("：") else ""
    body = body[1:] if to else body
    signed = body[-2:] if len(body) > 2 and body[-2] == authority else ()
    return to, body[: len(body) - len(signed)], signed


def _certificate(
    paragraphs: tuple[str, ...],
) -> tuple[tuple[tuple[str, str], ...], str, tuple[str, ...]]:
    """The rows of its table (`label：value` lines, several side by side), its number, and the sentences."""
    rows: list[tuple[str, str]] = []
    rest: list[str] = []
    for line in paragraphs:
        pairs = [part.partition("：") for part in line.split("　")]
        if all(colon and len(label) <= LONGEST_LABEL for label, colon, _ in pairs):
            rows += [(label, value) for label, _, value in pairs]
        else:
            rest.append(line)
    number = rest[0] if rest and len(rest) > 1 else ""
    return tuple(rows), number, tuple(rest[1:] if number else rest)
