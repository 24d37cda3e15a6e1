"""Where style sheets and bundles are: plain files carry their digest, bundles the name the build gave them.

Pages must work with no bundle built, so an absent one is an empty address and not an error.
"""

import hashlib
import json
from functools import lru_cache
from pathlib import Path

STATIC = Path(__file__).parent / "static"


class Assets:
    """Addresses under `prefix` of the files in `folder`."""

    def __init__(self, folder: Path = STATIC, prefix: str = "/static") -> None:
        self.folder = folder
        self.prefix = prefix

    def sheet(self, name: str) -> str:
        """A committed file, with a digest so that a changed one is fetched anew."""
        return f"{self.prefix}/{name}?v={_digest(self.folder / name)}"

    def bundle(self, name: str) -> str:
        """A built bundle, e.g. `caseworker.js`; empty when nobody has built it."""
        hashed = _manifest(self.folder / "dist" / "manifest.json").get(name, "")
        return f"{self.prefix}/dist/{hashed}" if hashed else ""


@lru_cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def _manifest(path: Path) -> dict[str, str]:
    try:
        return _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return {}


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> dict[str, str]:
    names: dict[str, dict[str, str]] = json.loads(path.read_text("utf-8"))
    return names["files"]
