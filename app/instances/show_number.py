"""One whole number of a form that was handed over: only for a purpose said there and then, which goes on the access record.

On every page that is only read, identity numbers and telephone numbers are masked (`paper_words.py`). Whoever needs one, to
compare it with a card or to ring somebody up, says why and is shown that one, once: nothing of it stays in an address, in
the answer kept for a form sent twice, or on the page when it is opened again.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.errors import Refusal, not_found
from app.forms.filled import filled
from app.identity.actor import Actor
from app.identity.plain_text import plain
from app.instances.looks import LONGEST, NUMBER, SHORTEST, Look, record_look
from app.instances.read_paper import read_paper
from app.instances.surroundings import Surroundings


@dataclass(frozen=True)
class Number:
    """`label` as on the form, `text` the whole number."""

    label: str
    text: str


def show_number(
    session: Session,
    around: Surroundings,
    instance_id: str,
    paper_id: UUID,
    address: str,
    *,
    by: Actor,
    purpose: str,
    network: str,
    now: datetime,
) -> Number:
    """Write down who is shown which number and why, then give it.

    Args:
        address: of the answer in the form, row numbers included (`own_children.0.id_no`).

    Raises:
        Refusal: as `read_paper`; `not_found` (404) also where no such number was answered; `number_purpose` (422).
    """
    paper = read_paper(session, around, instance_id, paper_id, by=by, now=now)
    answers = (one for entry in filled(paper.form, paper.answers) for one in entry.walk())
    found = next((one for one in answers if one.number and one.number == address), None)
    if found is None:
        raise not_found()
    why = plain(purpose, LONGEST)
    if len(why) < SHORTEST:
        raise Refusal("number_purpose", params={"shortest": SHORTEST})
    fields = f"{NUMBER}:{paper_id}:{address}:{found.label}"
    record_look(session, Look(by.id, instance_id, now, fields, network, purpose=why))
    return Number(found.label, found.text)
