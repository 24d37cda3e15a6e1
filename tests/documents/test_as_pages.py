"""A received file as pictures of its pages: all of it is there, or a word says why not, and no file ends whoever asks."""

import base64
import io
import os
import zlib
from collections.abc import Callable

import pytest
from PIL import Image
from pypdf import PdfWriter

from app.documents.as_pages import Page, as_pages
from app.documents.drawable import CannotDraw
from app.errors import Refusal
from tests.documents.drawn_files import (
    SHOWN,
    WRITTEN,
    carried_font,
    packed,
    page_of,
    red,
    said_to_be,
    scan,
    with_carried_font,
    with_content,
    with_font,
    with_forms_in_forms,
    with_inherited_resources,
    with_picture,
    with_stamp,
)
from tests.documents.sample_files import EXIF_PLACE, huge_png, packed_pdf, pdf, photo, with_password, zipped

PDF, A4, ON_ITS_SIDE = "application/pdf", (1654, 2339), (2339, 1654)


ROOM = 64 * 1024 * 1024


def drawn(data: bytes, type_: str = PDF, most: int = 20, room: int = ROOM) -> list[Page]:
    return list(as_pages(data, type_, most=most, room=room, patience=60))


def picture(page: Page) -> Image.Image:
    found = Image.open(io.BytesIO(page.picture), formats=["JPEG"])
    assert page.wide == (found.width > found.height)
    return found.convert("RGB")


def test_every_page_of_a_pdf_is_a_picture_of_a4() -> None:
    found = [picture(page) for page in drawn(scan(["one", "two", "three"]))]
    assert [one.size for one in found] == [A4, A4, A4]
    assert all(one.getpixel((80, 1000)) < (60, 60, 60) for one in found), "the frame of the paper"


def test_a_page_on_its_side_stays_so_and_an_odd_one_fits() -> None:
    assert picture(drawn(page_of(b"", size=(842, 595)))[0]).size == ON_ITS_SIDE
    assert picture(drawn(page_of(b"", size=(14400, 10)))[0]).size == ON_ITS_SIDE
    assert picture(drawn(page_of(b"", size=(10, 14400)))[0]).size == A4


DEFLATED = zlib.compress(b"\xff\x00\x00" * 10_000)


def test_letters_and_pictures_are_drawn() -> None:
    written = picture(drawn(page_of(WRITTEN, with_font("/Helvetica")))[0])
    assert written.convert("L").getextrema()[0] < 60
    for filter_, data in (("/DCTDecode", red()), ("/JPXDecode", red("JPEG2000")),
                          ("/FlateDecode", DEFLATED), (["/ASCII85Decode", "/FlateDecode"], base64.a85encode(DEFLATED) + b"~>"),
                          (["/FlateDecode", "/DCTDecode"], zlib.compress(red()))):  # fmt: skip
        shown = picture(drawn(page_of(SHOWN, with_picture(filter_, data)))[0])
        r, g, _ = shown.getpixel((830, 1200))
        assert r > 200 and g < 60, filter_


CODES = b"""begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange
2 begincidchar <6C11> 1 <653F> 2 endcidchar endcmap"""


def test_letters_of_a_font_that_the_file_carries_are_drawn() -> None:
    """By the numbers of its shapes, or by a table that the file carries as well."""
    shapes = carried_font()
    by_number = drawn(page_of(b"BT /F 48 Tf 100 400 Td <00010002> Tj ET", with_carried_font(shapes)))
    by_table = drawn(page_of(b"BT /F 48 Tf 100 400 Td <6C11653F> Tj ET", with_carried_font(shapes, CODES)))
    assert by_number == by_table and picture(by_number[0]).convert("L").getextrema()[0] < 60


def test_a_grey_scan_of_sixteen_bits_keeps_its_greys() -> None:
    out = io.BytesIO()
    Image.linear_gradient("L").convert("I").point(lambda value: value * 257).convert("I;16").save(out, format="PNG")
    shown = picture(drawn(out.getvalue(), "image/png")[0]).convert("L")
    dark, middle, light = (shown.getpixel((128, y)) for y in (5, 128, 250))
    assert dark < 20 and 100 < middle < 150 and light > 240


def test_pictures_that_have_no_room_are_not_drawn_on() -> None:
    one = len(drawn(scan(["x"]))[0].picture)
    with pytest.raises(CannotDraw) as refused:
        drawn(scan(["x"] * 20), room=3 * one)
    assert refused.value.why == "too_much"


def test_a_photo_is_upright_no_larger_than_a_page_and_tells_nothing() -> None:
    """It lies on its side in the file, with a place in its metadata."""
    page = drawn(photo(size=(4000, 3000)), "image/jpeg")[0]
    assert picture(page).size == (1654, 2205)
    assert EXIF_PLACE.encode() not in page.picture and b"Exif" not in page.picture
    assert picture(drawn(photo("PNG", (30, 20)), "image/png")[0]).size == (20, 30)


def see_through() -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (50, 50), (255, 0, 0, 0)).save(out, format="PNG")
    return out.getvalue()


def test_what_is_seen_through_stands_on_white() -> None:
    assert picture(drawn(see_through(), "image/png")[0]).getpixel((25, 25)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("why", "make"),
    [
        ("locked", lambda: pdf(with_password)),
        ("broken", lambda: b"%PDF-1.7 nothing"),
        ("broken", lambda: b""),
        ("broken", lambda: scan(["x"])[:900]),
        ("broken", lambda: page_of(SHOWN, with_picture("/DCTDecode", red()[:100] + bytes(50)))),
        ("broken", lambda: page_of(SHOWN, with_picture("/FlateDecode", zlib.compress(os.urandom(30_000))[:20_000]))),
        ("broken", lambda: page_of(SHOWN, with_picture("/LZWDecode", b"garbage" * 10))),
        ("broken", lambda: page_of(SHOWN, with_picture("/ASCIIHexDecode", b"garbage" * 10))),
        ("broken", lambda: page_of(b"", with_content("/FlateDecode", zlib.compress(os.urandom(3_000))[:2_000]))),
        ("broken", lambda: page_of(b"", with_content("/FlateDecode", WRITTEN))),
        ("unknown", lambda: page_of(SHOWN, with_picture("/Other", b"abc"))),
        ("too_large", lambda: page_of(SHOWN, with_picture("/FlateDecode", packed(900), 30_000, 30_000))),
        ("too_large", lambda: page_of(SHOWN, with_picture("/FlateDecode", packed(257 * 1024**2), 6_000, 8_000))),
        ("too_large", lambda: page_of(SHOWN, with_picture("/DCTDecode", said_to_be(8_000, 8_000), 9, 9))),
        ("fonts", lambda: page_of(WRITTEN, with_font("/SimSun", "/TrueType"))),
        ("fonts", lambda: page_of(WRITTEN, with_font("/STSong-Light", "/CIDFontType0"))),
        ("fonts", lambda: page_of(WRITTEN, with_carried_font(b"no shapes"))),
        ("fonts", lambda: page_of(WRITTEN, with_carried_font(carried_font(), "/GBK-EUC-H"))),
        ("fonts", lambda: page_of(WRITTEN, with_carried_font(carried_font(), "/UniGB-UCS2-H"))),
        ("laid_over", lambda: page_of(b"", with_stamp(look=False))),
        ("laid_over", lambda: page_of(b"", with_stamp("/Widget", look=False))),
        ("too_many", lambda: scan(["x"] * 21, (200, 300))),
    ],
)
def test_a_pdf_that_would_not_show_all_is_not_drawn(why: str, make: Callable[[], bytes]) -> None:
    """What draws it leaves out missing letters, damaged pictures and remarks without a word."""
    with pytest.raises(CannotDraw) as refused:
        drawn(make())
    assert refused.value.why == why


RED, WHITE = "red", "white"


def colour(page: Page, x: float, y: float) -> str:
    """At a place of an A4 page in points from its lower left corner."""
    shown = picture(page)
    r, g, _ = shown.getpixel((round(x / 595 * shown.width), round((1 - y / 842) * shown.height)))
    return RED if r > 200 and g < 60 else WHITE if g > 240 else "other"


@pytest.mark.parametrize(
    "change", [with_stamp(), with_stamp("/Widget"), with_stamp(turned=True), with_stamp(state="/On")]
)
def test_a_seal_that_lies_over_the_page_is_drawn_where_it_lies(change: Callable[[PdfWriter], None]) -> None:
    """Its look is brought into its place, whatever space of its own it was drawn in."""
    page = drawn(page_of(b"", change))[0]
    inside, outside = [(305, 605), (395, 695), (350, 650)], [(295, 650), (405, 650), (350, 595), (350, 705)]
    assert {colour(page, *at) for at in inside} == {RED} and {colour(page, *at) for at in outside} == {WHITE}


def test_what_lies_under_a_seal_is_still_there() -> None:
    """Also where the page has what it draws with from its branch, and moves its space without moving it back."""
    moved = b"0.5 0 0 0.5 0 0 cm " + SHOWN
    page = drawn(page_of(moved, with_picture("/DCTDecode", red()), with_inherited_resources, with_stamp()))[0]
    assert colour(page, 150, 200) == RED and colour(page, 350, 650) == RED and colour(page, 350, 500) == WHITE


def test_what_is_hidden_or_only_leads_on_hides_nothing_of_the_page() -> None:
    for change in (
        with_stamp("/Link"),
        with_stamp(flags=2),
        with_stamp(state="/Off"),
        with_stamp("/Widget", place=(0, 0, 0, 0)),
    ):
        assert colour(drawn(page_of(b"", change))[0], 350, 650) == WHITE
    assert len(drawn(packed_pdf(b"<< /Type /Catalog /Pages 2 0 R >>"))) == 1


@pytest.mark.parametrize(
    ("why", "data", "type_"),
    [
        ("too_large", huge_png(100_000, 100_000), "image/png"),
        ("broken", photo()[:300], "image/jpeg"),
        ("broken", photo("PNG"), "image/jpeg"),
        ("unknown", zipped(), "application/zip"),
    ],
)
def test_what_is_no_page_is_not_drawn(why: str, data: bytes, type_: str) -> None:
    with pytest.raises(CannotDraw) as refused:
        drawn(data, type_)
    assert refused.value.why == why


def test_a_file_that_would_be_drawn_for_days_ends_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.documents.as_pages.A_PAGE", 1)
    with pytest.raises(CannotDraw) as refused:
        drawn(page_of(SHOWN, with_forms_in_forms))
    assert refused.value.why == "too_hard"


def test_who_asks_does_not_wait_for_ever() -> None:
    with pytest.raises(Refusal) as refused:
        as_pages(scan(["x"]), PDF, most=1, room=ROOM, patience=0.001)
    assert refused.value.code == "document_too_long"


def test_the_same_file_gives_the_same_bytes() -> None:
    assert drawn(scan(["one"])) == drawn(scan(["one"]))
