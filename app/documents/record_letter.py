"""Make a letter: its text is fixed and sealed now, and printed as often as needed."""

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

import orjson
from sqlalchemy.orm import Session

from app.documents.letters import Template, missing, render
from app.documents.models import Letter
from app.documents.receive import sm3_hex
from app.errors import Refusal
from app.vault.sealer import Sealer


def record_letter(
    session: Session,
    template: Template,
    values: Mapping[str, str],
    *,
    code: str,
    title: str,
    sealer: Sealer,
    by: str,
    at: datetime,
    case: str | None = None,
) -> Letter:
    """Merge and store a letter.

    Args:
        values: by field name, as text, in the words of the reader.

    Raises:
        Refusal: `letter_incomplete` (422) names the fields that have no value.
    """
    blank = missing(template, values)
    if blank:
        raise Refusal("letter_incomplete", 422, {"fields": "、".join(blank)})
    content = orjson.dumps(render(template, values))
    id_ = uuid4()
    letter = Letter(
        id=id_,
        case=case,
        code=code,
        title=title,
        sm3=sm3_hex(content),
        content=sealer.seal(content, "letter.content", str(id_)),
        key_id=sealer.key_id,
        made_by=by,
        made_at=at,
    )
    session.add(letter)
    return letter


def paragraphs_of(letter: Letter, *, sealer: Sealer) -> tuple[str, ...]:
    """The text as it was made. Raises Refusal `letter_altered` (500), SealBroken."""
    content = sealer.open(letter.content, "letter.content", str(letter.id))
    if sm3_hex(content) != letter.sm3:
        raise Refusal("letter_altered", 500)
    return tuple(orjson.loads(content))
