"""Papers are received as evidence and handed out without a trace of where they were made."""

import hashlib
import io
import random
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from sample_files import (
    EXIF_PLACE,
    huge_png,
    packed_pdf,
    pdf,
    photo,
    with_action,
    with_annotation,
    with_attachment,
    with_password,
    with_script,
    zipped,
)

from app.documents import inspect as inspecting
from app.documents.hand_out import hand_out, name_of, original
from app.documents.images import redraw
from app.documents.inspect import inspect
from app.documents.models import DocumentContent
from app.documents.receive import receive
from app.errors import Refusal
from app.texts import sentence
from app.vault import SealBroken

TEN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def received(session, sealer, data, name):
    return receive(session, data, inspect(data, name), sealer=sealer, by="liguifang", at=TEN, case="case-1")


def refused(data: bytes, name: str) -> str:
    with pytest.raises(Refusal) as refusal:
        inspect(data, name)
    assert sentence(refusal.value)
    return refusal.value.code


def test_a_pdf_is_kept_and_handed_out_as_it_came(session, sealer):
    data = pdf()
    document = received(session, sealer, data, "C:\\扫描\\户口簿.pdf")
    assert (document.type, document.pages, document.size) == ("application/pdf", 2, len(data))
    assert document.sha256 == hashlib.sha256(data).hexdigest() and len(document.sm3) == 64
    assert name_of(document, sealer=sealer) == "户口簿.pdf"
    assert "户口簿".encode() not in document.name
    assert hand_out(session, document, sealer=sealer).body == data


@pytest.mark.parametrize(("format_", "name"), [("JPEG", "入户.jpg"), ("PNG", "入户.png")])
def test_a_photo_is_handed_out_without_its_metadata(session, sealer, format_, name):
    data = photo(format_)
    document = received(session, sealer, data, name)
    given_out = hand_out(session, document, sealer=sealer).body
    assert EXIF_PLACE.encode() in data and EXIF_PLACE.encode() not in given_out
    with Image.open(io.BytesIO(given_out)) as image:
        assert image.size == (30, 40)
        assert not image.getexif() and "comment" not in image.info
    assert original(session, document, sealer=sealer) == data


def test_what_follows_a_photo_is_not_handed_out(session, sealer):
    document = received(session, sealer, photo() + zipped() + b"<script>alert(1)</script>", "照片.jpeg")
    assert b"script" not in hand_out(session, document, sealer=sealer).body


def test_nothing_runs_in_the_browser(session, sealer):
    headers = hand_out(session, received(session, sealer, pdf(), "报\"告;'.pdf"), sealer=sealer).headers
    assert headers["Content-Disposition"].startswith('attachment; filename="___') and "\n" not in str(headers)
    assert headers["Content-Disposition"].endswith("filename*=UTF-8''%E6%8A%A5%22%E5%91%8A%3B%27.pdf")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]


def test_contents_cannot_change_places(session, sealer):
    one, two = (received(session, sealer, pdf(), "a.pdf") for _ in range(2))
    first, second = (session.get(DocumentContent, each.id) for each in (one, two))
    first.original, second.original = second.original, first.original
    with pytest.raises(SealBroken):
        hand_out(session, one, sealer=sealer)


@pytest.mark.parametrize(
    "change",
    [
        with_script,
        with_attachment,
        with_annotation,
        with_action("/Launch"),
        with_action("/JavaScript"),
        with_action("/SubmitForm"),
        with_action("/GoToE"),
        with_action("/GoTo", "/AA"),
    ],
)
def test_a_pdf_that_acts_is_refused(change):
    assert refused(pdf(change), "a.pdf") == "document_active"


def test_a_script_written_in_escapes_is_refused():
    assert refused(pdf() + b"\n9 0 obj\n<< /S /J#61v#61Script >>\nendobj\n", "a.pdf") == "document_active"


def test_a_script_in_a_compressed_object_is_refused():
    assert inspect(packed_pdf(b"<< /Type /Catalog /Pages 2 0 R >>"), "a.pdf").pages == 1
    acting = b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >>"
    assert b"JavaScript" not in packed_pdf(acting)
    assert refused(packed_pdf(acting), "a.pdf") == "document_active"


def test_a_pdf_with_a_password_is_refused():
    assert refused(pdf(with_password), "a.pdf") == "document_locked"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (photo(), "a.pdf"),
        (pdf(), "a.jpg"),
        (photo("PNG"), "a.jpg"),
        (b"<html><script>alert(1)</script>", "a.png"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.jpg"),
        (zipped(), "a.pdf"),
        (b"MZ" + b"\0" * 99, "a.pdf"),
        (b"GIF89a" + b"\0" * 99, "a.png"),
        (b"\n\n<script>" + pdf(), "a.pdf"),
    ],
)
def test_a_file_that_lies_about_itself_is_refused(data, name):
    assert refused(data, name) == "document_lies"


@pytest.mark.parametrize(
    "name", ["a.docx", "a.docm", "a.svg", "a.html", "a.pdf.exe", "a.zip", "pdf", ".pdf", "a.gif", "a.pdf "[:5] + "x"]
)
def test_only_three_kinds_of_file_are_taken(name):
    assert refused(pdf(), name) == "document_type"


@pytest.mark.parametrize(
    "name", ["", "   ", "..", "a\u202efdp.exe.pdf", "a\r\nSet-Cookie: x.pdf", "a\0.pdf", "长" * 130 + ".pdf"]
)
def test_names_that_deceive_are_refused(name):
    assert refused(pdf(), name) == "document_name"


def test_paths_in_names_lead_nowhere():
    assert inspect(pdf(), "../../etc/passwd/户口.PDF").name == "户口.PDF"


def test_bombs_are_refused_before_they_are_opened():
    assert refused(huge_png(30_000, 30_000), "a.png") == "document_bomb"
    assert refused(huge_png(9_000, 9_000), "a.png") == "document_bomb"


def test_size_and_emptiness(monkeypatch):
    assert refused(b"", "a.pdf") == "document_empty"
    with pytest.raises(Refusal) as refusal:
        inspect(b"%PDF-" + b"\0" * inspecting.MOST_BYTES, "a.pdf")
    assert (refusal.value.code, refusal.value.status) == ("document_too_large", 413)
    assert "20 MB" in sentence(refusal.value)


def test_damaged_files_are_refused():
    assert refused(pdf()[:200], "a.pdf") == "document_broken"
    assert refused(photo()[:150], "a.jpg") == "document_broken"
    assert refused(huge_png(100, 100), "a.png") == "document_broken"


PDF, JPG = pdf(with_attachment), photo()


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # damaged metadata of a photo is thrown away anyway
@given(st.sampled_from([(PDF, "a.pdf"), (JPG, "a.jpg"), (photo("PNG"), "a.png")]), st.integers(0, 10**6))
@settings(max_examples=120, deadline=None)
def test_damage_anywhere_is_taken_or_refused(file, seed):
    data, name = bytearray(file[0]), file[1]
    chance = random.Random(seed)
    for _ in range(chance.randint(1, 12)):
        data[chance.randrange(12, len(data))] = chance.randrange(256)
    try:
        inspect(bytes(data), name)
    except Refusal as refusal:
        assert sentence(refusal)


def test_a_grey_scan_of_sixteen_bits_is_handed_out_with_its_greys() -> None:
    out = io.BytesIO()
    Image.linear_gradient("L").convert("I").point(lambda value: value * 257).convert("I;16").save(out, format="PNG")
    served = Image.open(io.BytesIO(redraw(out.getvalue(), "image/png", "x"))).convert("L")
    dark, middle, light = (served.getpixel((128, y)) for y in (5, 128, 250))
    assert dark < 20 and 100 < middle < 150 and light > 240
