"""What is taken away of one case: entries, proofs, keys, definitions, as `banyan_verify.py` reads them (proof §2.6).

A field is shown as {s, n, x} (salt, name, value) or hidden as {h} (its hash alone); of an entry that was destroyed by
law `fields` is null. Entries beyond the checkpoint are left out: nothing proves them yet.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.history.canonical import CanonRefused, Json, canon, parse, utf16
from app.history.checkpoint import Checkpoint, checkpoints
from app.history.commitments import field_hash, salts
from app.history.data_keys import stored_keys
from app.history.digests import SM3
from app.history.event import Head
from app.history.fields import open_fields
from app.history.keys import in_force, key_lines, root_key
from app.history.last_heads import last_heads
from app.history.log_models import TimeStamp
from app.history.models import HistoryEvent
from app.history.read import OpenKeys
from app.history.sealed_log import Leaf, leaves_of, stored_nodes
from app.history.tree import consistency, inclusion
from app.history.witnessed import sizes_witnessed
from app.vault import SealBroken, Vault

FORMAT = "banyan/case/1"
Shown = Callable[[str], bool]
"""Whether the receiver may see the field of this name."""


def bundle_of(
    session: Session,
    vault: Vault,
    case: str,
    checkpoint: Checkpoint,
    *,
    shown: Shown,
    definitions: Callable[[str], Mapping[str, str]],
    alg: str = SM3,
) -> tuple[bytes, list[int]]:
    """The canonical bytes of `bundle.json`, and the numbers of the checkpoints in it.

    Args:
        checkpoint: a complete one.
        definitions: the files of a version by its digest.

    Raises:
        Refusal: `case_not_sealed` (409): the checkpoint knows nothing of the case; `record_broken` (500).
    """
    leaves = list(leaves_of(session, case=case, below=checkpoint.size))
    if not leaves:
        raise Refusal("case_not_sealed", 409)
    node = stored_nodes(session)
    last = leaves[-1][1]
    events, digests = _events(session, vault, case, last.last, shown, alg)
    number, path = last_heads(session, checkpoint.size, alg).proof(case, Head(last.last, last.head))
    root = root_key(session) or b""
    earlier = _earlier(session, checkpoint, [at for at, _ in leaves])
    whole: dict[str, Json] = {
        "format": FORMAT,
        "root": root.hex(),
        "keys": [{"key": one.line.body.decode(), "sig": one.signature.hex()} for one in key_lines(session)],
        "checkpoint": checkpoint.shown(),
        "complete": {"number": number, "proof": _hex(path)},
        "seals": [_seal(at, leaf, inclusion(node, at, checkpoint.size, alg)) for at, leaf in leaves],
        "earlier": [
            one.shown() | {"proof": _hex(consistency(node, one.size, checkpoint.size, alg))} for one in earlier
        ],
        "events": events,
        "definitions": {digest: dict(definitions(digest)) for digest in sorted(digests)},
    }
    return canon(whole), [*(one.number for one in earlier), checkpoint.number]


def _seal(number: int, leaf: Leaf, path: list[bytes]) -> dict[str, Json]:
    return {"number": number, "first": leaf.first, "last": leaf.last, "proof": _hex(path)}


def _in_force(session: Session) -> list[Checkpoint]:
    """Checkpoints whose keys the manifest still lets sign them: one signed after a key was lost proves nothing."""
    lines = key_lines(session)
    return [one for one in checkpoints(session) if in_force(lines, one)]


def _earlier(session: Session, checkpoint: Checkpoint, numbers: list[int]) -> list[Checkpoint]:
    """Those that bound the leaves, those that neighbours say they saw (a stranger who has a neighbour's file finds in the
    bundle what it speaks of), and for each leaf the first with it that an authority stamped."""
    known = _in_force(session)
    sizes = sizes_witnessed(session, checkpoint.said["log"], checkpoint.size - 1)
    seen = {one.size: one for one in reversed(known) if one.size in sizes and one.signatures}
    stamped = set(session.scalars(select(TimeStamp.checkpoint)))
    told = _bounding([one for one in known if one.number in stamped], checkpoint, numbers)
    chosen = {one.number: one for one in (*_bounding(known, checkpoint, numbers), *seen.values(), *told)}
    return [chosen[number] for number in sorted(chosen)]


def _bounding(known: list[Checkpoint], checkpoint: Checkpoint, numbers: list[int]) -> list[Checkpoint]:
    """For each leaf the last checkpoint before it and the first one with it: when it was sealed lies between."""
    earlier = [one for one in known if one.size < checkpoint.size and one.signatures]
    chosen: dict[int, Checkpoint] = {}
    for number in numbers:
        before = [one for one in earlier if one.size <= number]
        after = [one for one in earlier if one.size > number]
        chosen |= {one.number: one for one in (*before[-1:], *after[:1])}
    return [chosen[number] for number in sorted(chosen)]


def _events(
    session: Session, vault: Vault, case: str, last: int, shown: Shown, alg: str
) -> tuple[list[Json], set[str]]:
    """The entries up to `last`, and the digests of the definitions they name."""
    keys = OpenKeys(vault, stored_keys(session, case))
    columns = (HistoryEvent.seq, HistoryEvent.body, HistoryEvent.key_id, HistoryEvent.sealed)
    query = select(*columns).where(HistoryEvent.case == case, HistoryEvent.seq <= last).order_by(HistoryEvent.seq)
    events: list[Json] = []
    digests = set()
    for row in session.execute(query):
        try:
            body = parse(row.body)
            fields = None if keys.destroyed(row.key_id) else _fields(keys, row, body, shown, alg)
        except (CanonRefused, SealBroken, KeyError, TypeError, ValueError) as problem:
            raise Refusal("record_broken", 500, {"case": case, "seq": row.seq}) from problem
        events.append({"body": row.body.decode(), "fields": fields})
        digests |= {body["def"]} - {""}
    return events, digests


def _fields(keys: OpenKeys, row: Any, body: Mapping[str, Any], shown: Shown, alg: str) -> list[Json]:
    opened = open_fields(
        keys.vault, keys.get(row.key_id), row.sealed, log=body["log"], case=body["case"], seq=body["seq"]
    )
    names = sorted(opened.fields, key=utf16)
    salt = salts(opened.event_key, names, alg)
    return [
        {"s": salt[name].hex(), "n": name, "x": opened.fields[name]}
        if shown(name)
        else {"h": field_hash(salt[name], name, opened.fields[name], alg).hex()}
        for name in names
    ]


def _hex(path: list[bytes]) -> list[str]:
    return [one.hex() for one in path]
