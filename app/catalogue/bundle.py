"""A bundle: the files of one process and of those it calls, as text, addressed by one digest."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson
import zstandard

from app.errors import Refusal

LIMIT_FILES = 200
LIMIT_BYTES = 20 * 1024 * 1024
DRAWN = "drawn.bpmn"
"""The diagram as it came, where what runs was made of it; publishing sees to it that the two belong together."""
SUFFIXES = (".bpmn", ".dmn", ".toml", ".json", ".txt", ".md")


@dataclass(frozen=True)
class Bundle:
    """`key` is the process; `files` maps `<process key>/<path>` to text, the called processes' files included."""

    key: str
    files: Mapping[str, str]

    @property
    def digest(self) -> str:
        """SHA-256 (hex) over names and contents in the order of the names."""
        hasher = hashlib.sha256()
        for name in sorted(self.files):
            content = self.files[name].encode()
            hasher.update(f"{name}\x00{len(content)}\x00".encode() + content)
        return hasher.hexdigest()

    def keys(self) -> list[str]:
        return sorted({name.split("/", 1)[0] for name in self.files}, key=lambda key: (key != self.key, key))

    def of(self, key: str) -> dict[str, str]:
        """The files of one process of the closure, by path inside it."""
        prefix = f"{key}/"
        return {name.removeprefix(prefix): text for name, text in self.files.items() if name.startswith(prefix)}

    def drawing(self, key: str) -> bytes:
        """The diagram that pages show: as its author drew it, where it was imported."""
        files = self.of(key)
        return files.get(DRAWN, files["process.bpmn"]).encode()

    def with_called(self, called: Iterable["Bundle"]) -> "Bundle":
        files = dict(self.files)
        for other in called:
            files |= other.files
        return Bundle(self.key, files)


def pack(bundle: Bundle) -> bytes:
    return zstandard.compress(orjson.dumps({"key": bundle.key, "files": dict(bundle.files)}), 9)


def unpack(content: bytes) -> Bundle:
    """Raises Refusal `bundle_too_large` for more than twice `LIMIT_BYTES`, before anything is unpacked."""
    # A frame that names its size is unpacked to that size, whatever `max_output_size` says.
    if not 0 < zstandard.frame_content_size(content) <= LIMIT_BYTES * 2:
        raise Refusal("bundle_too_large", 413, {"files": LIMIT_FILES})
    data = orjson.loads(zstandard.decompress(content))
    return Bundle(data["key"], data["files"])


def read_folder(workflows: Path, forms: Path, key: str) -> Bundle:
    """Read `workflows/<key>/` and `forms/<key>/`.

    Raises:
        Refusal: `bundle_absent`, `bundle_too_large` or `bundle_not_text`.
    """
    folder = workflows / key
    if not (folder / "process.bpmn").is_file():
        raise Refusal("bundle_absent", 404, {"path": str(folder / "process.bpmn")})
    files: dict[str, str] = {}
    for root, prefix in ((folder, ""), (forms / key, "forms/")):
        for path in sorted(root.rglob("*")) if root.is_dir() else ():
            if path.is_file() and path.suffix in SUFFIXES:
                files[f"{key}/{prefix}{path.relative_to(root).as_posix()}"] = _text(path)
    check_size(files)
    return Bundle(key, files)


def check_size(files: Mapping[str, str]) -> None:
    """Raises Refusal: `bundle_too_large` (413)."""
    if len(files) > LIMIT_FILES or sum(map(len, files.values())) > LIMIT_BYTES:
        raise Refusal("bundle_too_large", 413, {"files": LIMIT_FILES})


def from_diagram(key: str, bpmn: str) -> Bundle:
    """A bare diagram of plain tasks is a bundle too (API `POST /definitions`)."""
    return Bundle(key, {f"{key}/process.bpmn": bpmn})


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as problem:
        raise Refusal("bundle_not_text", 422, {"file": path.name}) from problem
