"""Receive a file that was judged (`inspect.py`): hash it, seal it, keep it."""

import hashlib
from datetime import datetime
from uuid import uuid4

from cryptography.hazmat.primitives.hashes import SM3, Hash
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.documents.hand_out import name_of
from app.documents.inspect import Inspected
from app.documents.models import Document, DocumentContent
from app.vault.sealer import Sealer


def receive(
    session: Session, data: bytes, found: Inspected, *, sealer: Sealer, by: str, at: datetime, case: str | None = None
) -> Document:
    """Store a file as evidence: the original sealed and hashed, beside it a copy fit to be shown.

    Args:
        found: what `inspect` found, before this transaction began: it may take seconds.
    """
    id_ = uuid4()
    document = Document(
        id=id_,
        case=case,
        sha256=hashlib.sha256(data).hexdigest(),
        sm3=sm3_hex(data),
        size=len(data),
        type=found.type,
        pages=found.pages,
        name=sealer.seal(found.name.encode(), "document.name", str(id_)),
        key_id=sealer.key_id,
        received_by=by,
        received_at=at,
    )
    session.add(document)
    session.flush()
    session.add(
        DocumentContent(
            document_id=id_,
            original=sealer.seal(data, "document_content.original", str(id_)),
            served=None if found.served is None else sealer.seal(found.served, "document_content.served", str(id_)),
        )
    )
    return document


def same_file(session: Session, data: bytes, name: str, *, sealer: Sealer, by: str, case: str) -> Document | None:
    """What the same person handed in for this case before: the same bytes under the same (clean) name."""
    rows = session.scalars(
        select(Document)
        .where(
            Document.case == case,
            Document.sha256 == hashlib.sha256(data).hexdigest(),
            Document.received_by == by,
        )
        .order_by(Document.received_at, Document.id)
    )
    return next((row for row in rows if name_of(row, sealer=sealer) == name), None)


def sm3_hex(data: bytes) -> str:
    """SM3 (GB/T 32905) as 64 hex digits."""
    hashed = Hash(SM3())
    hashed.update(data)
    return hashed.finalize().hex()
