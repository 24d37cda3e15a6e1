"""The file of a checkpoint that is lodged elsewhere, and reading one of a neighbour.

canon({body, signatures, root, keys: [{key, sig}], earlier: [{size, proof}]}): with the key manifest, so that whoever
knows the fingerprint of its root can check it alone, and with proofs that the log of earlier checkpoints only grew, so
that whoever keeps one of those checks that as well (RFC 9162 §2.1.4).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.history.canonical import CanonRefused, Json, canon, instant_text, parse
from app.history.checkpoint import VERSION, Checkpoint, NotLodged, lodged
from app.history.digests import ALGORITHMS
from app.history.keys import key_lines, root_key, signed_under
from app.history.log_models import LogCheckpoint
from app.history.sealed_log import stored_nodes
from app.history.signing import KeyRefused, SignedLine, fingerprint, line_from
from app.history.tree import consistency
from app.history.witnessed import ROOT, entries_hold, name_holds

EARLIER = 60
"""Proofs in a file: so many earlier sizes, of the newest complete checkpoints."""
LARGEST = 4 * 1024 * 1024
"""Bytes of a file that is read: sixty proofs of the longest log take a twentieth."""
MOST_LEAVES = 2**31 - 1
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
        lines = [*known, *self.lines]
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
    earlier: list[Json] = [
        {"size": size, "proof": [step.hex() for step in consistency(node, size, checkpoint.size)]}
        for size in session.scalars(known.order_by(LogCheckpoint.size.desc()).limit(EARLIER))
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
        earlier = {one["size"]: [bytes.fromhex(step) for step in one["proof"]] for one in shown.get("earlier", [])}
        written = _written(body, signatures, root, lines, earlier)
        holds = said_holds(parse(body)) and content.strip() == canon({name: written[name] for name in shown})
    except (NotLodged, CanonRefused, KeyRefused, KeyError, TypeError, ValueError, AttributeError) as problem:
        raise Refusal("neighbour_malformed", 422) from problem
    if not holds:
        raise Refusal("neighbour_malformed", 422)
    return Presented(body, signatures, (*lines, *beside), earlier)


def _written(
    body: bytes,
    signatures: Sequence[Mapping[str, Any]],
    root: bytes,
    lines: Sequence[SignedLine],
    earlier: Mapping[int, list[bytes]],
) -> dict[str, Json]:
    """The one spelling of what was read. Raises KeyError, TypeError, ValueError: a signature of another form."""
    return {
        "body": body.decode(),
        "signatures": [
            {"kid": one["kid"], "alg": one["alg"], "sig": bytes.fromhex(one["sig"]).hex()} for one in signatures
        ],
        "root": root.hex(),
        "keys": [line_shown(one) for one in lines],
        "earlier": [{"size": size, "proof": [step.hex() for step in path]} for size, path in earlier.items()],
    }


def said_holds(said: Mapping[str, Any]) -> bool:
    """Whether each item of a checkpoint is what it should be. Raises ValueError: no instant."""
    if said.keys() != KINDS.keys() or not all(type(said[name]) is kind for name, kind in KINDS.items()):
        return False
    known = said["v"] == VERSION and said["alg"] in ALGORITHMS and name_holds(said["log"])
    known = known and 0 < said["size"] <= MOST_LEAVES
    hexed = all(ROOT.fullmatch(said[name]) for name in ("root", "heads", "prev"))
    at = instant_text(datetime.fromisoformat(said["at"])) == said["at"]
    return known and hexed and at and entries_hold(said["witness"])
