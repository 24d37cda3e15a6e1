"""The documents of a case, as its forms may name them."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.documents.hand_out import name_of
from app.documents.models import Document
from app.forms.model import Attachment
from app.instances.case import Case


class Attachments(Mapping[str, Attachment]):
    """The documents of a case by id, read when one is first asked for: most answers name none."""

    def __init__(self, case: Case) -> None:
        self._case = case

    @cached_property
    def _found(self) -> dict[str, Attachment]:
        mine = select(Document).where(Document.case == self._case.row.id).order_by(Document.received_at)
        return {
            str(row.id): Attachment(str(row.id), name_of(row, sealer=self._case.sealer), row.type, row.size)
            for row in self._case.session.scalars(mine)
        }

    def __getitem__(self, document_id: str) -> Attachment:
        return self._found[document_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def on_record(case: Case, named: Sequence[str]) -> dict[str, Any]:
    """What an event says of the files its answers name, beside their ids: digests, size and type of the bytes as they
    were received (proof §2.2), so that a file exchanged later is noticed. Empty where none is named."""
    if not named:
        return {}
    rows = case.session.scalars(select(Document).where(Document.id.in_([UUID(one) for one in named])))
    return {"~files": {str(row.id): bytes_of(row) for row in rows}}


def bytes_of(row: Document) -> dict[str, Any]:
    return {"sha256": row.sha256, "sm3": row.sm3, "size": row.size, "type": row.type}
