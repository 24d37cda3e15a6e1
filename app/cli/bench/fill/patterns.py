"""What all copies of one case at one place have in common, worked out once: texts, salts, hashes, packed bytes.

A copy differs in few words: names, telephone, case number, the ids of its submissions, and so in the digests over
them. Where a word stands in a text is known beforehand; each copy hashes only what it changes. The event keys of a
pattern are the same in all its copies: what a bench fills a database with has no secrets. All keys of data are new.
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from typing import Any

from app.cli.bench.fill.swaps import Swaps, swapped
from app.cli.bench.fill.templates import Template
from app.engine.marking import digest_of
from app.history.canonical import canon, utf16
from app.history.commitments import EVENT_KEY_BYTES, salts
from app.history.digests import SM3, digest
from app.history.event import Head, body_bytes
from app.history.fields import content_text, plain_bytes
from app.history.read import RecordedEvent

LEAF, NODE = b"\x00F1", b"\x01"
"""What is put before a field and before two hashes (proof §2.2)."""
CASE, PREV, ROOT = os.urandom(16).hex(), os.urandom(32).hex(), os.urandom(32).hex()
"""Stand for what a copy puts into a body."""
HERE, BEFORE, OVER = CASE.encode(), PREV.encode(), ROOT.encode()
OTHER = bytes.maketrans(b"0123456789abcdef", b"123456789abcdef0")
Plan = Any
"""A hash; the number of a leaf that a copy hashes itself; or two plans."""


class EventPattern:
    """One entry. `row` holds the columns that are the same in every copy."""

    def __init__(
        self,
        entry: RecordedEvent,
        event_key: bytes,
        *,
        log: str,
        leaves: Sequence[bytes],
        hashes: Sequence[bytes],
        text: bytes,
        marking: bytes | None,
        parting: "Parting",
    ) -> None:
        self.entry, self.event_key, self.log, self.parting = entry, event_key, log, parting
        self.leaves, self.hashes, self.text, self.marking = leaves, hashes, text, marking
        self.row = {"seq": entry.seq, "at": entry.at, "kind": entry.kind}
        self.dedupe = entry.dedupe
        self.state = digest_of(marking).encode() if marking else b""
        self.moved = marking is not None and parting.worded(marking)
        self.evidence = tuple(one for one in parting.evidence if one in text)
        self.worded = parting.worded(text)
        self._body = body_pieces(entry, log, len(leaves))
        self._open = [number for number, leaf in enumerate(leaves) if self._differs(leaf)]
        self._plan = self._planned()
        self._plain = plain_bytes(event_key, text)
        self.quick = not self.worded and self._stands_for_itself()

    def at(self, people: Swaps) -> "EventPattern":
        """The same entry with other people in it; what parts copies from each other stands where it stood."""
        swaps = list(people)
        if self.marking and (marking := swapped(self.marking, people)) != self.marking:
            swaps.append((self.state, digest_of(marking).encode()))
        text = swapped(self.text, swaps)
        if text == self.text:
            return self
        moved = copy(self)
        moved.text, moved.marking = text, self.marking and swapped(self.marking, people)
        moved.state = swapped(self.state, swaps)
        moved.leaves = [swapped(leaf, swaps) for leaf in self.leaves]
        moved.hashes = [
            known if leaf == before else digest(SM3, leaf)
            for leaf, before, known in zip(moved.leaves, self.leaves, self.hashes, strict=True)
        ]
        moved._plan = moved._planned()
        moved._plain = plain_bytes(self.event_key, text)
        return moved

    def made(self, case: bytes, prev: bytes, words: Swaps, evidence: Mapping[bytes, bytes]) -> tuple[bytes, bytes]:
        """Body and what is to be sealed, of the copy with this id, after this hash."""
        swaps: list[tuple[bytes, bytes]] = [(one, evidence[one]) for one in self.evidence]
        if self.moved and self.marking is not None:
            swaps.append((self.state, digest_of(swapped(self.marking, words)).encode()))
        every = [*words, *swaps] if self.worded else swaps
        fresh = {number: digest(SM3, swapped(self.leaves[number], every)) for number in self._open}
        filled = {HERE: case, BEFORE: prev, OVER: root(self._plan, fresh).hex().encode()}
        body = b"".join([filled.get(piece, piece) for piece in self._body])
        return body, self._packed(every)

    def _planned(self) -> Plan:
        return plan([None if number in self._open else one for number, one in enumerate(self.hashes)])

    def _packed(self, swaps: Swaps) -> bytes:
        if not self.quick:
            return plain_bytes(self.event_key, swapped(self.text, swaps))
        plain = self._plain
        for old, new in swaps:
            plain = plain.replace(raw(old), raw(new))
        return plain

    def _differs(self, leaf: bytes) -> bool:
        return (
            self.parting.worded(leaf)
            or any(one in leaf for one in self.evidence)
            or (self.moved and self.state in leaf)
        )

    def _stands_for_itself(self) -> bool:
        """Whether exchanging digests and ids in the packed bytes gives what packing the exchanged text gives."""
        swaps = [(one, other_than(one)) for one in self.evidence]
        swaps += [(self.state, other_than(self.state))] if self.moved else []
        if any(self._plain.count(raw(old)) != 1 for old, _ in swaps):
            return False
        plain = self._plain
        for old, new in swaps:
            plain = plain.replace(raw(old), raw(new))
        return plain == plain_bytes(self.event_key, swapped(self.text, swaps))


class Parting:
    """What parts one copy from the next: the words of the pattern that each copy replaces."""

    def __init__(self, words: Sequence[bytes], evidence: Sequence[bytes]) -> None:
        self.evidence = evidence
        self._words = re.compile(b"|".join(map(re.escape, words))) if words else None

    def worded(self, text: bytes) -> bool:
        return self._words is not None and self._words.search(text) is not None


def event_patterns(template: Template, log: str, parting: Parting) -> Iterator[EventPattern]:
    for entry in template.events:
        fields, event_key = entry.fields or {}, os.urandom(EVENT_KEY_BYTES)
        names = sorted(fields, key=utf16)
        salt = salts(event_key, names)
        leaves = [LEAF + salt[name] + canon([name, fields[name]]) for name in names]
        yield EventPattern(
            entry, event_key, log=log, leaves=leaves, hashes=[digest(SM3, leaf) for leaf in leaves],
            text=content_text(entry.dedupe, fields), marking=template.markings.get(entry.seq), parting=parting,
        )  # fmt: skip


def body_pieces(entry: RecordedEvent, log: str, n: int) -> list[bytes]:
    """The body with `CASE`, `PREV` and `ROOT` as pieces of their own."""
    body = body_bytes(
        log=log, case=CASE, head=Head(entry.seq - 1, PREV), at=entry.at, kind=entry.kind, definition=entry.definition,
        engine=entry.engine, n=n, root=ROOT,
    )  # fmt: skip
    return re.split(b"(" + b"|".join((HERE, BEFORE, OVER)) + b")", body)


def plan(leaves: Sequence[bytes | None], first: int = 0) -> Plan:
    """How the root comes about (`app.history.commitments.tree_root`), what is known already hashed; None is unknown."""
    if not leaves:
        return digest(SM3, b"")
    if len(leaves) == 1:
        return first if leaves[0] is None else leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    left, right = plan(leaves[:split], first), plan(leaves[split:], first + split)
    known = isinstance(left, bytes) and isinstance(right, bytes)
    return digest(SM3, NODE + left + right) if known else (left, right)


def root(planned: Plan, fresh: Mapping[int, bytes]) -> bytes:
    kind = type(planned)
    if kind is bytes:
        return planned  # type: ignore[no-any-return]
    if kind is int:
        return fresh[planned]
    return digest(SM3, NODE + root(planned[0], fresh) + root(planned[1], fresh))


def raw(written: bytes) -> bytes:
    """Digests and ids as bytes: "id:digest" of a submission, "m1:digest" of a marking."""
    return bytes.fromhex(written.removeprefix(b"m1:").replace(b":", b"").replace(b"-", b"").decode())


def other_than(written: bytes) -> bytes:
    """Of the same shape, with other digits."""
    head = b"m1:" if written.startswith(b"m1:") else b""
    return head + written.removeprefix(head).translate(OTHER)
