"""A bundle as a zip: written the same every time, read as something a stranger made (abuse cases 7, 32).

Inside it lies as in a repository: `workflows/<key>/process.bpmn`, …, `forms/<key>/<form>.json`.
"""

import io
import stat
import zipfile
import zlib
from pathlib import PurePosixPath

from app.catalogue.bundle import LIMIT_BYTES, LIMIT_FILES, SUFFIXES, Bundle, check_size
from app.catalogue.importing.keys import check_key
from app.catalogue.process_settings import read_settings
from app.errors import Refusal

RATIO = 100
"""Bytes that one byte of the archive may become."""
LONG_AGO = (1980, 1, 1, 0, 0, 0)
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
PROCESS = "process.bpmn"


def to_zip(bundle: Bundle) -> bytes:
    """The files of the bundle's own process; the same bundle gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, text in sorted((_outside(bundle.key, path), text) for path, text in bundle.of(bundle.key).items()):
            entry = zipfile.ZipInfo(path, LONG_AGO)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, text.encode())
    return out.getvalue()


def _outside(key: str, path: str) -> str:
    return f"forms/{key}/{path.removeprefix('forms/')}" if path.startswith("forms/") else f"workflows/{key}/{path}"


def from_zip(data: bytes) -> Bundle:
    """The bundle in an archive; files of other kinds in it are left out.

    Raises:
        Refusal: `zip_unreadable`, `zip_name`, `zip_process` (422), `zip_too_large` (413), `bundle_not_text`,
            `bundle_settings`, `process_key` (422).
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = _unpacked(archive, len(data))
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
    ) as problem:
        raise Refusal("zip_unreadable", 422) from problem
    return _bundle(files)


def _unpacked(archive: zipfile.ZipFile, size: int) -> dict[str, bytes]:
    entries = archive.infolist()
    whole = min(LIMIT_BYTES, max(size, 1) * RATIO)
    if len(entries) > LIMIT_FILES or sum(entry.file_size for entry in entries) > whole:
        raise Refusal("zip_too_large", 413, {"files": LIMIT_FILES})
    found: dict[str, bytes] = {}
    for entry in entries:
        _check_name(entry, found)
        if entry.flag_bits & 1 or entry.compress_type not in METHODS:
            raise Refusal("zip_unreadable", 422)
        if not entry.is_dir() and entry.filename.endswith(SUFFIXES):
            with archive.open(entry) as file:
                found[entry.filename] = file.read(whole + 1)
            if sum(map(len, found.values())) > whole:  # an archive may lie about its sizes
                raise Refusal("zip_too_large", 413, {"files": LIMIT_FILES})
    return found


def _check_name(entry: zipfile.ZipInfo, found: dict[str, bytes]) -> None:
    name, kind = entry.filename, entry.external_attr >> 16
    parts = PurePosixPath(name).parts
    linked = kind and not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)) and stat.S_IFMT(kind)
    strange = not name.isprintable() or len(name) > 200 or "\\" in name or ":" in name
    if linked or strange or name.startswith("/") or ".." in parts or name in found:
        raise Refusal("zip_name", 422, {"name": name[:80]})


def _bundle(files: dict[str, bytes]) -> Bundle:
    mains = [name for name in files if PurePosixPath(name).name == PROCESS]
    if len(mains) != 1:
        raise Refusal("zip_process", 422, {"count": len(mains)})
    folder = mains[0].removesuffix(PROCESS)
    outer, _, key = folder.rstrip("/").rpartition("/")
    forms = f"{outer.removesuffix('workflows')}forms/{key}/" if outer.endswith("workflows") else f"{folder}forms/"
    texts: dict[str, str] = {}
    for name, content in files.items():
        if name.startswith(forms):
            texts[f"forms/{name.removeprefix(forms)}"] = _text(name, content)
        elif name.startswith(folder):
            texts[name.removeprefix(folder)] = _text(name, content)
    check_size(texts)
    key = read_settings(texts["process.toml"]).key if "process.toml" in texts else check_key(key)
    return Bundle(key, {f"{key}/{path}": text for path, text in texts.items()})


def _text(name: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise Refusal("bundle_not_text", 422, {"file": name}) from problem
