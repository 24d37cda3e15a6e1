"""Files made on the spot, honest and dishonest."""

import io
import struct
import zipfile
import zlib

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

EXIF_PLACE = "22.8170N 108.3669E"


def photo(format_: str = "JPEG", size: tuple[int, int] = (40, 30), mode: str = "RGB") -> bytes:
    """A picture with a comment, a place and a device in its metadata, lying on its side."""
    image = Image.new(mode, size, "red" if mode == "RGB" else 0)
    exif = Image.Exif()
    exif[0x0112], exif[0x010E], exif[0x0110] = 6, EXIF_PLACE, "Phone of the village director"
    out = io.BytesIO()
    more = {"comment": EXIF_PLACE} if format_ == "JPEG" else {}
    image.save(out, format=format_, exif=exif, **more)
    return out.getvalue()


def pdf(*changes) -> bytes:
    """A PDF of two blank pages, after each change has had the writer."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_blank_page(200, 200)
    for change in changes:
        change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def with_script(writer):
    """A script by name, run when the file is opened."""
    script = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("x")})
    names = DictionaryObject({NameObject("/Names"): ArrayObject([TextStringObject("a"), writer._add_object(script)])})
    writer.root_object[NameObject("/Names")] = DictionaryObject({NameObject("/JavaScript"): names})


def with_attachment(writer):
    writer.add_attachment("list.txt", b"names")


def with_password(writer):
    writer.encrypt("secret")


def with_action(name: str, key: str = "/OpenAction"):
    """An action hung on the catalogue under `key`."""

    def change(writer):
        action = DictionaryObject({NameObject("/S"): NameObject(name), NameObject("/F"): TextStringObject("cmd.exe")})
        writer.root_object[NameObject(key)] = writer._add_object(action)

    return change


def with_annotation(writer):
    """A link on page one that starts a program."""
    action = DictionaryObject({NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("x")})
    link = DictionaryObject({NameObject("/Type"): NameObject("/Annot"), NameObject("/A"): action})
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(link)])


def packed_pdf(catalogue: bytes) -> bytes:
    """A PDF 1.5 whose catalogue lies compressed in an object stream, where no search of the bytes finds it."""
    inside = [
        catalogue,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
    ]
    head, body = b"", b""
    for number, each in enumerate(inside, 1):
        head += b"%d %d " % (number, len(body))
        body += each + b" "
    packed = zlib.compress(head + body)
    out = b"%PDF-1.5\n"
    stream_at = len(out)
    out += b"4 0 obj << /Type /ObjStm /N 3 /First %d /Filter /FlateDecode /Length %d >> stream\n" % (
        len(head),
        len(packed),
    )
    out += packed + b"\nendstream endobj\n"
    table_at = len(out)
    rows = [(0, 0, 255), (2, 4, 0), (2, 4, 1), (2, 4, 2), (1, stream_at, 0), (1, table_at, 0)]
    table = b"".join(struct.pack(">BHB", *row) for row in rows)
    out += b"5 0 obj << /Type /XRef /Size 6 /W [1 2 1] /Root 1 0 R /Length %d >> stream\n" % len(table)
    return out + table + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF\n" % table_at


def huge_png(width: int, height: int) -> bytes:
    """A few hundred bytes that say they are enormous."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")
    )


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/vbaProject.bin", b"macro")
    return out.getvalue()
