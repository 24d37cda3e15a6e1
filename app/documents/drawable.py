"""Whether a PDF can be drawn as pictures of its pages with nothing missing. What draws them says nothing when it leaves
something out: characters of a font that is not in the file, stamps and signatures laid over a page, a damaged picture.

So each of these is looked for beforehand. What lies over a page is drawn into it (`laid_over.py`); otherwise the file is not
drawn: a page for a court shows all or is not there.
"""

import io
import zlib
from collections.abc import Iterator
from typing import Final

from PIL import Image
from pypdf import PdfReader
from pypdf.errors import LimitReachedError
from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

from app.documents.images import MOST_PIXELS
from app.documents.laid_over import NoAppearance, drawn_in, entry
from app.documents.pdfs import dictionaries
from app.errors import Refusal

LOCKED, BROKEN, TOO_LARGE, TOO_MANY = "locked", "broken", "too_large", "too_many"
FONTS, LAID_OVER, UNKNOWN = "fonts", "laid_over", "unknown"
TOO_HARD = "too_hard"
"""It ended who drew it, by the time or the memory that took."""
STANDARD: Final = frozenset(
    f"{family}{style}"
    for family, styles in (("Helvetica", ("", "-Bold", "-Oblique", "-BoldOblique")), ("Courier", ("", "-Bold", "-Oblique", "-BoldOblique")),
                           ("Times", ("-Roman", "-Bold", "-Italic", "-BoldItalic")), ("Symbol", ("",)), ("ZapfDingbats", ("",)))
    for style in styles
)  # fmt: skip
"""Every reader has these (ISO 32000-1, 9.6.2.2)."""
CARRIED = frozenset({"/Type1", "/MMType1", "/TrueType", "/CIDFontType0", "/CIDFontType2"})
"""Kinds of fonts whose shapes are a file of their own: Type 0 points to one of these, Type 3 draws by itself."""
FILTERS: Final = frozenset(
    "/FlateDecode /DCTDecode /JPXDecode /CCITTFaxDecode /JBIG2Decode /LZWDecode /RunLengthDecode /ASCII85Decode /ASCIIHexDecode".split()
)
MOST_INFLATED, MOST_ALTOGETHER = 256 * 1024 * 1024, 4 * 1024**3
"""Bytes of one picture, inflated, and of all of a file one after the other."""


class CannotDraw(Exception):
    """`why` is one of the words above."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def drawable(data: bytes) -> tuple[int, bytes]:
    """The number of pages of a PDF that can be drawn whole, and the bytes to draw: with what lies over the pages in them.

    Raises:
        CannotDraw: it cannot.
    """
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted:
            raise CannotDraw(LOCKED)
        _look_at(reader)
        pages = reader.get_num_pages()
        data = drawn_in(reader) or data
    except CannotDraw:
        raise
    except NoAppearance as problem:
        raise CannotDraw(LAID_OVER) from problem
    except (Refusal, LimitReachedError, Image.DecompressionBombError) as problem:
        raise CannotDraw(TOO_LARGE) from problem
    except Exception as problem:  # a damaged file makes pypdf and Pillow raise almost anything
        raise CannotDraw(BROKEN) from problem
    if pages < 1:
        raise CannotDraw(BROKEN)
    return pages, data


def _look_at(reader: PdfReader) -> None:
    left = MOST_ALTOGETHER
    for each in dictionaries(reader, ""):
        if isinstance(each, ArrayObject):
            continue
        kind = entry(each, "/Subtype")
        if kind in CARRIED and "/BaseFont" in each and not _has_its_shapes(each):
            raise CannotDraw(FONTS)
        if kind == "/Image" and isinstance(each, StreamObject):
            left -= _inflated(each)
            if left < 0:
                raise CannotDraw(TOO_LARGE)


def _has_its_shapes(font: DictionaryObject) -> bool:
    described = entry(font, "/FontDescriptor")
    if isinstance(described, DictionaryObject) and {"/FontFile", "/FontFile2", "/FontFile3"} & set(described):
        return True
    return str(entry(font, "/BaseFont")).lstrip("/") in STANDARD and not str(font["/Subtype"]).startswith("/CID")


def _inflated(image: StreamObject) -> int:
    """Bytes of one picture, once it is sure that they can be read."""
    if int(entry(image, "/Width") or 0) * int(entry(image, "/Height") or 0) > MOST_PIXELS:
        raise CannotDraw(TOO_LARGE)
    data, size = image._data, 0
    for name in _filters(image):
        if name not in FILTERS:
            raise CannotDraw(UNKNOWN)
        if name == "/FlateDecode":
            data = _unpacked(data)
            size += len(data)
        elif name in {"/DCTDecode", "/JPXDecode"}:
            with Image.open(io.BytesIO(data), formats=["JPEG", "JPEG2000"]) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise CannotDraw(TOO_LARGE)
                picture.load()
    return size


def _filters(image: StreamObject) -> Iterator[str]:
    named = entry(image, "/Filter") or ArrayObject()
    yield from map(str, named if isinstance(named, ArrayObject) else [named])


def _unpacked(data: bytes) -> bytes:
    """Raises zlib.error: damaged; CannotDraw: too large, or cut off."""
    unpacker = zlib.decompressobj()
    found = unpacker.decompress(data, MOST_INFLATED)
    if not unpacker.eof:
        raise CannotDraw(TOO_LARGE if unpacker.unconsumed_tail else BROKEN)
    return found
