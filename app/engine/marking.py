"""The marking: what a case is, in words that outlive codec, compaction and cache. Its digest is the state hash."""

import hashlib
from typing import Any

import orjson
from cryptography.hazmat.primitives.hashes import SM3, Hash

from app.engine.case import Case
from app.engine.joins import is_token
from app.engine.keys import Opened
from app.engine.model import Call, OpenedTask, OpenedTimer, OpenedWait

VERSION = "m1"
NEAR = hashlib.new("sm3") if "sm3" in hashlib.algorithms_available else None
"""A state that has read nothing, of the interpreter's own OpenSSL, to be copied: the same function by a shorter way."""


def marking(case: Case, found: Opened) -> dict[str, Any]:
    """Open keys, waits, timers with their rules, half-arrived joins, pending instances, facts, end; signals only where
    some are waited for."""
    listening = {"signals": sorted(found.signals)} if found.signals else {}
    timers = found.of(OpenedTimer)
    return {
        "v": VERSION,
        **listening,
        "tasks": sorted(found.of(OpenedTask)),
        "timers": {key: [timer.rule, found.tasks[key].internal_data["left"]] for key, timer in timers.items()},
        "waits": {key: [wait.message, wait.correlation] for key, wait in found.of(OpenedWait).items()},
        "calls": {key: call.operation for key, call in found.of(Call).items()},
        "joins": _joins(found),
        "pending": _pending(found),
        "facts": case.facts,
        "ended": case.ended if case.tree.completed else None,
    }


def digest(marked: dict[str, Any]) -> str:
    """`m1:` + hex SM3 (GB/T 32905) of the canonical JSON."""
    return digest_of(text_of(marked))


def text_of(marked: dict[str, Any]) -> bytes:
    """The canonical JSON: sorted keys, no spaces, UTF-8."""
    return orjson.dumps(marked, option=orjson.OPT_SORT_KEYS)


def digest_of(text: bytes) -> str:
    """The digest of a marking that is written already."""
    if NEAR is not None:
        near = NEAR.copy()
        near.update(text)
        return f"{VERSION}:{near.hexdigest()}"
    sm3 = Hash(SM3())
    sm3.update(text)
    return f"{VERSION}:{sm3.finalize().hex()}"


def _joins(found: Opened) -> dict[str, dict[str, int]]:
    """Join → incoming node → tokens that wait there."""
    joins: dict[str, dict[str, int]] = {}
    for scope, workflow in found.scopes.items():
        for task in workflow.tasks.values():
            if is_token(task):
                name, source = task.task_spec.name, task.internal_data["from"]
                held = joins.setdefault(f"{scope}/{name}" if scope else name, {})
                held[source] = held.get(source, 0) + 1
    return joins


def _pending(found: Opened) -> dict[str, list[str]]:
    """Sequential multi-instance: key → codes whose turn has not come."""
    pending: dict[str, list[str]] = {}
    for key, task in found.tasks.items():
        data = task.parent.internal_data if task.parent is not None and "item" in task.internal_data else {}
        if data.get("items", [])[data.get("next", 0) :]:
            pending[key.rpartition("[")[0]] = data["items"][data["next"] :]
    return pending
