"""PDFs: every object is visited once; anything that would run, open or carry something else is refused."""

import io
import logging
import re
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.errors import LimitReachedError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from app.errors import Refusal

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it quotes damaged files, and so what stands in them

MOST_OBJECTS = 50_000
MOST_PAGES = 1_000
MOST_PARTS = 2_000_000
ACTIVE = frozenset(
    "/JS /JavaScript /EmbeddedFile /EmbeddedFiles /EF /AA /RichMedia /RichMediaContent /XFA /Collection /AF".split()
)
"""Keys and types that carry a script, a file or an automatic action (ISO 32000-2, 12.6, 7.11.4, 12.7.8)."""
ACTIONS = frozenset(
    "/JavaScript /Launch /SubmitForm /ImportData /GoToR /GoToE /Movie /Sound /Rendition /RichMediaExecute".split()
)
_RAW = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFile|RichMedia|SubmitForm|ImportData)\b")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")


def count_pages(data: bytes, name: str) -> int:
    """The number of pages of a PDF that only shows pages.

    Raises:
        Refusal: `document_active`, `document_locked`, `document_bomb`, `document_broken` (422).
    """
    if _RAW.search(_ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), data)):
        raise Refusal("document_active", 422, {"name": name})
    try:
        return _pages(PdfReader(io.BytesIO(data), strict=False), name)
    except Refusal:
        raise
    except LimitReachedError as problem:
        raise Refusal("document_bomb", 422, {"name": name}) from problem
    except Exception as problem:  # a damaged file makes pypdf raise almost anything
        raise Refusal("document_broken", 422, {"name": name}) from problem


def _pages(reader: PdfReader, name: str) -> int:
    if reader.is_encrypted:
        raise Refusal("document_locked", 422, {"name": name})
    budget = MOST_PARTS
    for each in dictionaries(reader, name):
        budget -= len(each) + 1
        if budget < 0:
            raise Refusal("document_bomb", 422, {"name": name})
        if _active(each):
            raise Refusal("document_active", 422, {"name": name})
    pages = reader.get_num_pages()
    if not 0 < pages <= MOST_PAGES:
        raise Refusal("document_bomb" if pages else "document_broken", 422, {"name": name})
    return pages


def dictionaries(reader: PdfReader, name: str) -> Iterator[DictionaryObject | ArrayObject]:
    """Every dictionary and array of every object; references are not followed, each object has its own turn."""
    ids = {(number, generation) for generation, table in reader.xref.items() for number in table}
    ids |= {(number, 0) for number in reader.xref_objStm}
    if len(ids) > MOST_OBJECTS:
        raise Refusal("document_bomb", 422, {"name": name})
    waiting: list[Any] = [reader.trailer]
    for number, generation in sorted(ids):
        waiting.append(_object(reader, number, generation))
        while waiting:
            each = waiting.pop()
            if isinstance(each, DictionaryObject):
                yield each
                waiting += [each.raw_get(key) for key in each]
            elif isinstance(each, ArrayObject):
                yield each
                waiting += list.__iter__(each)


def _object(reader: PdfReader, number: int, generation: int) -> Any:
    return reader.get_object(IndirectObject(number, generation, reader))


def _active(each: DictionaryObject | ArrayObject) -> bool:
    if isinstance(each, ArrayObject):
        return False
    keys = {str(key) for key in each}
    return bool(keys & ACTIVE) or any(
        str(each.raw_get(key)) in ACTIONS for key in ("/S", "/Type", "/Subtype") if key in each
    )
