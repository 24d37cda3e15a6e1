"""PDFs with something on their pages, made on the spot: letters, pictures, what is laid over them."""

import io
import zlib
from collections.abc import Callable
from datetime import UTC, datetime

from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from app.documents.typeset import Document, typeset

SHOWN = b"q 400 0 0 400 100 200 cm /I Do Q"
WRITTEN = b"BT /F 48 Tf 100 400 Td (Hello) Tj ET"
Change = Callable[[PdfWriter], None]


def stream(entries: dict[str, object], data: bytes) -> StreamObject:
    found = StreamObject()
    found._data = data
    for name, value in entries.items():
        found[NameObject(name)] = value
    return found


def page_of(content: bytes, *changes: Change, size: tuple[float, float] = (595, 842)) -> bytes:
    """A PDF of one page that draws `content`."""
    writer = PdfWriter()
    writer.add_blank_page(*size)
    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream({}, content))
    for change in changes:
        change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def with_content(filter_: str, data: bytes) -> Change:
    """What the page draws, packed so."""

    def change(writer: PdfWriter) -> None:
        writer.pages[0][NameObject("/Contents")] = writer._add_object(stream({"/Filter": NameObject(filter_)}, data))

    return change


def _resources(writer: PdfWriter, kind: str, name: str, one: object) -> None:
    inside = DictionaryObject({NameObject(name): writer._add_object(one)})
    writer.pages[0][NameObject("/Resources")] = DictionaryObject({NameObject(kind): inside})


def with_font(base: str, kind: str = "/Type1") -> Change:
    """A font by its name alone: its shapes are not in the file."""
    font = {"/Type": NameObject("/Font"), "/Subtype": NameObject(kind), "/BaseFont": NameObject(base)}
    return lambda writer: _resources(
        writer, "/Font", "/F", DictionaryObject({NameObject(name): value for name, value in font.items()})
    )


def with_carried_font(shapes: bytes, encoding: str | bytes = "/Identity-H") -> Change:
    """A font of many letters whose shapes are in the file (CFF).

    Args:
        encoding: the name of one, or a table that the file carries too (ISO 32000-1, 9.7.5).
    """

    def change(writer: PdfWriter) -> None:
        kept = writer._add_object(stream({"/Subtype": NameObject("/CIDFontType0C")}, shapes))
        looks = _of({"/Type": "/FontDescriptor", "/FontName": "/Own"}, {"/Flags": NumberObject(4), "/FontFile3": kept})
        system = {
            "/Registry": TextStringObject("Adobe"),
            "/Ordering": TextStringObject("GB1"),
            "/Supplement": NumberObject(4),
        }
        letters = _of(
            {"/Type": "/Font", "/Subtype": "/CIDFontType0", "/BaseFont": "/Own"},
            {
                "/CIDSystemInfo": _of({}, system),
                "/FontDescriptor": writer._add_object(looks),
                "/DW": NumberObject(1000),
            },
        )
        named = NameObject(encoding) if isinstance(encoding, str) else writer._add_object(stream({}, encoding))
        said = {"/DescendantFonts": ArrayObject([writer._add_object(letters)]), "/Encoding": named}
        font = _of({"/Type": "/Font", "/Subtype": "/Type0", "/BaseFont": "/Own"}, said)
        _resources(writer, "/Font", "/F", font)

    return change


def _of(names: dict[str, str], others: dict[str, object]) -> DictionaryObject:
    found = DictionaryObject({NameObject(name): NameObject(value) for name, value in names.items()})
    for name, value in others.items():
        found[NameObject(name)] = value
    return found


def carried_font() -> bytes:
    """The shapes in a PDF that our typesetter made (CFF, some letters)."""
    made = PdfReader(
        io.BytesIO(typeset(Document("民政", {"title": "x", "running": ["", ""]}, datetime(2026, 1, 1, tzinfo=UTC))))
    )
    font = made.pages[0]["/Resources"]["/Font"]
    first = next(iter(font.values())).get_object()["/DescendantFonts"][0].get_object()
    return bytes(first["/FontDescriptor"]["/FontFile3"].get_data())


def with_picture(filter_: str | list[str], data: bytes, width: int = 100, height: int = 100) -> Change:
    said = {
        "/Type": NameObject("/XObject"), "/Subtype": NameObject("/Image"), "/ColorSpace": NameObject("/DeviceRGB"),
        "/Width": NumberObject(width), "/Height": NumberObject(height), "/BitsPerComponent": NumberObject(8),
        "/Filter": NameObject(filter_) if isinstance(filter_, str) else ArrayObject(map(NameObject, filter_)),
    }  # fmt: skip
    return lambda writer: _resources(writer, "/XObject", "/I", stream(said, data))


def box(*corners: int) -> ArrayObject:
    return ArrayObject([NumberObject(one) for one in corners])


def with_stamp(
    kind: str = "/Stamp",
    flags: int = 4,
    *,
    place: tuple[int, ...] = (300, 600, 400, 700),
    look: bool = True,
    state: str = "",
    turned: bool = False,
) -> Change:
    """A red square of its own size laid over the page at `place`, as a seal or a signature is.

    Args:
        look: False: a field with a value that says nothing of how it looks.
        state: of a box, whether it is ticked: red is the look of `/On`.
        turned: its own space lies on its side and elsewhere.
    """  # fmt: skip

    def change(writer: PdfWriter) -> None:
        drawn = stream(
            {"/Type": NameObject("/XObject"), "/Subtype": NameObject("/Form"), "/BBox": box(0, 0, 10, 20)},
            b"1 0 0 rg 0 0 10 20 re f",
        )
        if turned:
            drawn[NameObject("/Matrix")] = box(0, 1, -1, 0, 900, 900)
        note = {
            "/Type": NameObject("/Annot"), "/Subtype": NameObject(kind), "/Rect": box(*place), "/F": NumberObject(flags),
            "/V": TextStringObject("x"),
        }  # fmt: skip
        shown: DictionaryObject | IndirectObject = writer._add_object(drawn)
        if state:
            note["/AS"], shown = NameObject(state), DictionaryObject({NameObject("/On"): shown})
        if look:
            note["/AP"] = DictionaryObject({NameObject("/N"): shown})
        one = writer._add_object(DictionaryObject({NameObject(name): value for name, value in note.items()}))
        # Behind a pointer, as many programs write it.
        writer.pages[0][NameObject("/Annots")] = writer._add_object(ArrayObject([one]))

    return change


def red(format_: str = "JPEG", size: tuple[int, int] = (100, 100)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, format=format_)
    return out.getvalue()


def with_forms_in_forms(writer: PdfWriter) -> None:
    """Ten times ten times …: some kilobytes that say a thousand million squares."""
    inner: object = None
    for _ in range(9):
        forms = DictionaryObject({NameObject("/I"): inner} if inner else {})
        said = {
            "/Type": NameObject("/XObject"), "/Subtype": NameObject("/Form"), "/BBox": box(0, 0, 600, 900),
            "/Resources": DictionaryObject({NameObject("/XObject"): forms}),
        }  # fmt: skip
        inner = writer._add_object(stream(said, b"/I Do " * 10 if forms else b"0 0 500 800 re f"))
    inside = DictionaryObject({NameObject("/I"): inner})
    writer.pages[0][NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): inside})


def with_inherited_resources(writer: PdfWriter) -> None:
    """They stand at the branch that holds the page."""
    page = writer.pages[0]
    page["/Parent"].get_object()[NameObject("/Resources")] = page.pop("/Resources")


def said_to_be(width: int, height: int) -> bytes:
    """A small JPEG whose head says another size (ITU-T T.81, B.2.2)."""
    found = bytearray(red())
    at = found.index(b"\xff\xc0") + 5
    found[at : at + 4] = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return bytes(found)


def packed(size: int) -> bytes:
    """So many bytes of nothing, deflated."""
    return zlib.compress(bytes(size), 1)


def scan(words: list[str], size: tuple[int, int] = (1240, 1754), format_: str = "PDF") -> bytes:
    """A scanned paper: one picture a page, with a word on it, black on grey-white."""
    pages = []
    for word in words:
        page = Image.new("RGB", size, "#f8f6f0")
        drawing = ImageDraw.Draw(page)
        drawing.rectangle((60, 60, size[0] - 60, size[1] - 60), outline="black", width=6)
        drawing.text((200, 300), word, fill="black", font_size=90)
        pages.append(page)
    out = io.BytesIO()
    if format_ == "PDF":
        pages[0].save(out, format="PDF", save_all=True, append_images=pages[1:], resolution=150)
    else:
        pages[0].save(out, format=format_)
    return out.getvalue()
