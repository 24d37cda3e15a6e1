"""Hand a file out: bytes and the headers under which a browser saves them and runs nothing (abuse case 7)."""

import hashlib
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.documents.models import Document, DocumentContent
from app.documents.names import disposition
from app.errors import Refusal, not_found
from app.vault.sealer import Sealer

_SEALED_ROOM = "default-src 'none'; sandbox; frame-ancestors 'none'"


@dataclass(frozen=True)
class HandedOut:
    body: bytes
    headers: dict[str, str]


def hand_out(session: Session, document: Document, *, sealer: Sealer) -> HandedOut:
    """What the page may give to a person whose right the caller has already decided.

    For photos this is the copy without metadata; for PDFs the original, if it is still what was received.

    Raises:
        Refusal: `document_altered` (500), `not_found`.
        SealBroken: stored bytes were altered or moved.
    """
    content = session.get(DocumentContent, document.id)
    if content is None:
        raise not_found()
    if content.served is not None:
        body = sealer.open(content.served, "document_content.served", str(document.id))
    else:
        body = original(session, document, sealer=sealer)
    return HandedOut(body, headers_of(document.type, name_of(document, sealer=sealer), len(body)))


def original(session: Session, document: Document, *, sealer: Sealer) -> bytes:
    """The bytes as received, for the verifier and for export as evidence; checked against the digest.

    Raises:
        Refusal: `document_altered` (500), `not_found`.
    """
    content = session.get(DocumentContent, document.id)
    if content is None:
        raise not_found()
    data = sealer.open(content.original, "document_content.original", str(document.id))
    if hashlib.sha256(data).hexdigest() != document.sha256:
        raise Refusal("document_altered", 500)
    return data


def name_of(document: Document, *, sealer: Sealer) -> str:
    return sealer.open(document.name, "document.name", str(document.id)).decode()


def headers_of(type_: str, name: str, length: int) -> dict[str, str]:
    return {
        "Content-Type": type_,
        "Content-Length": str(length),
        "Content-Disposition": disposition(name),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": _SEALED_ROOM,
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }
