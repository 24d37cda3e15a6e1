"""What PDF/A-2u (ISO 19005-2) asks of a paper, as far as it can be read without a validator."""

import io
from collections.abc import Iterator
from typing import Any

from lxml import etree
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from app.documents.pdfs import ACTIONS, ACTIVE

PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"
SHAPES = {"/FontFile", "/FontFile2", "/FontFile3"}


def objects(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary and stream of the file, once."""
    ids = {(number, generation) for generation, table in reader.xref.items() for number in table}
    ids |= {(number, 0) for number in reader.xref_objStm}
    waiting: list[Any] = [reader.get_object(IndirectObject(*one, reader)) for one in sorted(ids)]
    while waiting:
        one = waiting.pop()
        if isinstance(one, DictionaryObject):
            yield one
            waiting += [one.raw_get(name) for name in one]
        elif isinstance(one, ArrayObject):
            waiting += list.__iter__(one)


def assert_archival(content: bytes) -> None:
    """The marker, the fonts with their letters' meaning, one colour for all screens, and nothing that runs or leads out."""
    reader = PdfReader(io.BytesIO(content), strict=True)
    root: Any = reader.trailer["/Root"]
    said = etree.fromstring(root["/Metadata"].get_data()).iter(f"{PDFAID}part", f"{PDFAID}conformance")
    marks = {one.tag.removeprefix(PDFAID): one.text for one in said}
    assert marks == {"part": "2", "conformance": "U"}
    assert "/Filter" not in root["/Metadata"] and not reader.is_encrypted and len(reader.trailer["/ID"]) == 2
    intents = [one.get_object() for one in root["/OutputIntents"]]
    assert [one["/S"] for one in intents] == ["/GTS_PDFA1"] and "/DestOutputProfile" in intents[0]

    found = list(objects(reader))
    fonts = [one for one in found if one.get("/Type") == "/Font"]
    assert fonts, "it has words"
    for font in fonts:
        if font["/Subtype"] == "/Type0":
            assert "/ToUnicode" in font, "level U: every letter says which it is"
        else:
            assert font["/Subtype"] == "/Type3" or SHAPES & set(font["/FontDescriptor"]), font["/BaseFont"]
    for one in found:
        assert not ACTIVE & set(one) and one.get("/S") not in ACTIONS
        filters = one.get("/Filter", [])
        assert "/LZWDecode" not in (filters if isinstance(filters, list) else [filters])
        assert one.get("/Type") != "/Filespec" and "/F" not in (one if one.get("/Subtype") == "/Image" else {})
