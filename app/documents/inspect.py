"""What a file really is, judged by its bytes, and the copy that may be handed out. Pure: stores nothing."""

from dataclasses import dataclass

import filetype

from app.characters import shown
from app.documents.images import FORMATS, redraw
from app.documents.names import EXTENSIONS, clean_name, extension
from app.documents.pdfs import count_pages
from app.errors import Refusal

MOST_BYTES = 20 * 1024 * 1024
PDF = "application/pdf"


@dataclass(frozen=True)
class Inspected:
    name: str
    type: str
    pages: int | None
    served: bytes | None
    """What is handed out in place of the original; None when that is the original."""


def inspect(data: bytes, name: str) -> Inspected:
    """Judge a file.

    Raises:
        Refusal: 422 (413 for size) with one of the `document_…` codes.
    """
    base = clean_name(name)
    said = shown(base)
    if not data:
        raise Refusal("document_empty", 422, {"name": said})
    if len(data) > MOST_BYTES:
        raise Refusal("document_too_large", 413, {"name": said, "limit": MOST_BYTES // 1024**2})
    found = filetype.guess_mime(data[:8192])
    if found != EXTENSIONS[extension(base)]:
        raise Refusal("document_lies", 422, {"name": said})
    if found in FORMATS:
        return Inspected(base, found, None, redraw(data, found, said))
    return Inspected(base, PDF, count_pages(data, said), None)
