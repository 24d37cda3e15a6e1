"""The file of a checkpoint that is lodged elsewhere, and reading one of a neighbour.

canon({body, signatures, root, keys: [{key, sig}], earlier: [{size, proof}]}): with the key manifest, so that whoever
knows the fingerprint of its root can check it alone, and with proofs that the log of earlier checkpoints only grew, so
that whoever keeps one of those checks that as well (RFC 9162 §2.1.4).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.history.canonical import Json, canon, instant_text, parse
from app.history.checkpoint import VERSION, Checkpoint, NotLodged, lodged
from app.history.digests import ALGORITHMS
from app.history.keys import key_lines, root_key, signed_under
from app.history.log_models import LogCheckpoint
from app.history.sealed_log import stored_nodes
from app.history.signing import KeyRefused, SignedLine, fingerprint, line_from
from app.history.tree import consistency
from app.history.witnessed import ROOT, entries_hold, name_holds, sizes_witnessed

EARLIER = 60
"""Proofs in a file: from so many earlier sizes, of the newest complete checkpoints, and from what each neighbour says it
saw last, however long ago."""
LARGEST = 4 * 1024 * 1024
"""Bytes of a file that is read: sixty proofs of the longest log take a twentieth."""
LARGEST_BODY = 512 * 1024
"""Bytes of the checkpoint itself: some four thousand neighbours."""
MOST_LINES = 500
MOST_SIGNATURES = 8
"""Of a file; each is checked, so a longer list is somebody's wish to keep us busy."""
MOST_LEAVES = 2**31 - 1
SIGNATURE = {
    "kid": re.compile(r"[0-9a-f]{16}"),
    "alg": re.compile(r"[a-z0-9-]{1,40}"),
    "sig": re.compile(r"([0-9a-f]{2}){1,8192}"),
}
KINDS = {"v": int, "log": str, "alg": str, "size": int, "root": str, "cases": int, "heads": str, "at": str, "prev": str,
         "witness": list}  # fmt: skip


@dataclass(frozen=True)
class Presented:
    """A checkpoint that somebody brought, of the right form; nothing of it is believed yet.

    `lines` of the manifest, `earlier`: by size the proof that the log only grew since.
    """

    body: bytes
    signatures: Sequence[Mapping[str, Any]]
    lines: tuple[SignedLine, ...]
    earlier: Mapping[int, list[bytes]]

    @property
    def said(self) -> Mapping[str, Any]:
        said: Mapping[str, Any] = parse(self.body)
        return said

    def check(self, trust: str, known: Sequence[SignedLine] = ()) -> None:
        """Whether a key signed it that the root of this fingerprint lists, also after the lines `known` from before.

        Raises:
            Refusal: `neighbour_without_keys`, `neighbour_key_forged`, `neighbour_other_root`, `neighbour_unsigned` (422).
        """
        lines = list(dict.fromkeys([*known, *self.lines]))
        if not lines:
            raise Refusal("neighbour_without_keys", 422)
        if not all(one.holds for one in lines):
            raise Refusal("neighbour_key_forged", 422)
        if {fingerprint(one.root) for one in lines} != {trust}:
            raise Refusal("neighbour_other_root", 422)
        if not signed_under(lines, self.body, self.signatures, self.said["size"]):
            raise Refusal("neighbour_unsigned", 422)


def as_lodged(session: Session, checkpoint: Checkpoint) -> bytes:
    """The file of one of our own checkpoints."""
    node = stored_nodes(session)
    known = select(LogCheckpoint.size).where(LogCheckpoint.complete, LogCheckpoint.size < checkpoint.size).distinct()
    newest = session.scalars(known.order_by(LogCheckpoint.size.desc()).limit(EARLIER)).all()
    sizes = {*newest, *sizes_witnessed(session, checkpoint.said["log"], checkpoint.size - 1)}
    earlier: list[Json] = [
        {"size": size, "proof": [step.hex() for step in consistency(node, size, checkpoint.size)]}
        for size in sorted(sizes, reverse=True)
    ]
    keys: list[Json] = [line_shown(one) for one in key_lines(session)]
    root = (root_key(session) or b"").hex()
    return canon(checkpoint.shown() | {"root": root, "keys": keys, "earlier": earlier})


def line_shown(line: SignedLine) -> dict[str, Json]:
    return {"key": line.line.body.decode(), "sig": line.signature.hex()}


def line_read(shown: Mapping[str, Any], root: bytes) -> SignedLine:
    """Raises KeyRefused, KeyError, TypeError, ValueError, AttributeError."""
    return SignedLine(line_from(shown["key"].encode()), root, bytes.fromhex(shown["sig"]))


def presented(content: bytes, beside: Sequence[SignedLine] = ()) -> Presented:
    """Read a file; one of the plain form {body, signatures} needs lines of the manifest `beside` it.

    Raises:
        Refusal: `neighbour_malformed` (422).
    """
    if len(content) > LARGEST:
        raise Refusal("neighbour_malformed", 422)
    try:
        body, signatures = lodged(content)
        shown = parse(content.strip())
        root = bytes.fromhex(shown.get("root", ""))
        lines = [line_read(one, root) for one in shown.get("keys", [])]
        earlier = {one["size"]: [_step(step) for step in one["proof"]] for one in shown.get("earlier", [])}
        written = _written(body, signatures, root, lines, earlier)
        holds = holds_together(body, signatures) and content.strip() == canon({name: written[name] for name in shown})
    except (NotLodged, KeyRefused, KeyError, TypeError, ValueError, AttributeError) as problem:
        raise Refusal("neighbour_malformed", 422) from problem
    if not holds or len(lines) > MOST_LINES:
        raise Refusal("neighbour_malformed", 422)
    return Presented(body, signatures, (*lines, *beside), earlier)


def holds_together(body: bytes, signatures: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a checkpoint and the list under it are of the form. Raises CanonRefused, AttributeError, TypeError."""
    if len(body) > LARGEST_BODY:
        return False
    said = parse(body)
    return said_holds(said) and canon(said) == body and _signatures_hold(signatures)


def _signatures_hold(signatures: Sequence[Mapping[str, Any]]) -> bool:
    """Whether each of them says what it should and nothing else; whether one is right, `signed_under` tells."""
    return len(signatures) <= MOST_SIGNATURES and all(
        one.keys() == SIGNATURE.keys()
        and all(isinstance(one[name], str) and form.fullmatch(one[name]) for name, form in SIGNATURE.items())
        for one in signatures
    )


def _step(text: str) -> bytes:
    """Raises ValueError, TypeError: no hash."""
    if not ROOT.fullmatch(text):
        raise ValueError("no hash")
    return bytes.fromhex(text)


def _written(
    body: bytes,
    signatures: Sequence[Mapping[str, Any]],
    root: bytes,
    lines: Sequence[SignedLine],
    earlier: Mapping[int, list[bytes]],
) -> dict[str, Json]:
    """The one spelling of what was read. Raises KeyError, TypeError: a signature of another form."""
    return {
        "body": body.decode(),
        "signatures": [dict(one) for one in signatures],
        "root": root.hex(),
        "keys": [line_shown(one) for one in lines],
        "earlier": [{"size": size, "proof": [step.hex() for step in path]} for size, path in earlier.items()],
    }


def said_holds(said: Mapping[str, Any]) -> bool:
    """Whether each item of a checkpoint is what it should be. Raises AttributeError: it has no items."""
    if said.keys() != KINDS.keys() or not all(type(said[name]) is kind for name, kind in KINDS.items()):
        return False
    known = said["v"] == VERSION and said["alg"] in ALGORITHMS and name_holds(said["log"])
    known = known and 0 < said["size"] <= MOST_LEAVES
    hexed = all(ROOT.fullmatch(said[name]) for name in ("root", "heads", "prev"))
    return known and hexed and _instant_holds(said["at"]) and entries_hold(said["witness"])


def _instant_holds(text: str) -> bool:
    # Only in UTC: the first and the last day of the calendar cannot be carried over from another zone.
    try:
        return text.endswith("Z") and instant_text(datetime.fromisoformat(text)) == text
    except ValueError:
        return False
