"""Archives as somebody might make them, to put a file where none belongs or to fill a disk."""

import io
import stat
import struct
import zipfile

PROCESS = "workflows/visit/process.bpmn"


def zipped(**files: str | bytes) -> bytes:
    """An archive of these files; the names are given as keywords of a mapping."""
    return archive(files.items())


def archive(entries: object, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, content in entries:  # type: ignore[attr-defined]
            made.writestr(name, content)
    return out.getvalue()


def link(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def lying(data: bytes, size: int) -> bytes:
    """The same archive with the sizes in its list of contents written over."""
    at = data.index(b"PK\x01\x02")
    return data[: at + 24] + struct.pack("<L", size) + data[at + 28 :]


def encrypted(data: bytes) -> bytes:
    """The same archive with the sign that its first entry is encrypted."""
    at = data.index(b"PK\x01\x02")
    return data[:6] + b"\x01\x00" + data[8 : at + 8] + b"\x01\x00" + data[at + 10 :]
