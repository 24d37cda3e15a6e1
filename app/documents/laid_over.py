"""What lies over the pages of a PDF (stamps, signatures, filled fields, remarks), drawn into them as a reader shows it: what
draws the pages as pictures leaves it out (ISO 32000-1, 12.5.5)."""

import io
from collections.abc import Iterator, Sequence
from typing import Any, Final

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject

INVISIBLE: Final = frozenset({"/Link", "/Popup"})
DEEPEST: Final = 64
HIDDEN, UPRIGHT = 2, 16
"""Flags: never shown; not turned with its page (ISO 32000-1, table 165)."""
Matrix = tuple[float, float, float, float, float, float]


class NoAppearance(Exception):
    """Something lies over a page and does not say how it looks."""


def drawn_in(reader: PdfReader) -> bytes | None:
    """The file with everything drawn into its pages; None when nothing lies over them.

    Raises:
        NoAppearance: a reader would show it in a way of its own.
    """
    if not any(_over(page) for page in reader.pages):
        return None
    writer = PdfWriter(clone_from=reader)
    for page in writer.pages:
        if notes := _over(page):
            _draw(writer, page, notes)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def entry(of: DictionaryObject, name: str) -> Any:
    """The entry itself, where it only points to it; None without one."""
    return of[name] if name in of else None


def _over(page: DictionaryObject) -> list[DictionaryObject]:
    """What is seen over the page. A signature without a place on the page is not."""
    found = [one.get_object() for one in entry(page, "/Annots") or ()]
    return [one for one in found if isinstance(one, DictionaryObject) and _seen(one)]


def _seen(note: DictionaryObject) -> bool:
    if entry(note, "/Subtype") in INVISIBLE or int(entry(note, "/F") or 0) & HIDDEN:
        return False
    left, low, right, high = _box(entry(note, "/Rect"))
    return right > left and high > low and not _empty_field(note)


def _empty_field(note: DictionaryObject) -> bool:
    """A field nobody filled in, which has no look of its own."""
    return entry(note, "/Subtype") == "/Widget" and "/AP" not in note and "/V" not in note and "/Parent" not in note


def _draw(writer: PdfWriter, page: Any, notes: Sequence[DictionaryObject]) -> None:
    forms = DictionaryObject()
    lines = list[str]()
    for number, note in enumerate(notes):
        if int(entry(note, "/F") or 0) & UPRIGHT and page.rotation:
            raise NoAppearance
        look = _look(note)
        if look is not None:
            name = f"/BanyanLaidOver{number}"
            look[NameObject("/Subtype")] = NameObject("/Form")
            forms[NameObject(name)] = look.indirect_reference or writer._add_object(look)
            lines.append(f"q {' '.join(f'{one:.5f}' for one in _placed(look, note))} cm {name} Do Q")
    _add(writer, page, forms, "\n".join(lines))


def _look(note: DictionaryObject) -> StreamObject | None:
    """How it looks now; None: in this state like nothing (an unticked box)."""
    looks = entry(note, "/AP")
    look = entry(looks, "/N") if isinstance(looks, DictionaryObject) else None
    if isinstance(look, StreamObject):
        return look
    state = entry(note, "/AS")
    if not isinstance(look, DictionaryObject) or state is None:
        raise NoAppearance
    chosen = entry(look, str(state))
    return chosen if isinstance(chosen, StreamObject) else None


def _placed(look: StreamObject, note: DictionaryObject) -> Matrix:
    """The matrix that brings the box of its look into its rectangle."""
    matrix = [float(one) for one in entry(look, "/Matrix") or (1, 0, 0, 1, 0, 0)]
    a, b, c, d, e, f = matrix
    left, low, right, high = _box(entry(look, "/BBox"))
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in (left, right) for y in (low, high)]
    x0, y0 = min(x for x, _ in corners), min(y for _, y in corners)
    x1, y1 = max(x for x, _ in corners), max(y for _, y in corners)
    to = _box(entry(note, "/Rect"))
    if x1 <= x0 or y1 <= y0:
        raise NoAppearance
    across, up = (to[2] - to[0]) / (x1 - x0), (to[3] - to[1]) / (y1 - y0)
    return across, 0, 0, up, to[0] - across * x0, to[1] - up * y0


def _box(numbers: Any) -> tuple[float, float, float, float]:
    a, b, c, d = (float(one) for one in numbers)
    return min(a, c), min(b, d), max(a, c), max(b, d)


def _add(writer: PdfWriter, page: DictionaryObject, forms: DictionaryObject, lines: str) -> None:
    """Behind all that the page draws, in the page's own space."""
    resources = DictionaryObject(_inherited(page, "/Resources") or {})
    resources[NameObject("/XObject")] = DictionaryObject({**(entry(resources, "/XObject") or {}), **forms})
    page[NameObject("/Resources")] = resources
    drawn = [_stream(writer, "q\n"), *_contents(page), _stream(writer, f"\nQ\n{lines}\n")]
    page[NameObject("/Contents")] = ArrayObject(drawn)


def _inherited(node: Any, name: str) -> Any:
    """What a page does not say its branch of the tree says for it (ISO 32000-1, 7.7.3.4)."""
    for _ in range(DEEPEST):
        if not isinstance(node, DictionaryObject) or name in node:
            break
        node = entry(node, "/Parent")
    return entry(node, name) if isinstance(node, DictionaryObject) else None


def _contents(page: DictionaryObject) -> Iterator[Any]:
    found = entry(page, "/Contents")
    if isinstance(found, ArrayObject):
        yield from list.__iter__(found)
    elif found is not None:
        yield page.raw_get("/Contents")


def _stream(writer: PdfWriter, text: str) -> Any:
    one = StreamObject()
    one.set_data(text.encode())
    return writer._add_object(one)
