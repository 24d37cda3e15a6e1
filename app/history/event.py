"""The body of an entry and its hash (proof §2.3). No personal data is in a body: those are fields under `root`."""

from dataclasses import dataclass
from datetime import datetime

from app.history.canonical import canon, instant_text
from app.history.digests import SM3, digest

VERSION = 1
BODY_NAMES = frozenset({"v", "log", "case", "seq", "prev", "at", "kind", "def", "eng", "n", "root"})


@dataclass(frozen=True)
class Head:
    """The last entry of a chain: its number, counted from 1, and its hash (64 hex digits)."""

    seq: int
    hash: str


GENESIS = Head(0, "0" * 64)
"""The head of a chain without entries: what the first entry names as `prev`."""


def body_bytes(
    *, log: str, case: str, head: Head, at: datetime, kind: str, definition: str, engine: str, n: int, root: str
) -> bytes:
    """The canonical body of the entry after `head`.

    Args:
        log: id of the deployment.
        definition: digest of the definition closure; empty in a system case.
        engine: version of engine and patches; empty in a system case.
        n: number of fields.
        root: 64 hex digits over the fields.
    """
    return canon(
        {
            "v": VERSION,
            "log": log,
            "case": case,
            "seq": head.seq + 1,
            "prev": head.hash,
            "at": instant_text(at),
            "kind": kind,
            "def": definition,
            "eng": engine,
            "n": n,
            "root": root,
        }
    )


def event_hash(body: bytes, alg: str = SM3) -> str:
    """H(0x02 ‖ body) as 64 hex digits."""
    return digest(alg, b"\x02" + body).hex()
