"""What a checkpoint says of other logs: `witness`, a list of {peer, size, root} (proof §2.5).

`peer` is the name of a log as it stands in that log's own checkpoints; each stands once, by order of the names.
"""

import logging
import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.history.canonical import Json, parse
from app.history.log_models import NeighbourCheckpoint

ENTRY_NAMES = frozenset({"peer", "size", "root"})
ROOT = re.compile(r"[0-9a-f]{64}")
LONGEST_NAME = 200
"""Characters of a log's name that is taken from elsewhere."""
ALTERED = (KeyError, TypeError, ValueError, AttributeError)
"""What reading a row raises that somebody altered; on SQLite a column may hold anything."""

log = logging.getLogger(__name__)


def witness_entries(session: Session) -> list[dict[str, Json]]:
    """Of each neighbour the newest checkpoint kept, as our next one says it. A row that was altered is left out and told
    (`verify_neighbours` finds it): it must neither stop our own signing nor be signed."""
    newest = session.scalars(select(func.max(NeighbourCheckpoint.number)).group_by(NeighbourCheckpoint.peer)).all()
    found = {entry["peer"]: entry for number in newest if (entry := _entry(session, number)) is not None}
    # Sorted here: the databases order texts each after its own locale.
    return [found[peer] for peer in sorted(found)]


def _entry(session: Session, number: int) -> dict[str, Any] | None:
    kept = NeighbourCheckpoint
    query = select(kept.peer, kept.size, kept.root, kept.body).where(kept.number == number)
    try:
        row = session.execute(query).one()
        said = parse(row.body)
        entry = {"peer": said["log"], "size": said["size"], "root": said["root"]}
        if entry == {"peer": row.peer, "size": row.size, "root": row.root} and _entry_holds(entry):
            return entry
    except ALTERED:
        pass
    log.error("checkpoint %s of a neighbour was altered since it was kept", number)
    return None


def entries_hold(witness: object) -> bool:
    """Whether a list is of the form above."""
    if not isinstance(witness, list) or not all(_entry_holds(one) for one in witness):
        return False
    peers = [one["peer"] for one in witness]
    return peers == sorted(set(peers))


def _entry_holds(entry: object) -> bool:
    if not isinstance(entry, dict) or entry.keys() != ENTRY_NAMES:
        return False
    peer, size, root = entry["peer"], entry["size"], entry["root"]
    return name_holds(peer) and type(size) is int and size > 0 and isinstance(root, str) and bool(ROOT.fullmatch(root))


def name_holds(name: object) -> bool:
    """Whether this may be the name of a log: text that a terminal shows as it is."""
    return isinstance(name, str) and 0 < len(name) <= LONGEST_NAME and name.isprintable()


def entry_about(said: Mapping[str, Any], log: str) -> Mapping[str, Any] | None:
    """What a checkpoint says of this log."""
    return next((one for one in said["witness"] if one["peer"] == log), None)


def sizes_witnessed(session: Session, log: str, most: int) -> set[int]:
    """Of each neighbour the largest size, `most` at most, at which a kept checkpoint of it names this log."""
    found: dict[str, int] = {}
    for row in session.execute(select(NeighbourCheckpoint.peer, NeighbourCheckpoint.body)):
        try:
            entry = entry_about(parse(row.body), log)
            if entry is not None and _entry_holds(entry) and entry["size"] <= most:
                found[row.peer] = max(entry["size"], found.get(row.peer, 0))
        except ALTERED:  # the verifier tells
            continue
    return set(found.values())
