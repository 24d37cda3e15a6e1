"""Whether a PDF can be drawn as pictures of its pages with nothing missing. What draws them says nothing when it leaves
something out: characters of a font that is not in the file or of an encoding it does not know, stamps and signatures laid
over a page, a damaged picture or page.

So each of these is looked for beforehand. What lies over a page is drawn into it (`laid_over.py`); otherwise the file is not
drawn: a page for a court shows all or is not there. Damage inside fax and JBIG2 pictures, and in pictures that stand in the
text of a page, is not seen.
"""

import io
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from PIL import Image, ImageFont
from pypdf import PdfReader
from pypdf.errors import LimitReachedError
from pypdf.filters import ASCII85Decode, ASCIIHexDecode, LZWDecode, RunLengthDecode
from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

from app.documents.images import MOST_PIXELS
from app.documents.laid_over import NoAppearance, drawn_in, entry
from app.documents.pdfs import dictionaries
from app.errors import Refusal

LOCKED, BROKEN, TOO_LARGE, TOO_MANY = "locked", "broken", "too_large", "too_many"
FONTS, LAID_OVER, UNKNOWN = "fonts", "laid_over", "unknown"
TOO_HARD, TOO_MUCH = "too_hard", "too_much"
"""It ended who drew it, by the time or the memory that took; its pictures have no room in the paper."""
STANDARD: Final = frozenset(
    f"{family}{style}"
    for family, styles in (("Helvetica", ("", "-Bold", "-Oblique", "-BoldOblique")), ("Courier", ("", "-Bold", "-Oblique", "-BoldOblique")),
                           ("Times", ("-Roman", "-Bold", "-Italic", "-BoldItalic")), ("Symbol", ("",)), ("ZapfDingbats", ("",)))
    for style in styles
)  # fmt: skip
"""Every reader has these (ISO 32000-1, 9.6.2.2)."""
CARRIED = frozenset({"/Type1", "/MMType1", "/TrueType", "/CIDFontType0", "/CIDFontType2"})
"""Kinds of fonts whose shapes are a file of their own: Type 0 points to one of these, Type 3 draws by itself."""
KNOWN_CODES: Final = frozenset({"/Identity-H", "/Identity-V"})
"""Encodings of Type 0 fonts that are drawn; of others that are only named (GBK-EUC-H, UniGB-UCS2-H) wrong letters would come."""
PICTURES, UNSEEN = frozenset({"/DCTDecode", "/JPXDecode"}), frozenset({"/CCITTFaxDecode", "/JBIG2Decode"})
FILTERS: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "/LZWDecode": LZWDecode.decode,
    "/RunLengthDecode": RunLengthDecode.decode,
    "/ASCII85Decode": ASCII85Decode.decode,
    "/ASCIIHexDecode": ASCIIHexDecode.decode,
}
MOST_INFLATED, MOST_ALTOGETHER = 256 * 1024 * 1024, 4 * 1024**3
"""Bytes of one part of a file, inflated, and of all of them one after the other."""


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
    except (CannotDraw, MemoryError):
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
        if not _writes(each):
            raise CannotDraw(FONTS)
        if isinstance(each, StreamObject):
            left -= _inflated(each)
            if left < 0:
                raise CannotDraw(TOO_LARGE)


def _writes(each: DictionaryObject) -> bool:
    """False: a font of which some letter would be missing or another."""
    kind = entry(each, "/Subtype")
    if kind == "/Type0":
        code = entry(each, "/Encoding")
        return str(code) in KNOWN_CODES or (isinstance(code, StreamObject) and "/UseCMap" not in code)
    is_font = kind in CARRIED and ("/BaseFont" in each or entry(each, "/Type") == "/Font")
    return not is_font or _has_its_shapes(each)


def _has_its_shapes(font: DictionaryObject) -> bool:
    described = entry(font, "/FontDescriptor")
    for name in ("/FontFile", "/FontFile2", "/FontFile3"):
        if isinstance(described, DictionaryObject) and name in described:
            return _is_font(entry(described, name))
    return str(entry(font, "/BaseFont")).lstrip("/") in STANDARD and not str(font["/Subtype"]).startswith("/CID")


def _is_font(shapes: Any) -> bool:
    try:
        ImageFont.truetype(io.BytesIO(shapes.get_data()), layout_engine=ImageFont.Layout.BASIC)
    except OSError:
        return False
    return True


def _inflated(part: StreamObject) -> int:
    """Bytes of one part, once it is sure that it can be read to its end."""
    if int(entry(part, "/Width") or 0) * int(entry(part, "/Height") or 0) > MOST_PIXELS:
        raise CannotDraw(TOO_LARGE)
    data, size = part._data, 0
    for name in _filters(part):
        if name in PICTURES:
            _look_at_picture(data)
        elif name not in UNSEEN:
            data = _unpacked(data) if name == "/FlateDecode" else _decoded(name, data)
            size += len(data)
    return size


def _look_at_picture(data: bytes) -> None:
    with Image.open(io.BytesIO(data), formats=["JPEG", "JPEG2000"]) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise CannotDraw(TOO_LARGE)
        picture.load()


def _filters(part: StreamObject) -> Iterator[str]:
    named = entry(part, "/Filter") or ArrayObject()
    yield from map(str, named if isinstance(named, ArrayObject) else [named])


def _decoded(name: str, data: bytes) -> bytes:
    if name not in FILTERS:
        raise CannotDraw(UNKNOWN)
    return FILTERS[name](data)


def _unpacked(data: bytes) -> bytes:
    """Raises zlib.error: damaged; CannotDraw: too large, or cut off."""
    unpacker = zlib.decompressobj()
    found = unpacker.decompress(data, MOST_INFLATED)
    if not unpacker.eof:
        raise CannotDraw(TOO_LARGE if unpacker.unconsumed_tail else BROKEN)
    return found
