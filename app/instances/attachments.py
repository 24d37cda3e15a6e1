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

FILE = "~file/"
"""Of a field of the record that commits to one attached file, by the id of the document."""


def committed(case: Case, files: Sequence[str]) -> dict[str, Any]:
    """What the record keeps of the files an answer refers to: {sha256, sm3, size, type} of the original (proof §2.2)."""
    if not files:
        return {}
    mine = select(Document).where(Document.case == case.row.id, Document.id.in_([UUID(one) for one in files]))
    return {f"{FILE}{row.id}": commitment(row) for row in case.session.scalars(mine)}


def commitment(row: Document) -> dict[str, Any]:
    return {"sha256": row.sha256, "sm3": row.sm3, "size": row.size, "type": row.type}


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
