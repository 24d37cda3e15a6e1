"""The body of an entry at rest: digests, ids and the instant as bytes, the names that are always there left out.

What is hashed is the text (proof §2.1). The stored bytes give that text and no other, or stand for themselves: a text
that does not come out of its own packing is stored as it is, and so is read whatever was stored before there was any
packing, for a text begins with `{`. No text comes from two packings. Bytes that somebody altered give another text, or
stand for themselves; neither has the recorded hash. There is nothing in it to inflate: the text is never more than five times as long.
"""

import re
import struct
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import LargeBinary, TypeDecorator
from sqlalchemy.engine import Dialect

SHAPE = re.compile(
    r'\{"at":"([0-9T:.-]{26})Z","case":"([^"\\\0-\x1f]+)","def":"([0-9a-f]{64}|)","eng":"([^"\\\0-\x1f]*)",'
    r'"kind":"([^"\\\0-\x1f]+)","log":"([^"\\\0-\x1f]*)","n":(0|[1-9]\d{0,3}),"prev":"([0-9a-f]{64})",'
    r'"root":"([0-9a-f]{64})","seq":(0|[1-9]\d{0,8}),"v":1\}',
    re.ASCII,
)
"""`canon` of a body of version 1. Texts with a character that JSON escapes are not packed."""
TEXT = '{"at":"%sZ","case":"%s","def":"%s","eng":"%s","kind":"%s","log":"%s","n":%d,"prev":"%s","root":"%s","seq":%d,"v":1}'

PACKED = 0x10
"""First byte, with the three bits below. Then, big-endian: microseconds since 1970, `n`, `seq`, `prev`, `root`; `def`
(32 bytes or none); the case (16 bytes, or none and its text among the words); at last the words, each behind its length.

Ordinarily that makes 126 bytes, the most that PostgreSQL keeps behind a header of one byte instead of four."""
DEF, CASE, WIDE = 1, 2, 4
"""A definition stands there; the case is 32 hexadecimal digits; `n` or `seq` takes more than one byte or two."""
NARROW_HEAD, WIDE_HEAD = struct.Struct(">B7sBH"), struct.Struct(">B7sHI")
DIGESTS = 64
"""Bytes of `prev` and `root`."""
CASE_ID = re.compile(r"[0-9a-f]{32}")
START = datetime.fromisoformat("1970-01-01")
MICROSECOND = timedelta(microseconds=1)

USUAL = {
    "completed": b"\x80", "started": b"\x81", "claimed": b"\x82", "released": b"\x83", "timer": b"\x84",
    "message": b"\x85", "call_answered": b"\x86", "transferred": b"\x87", "taken_back": b"\x88",
    "spiff-3.2.0+b1": b"\xc0", "banyan": b"\xc1", "banyan-demo": b"\xc2",
}  # fmt: skip
"""Words that stand as one byte in the place of a length. Frozen: one may be added, none changed."""
MEANT = {mark[0]: word for word, mark in USUAL.items()}


class BodyText(TypeDecorator[bytes]):
    """The canonical text of a body in the program, `pack` of it in the database."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else pack(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return unpack(bytes(value)) if isinstance(value, bytes | memoryview) else value


def pack(body: bytes) -> bytes:
    """The bytes to store for a body: packed where that gives the same text again, else as it stands."""
    try:
        found = SHAPE.fullmatch(body.decode())
        return _packed(*found.groups()) if found else body
    except (ValueError, OverflowError):
        return body


def unpack(stored: bytes) -> bytes:
    """The body's text. Bytes that are not packed, or cannot be unpacked, come as they are."""
    if not stored or stored[0] & ~(DEF | CASE | WIDE) != PACKED:
        return stored
    try:
        text = _text(stored)
    except (struct.error, ValueError, OverflowError, KeyError):
        return stored
    return text if pack(text) == stored else stored


def _packed(
    at: str, case: str, definition: str, engine: str, kind: str, log: str, n: str, prev: str, root: str, seq: str
) -> bytes:
    """Raises ValueError: a part does not come back as it was written."""
    instant = datetime.fromisoformat(at)
    if instant.isoformat(timespec="microseconds") != at:
        raise ValueError("an instant written otherwise")
    first, digits, words = (
        PACKED | (DEF if definition else 0),
        prev + root + definition,
        _word(engine) + _word(kind) + _word(log),
    )
    if CASE_ID.fullmatch(case):
        first, digits = first | CASE, digits + case
    else:
        words += _word(case)
    since, fields, number = ((instant - START) // MICROSECOND).to_bytes(7), int(n), int(seq)
    narrow = fields < 1 << 8 and number < 1 << 16
    head = (
        NARROW_HEAD.pack(first, since, fields, number)
        if narrow
        else WIDE_HEAD.pack(first | WIDE, since, fields, number)
    )
    return head + bytes.fromhex(digits) + words


def _text(stored: bytes) -> bytes:
    head = WIDE_HEAD if stored[0] & WIDE else NARROW_HEAD
    first, since, n, seq = head.unpack_from(stored)
    prev = head.size
    definition = prev + DIGESTS
    case = definition + (32 if first & DEF else 0)
    words = case + (16 if first & CASE else 0)
    engine, kind, log, *named = _words(stored[words:])
    name = stored[case:words].hex() if first & CASE else "".join(named)
    at = (START + int.from_bytes(since) * MICROSECOND).isoformat(timespec="microseconds")
    prev_hash, root = stored[prev : prev + 32].hex(), stored[prev + 32 : definition].hex()
    text = TEXT % (at, name, stored[definition:case].hex(), engine, kind, log, n, prev_hash, root, seq)
    return text.encode()


def _word(word: str) -> bytes:
    """Raises ValueError: of 128 bytes or more."""
    mark = USUAL.get(word)
    if mark is not None:
        return mark
    text = word.encode()
    if len(text) >= 0x80:
        raise ValueError("a long word")
    return bytes((len(text),)) + text


def _words(rest: bytes) -> list[str]:
    """Raises KeyError: an unknown mark. ValueError: the last word is cut, or no text."""
    words, at = [], 0
    while at < len(rest):
        size = rest[at]
        at += 1
        if size >= 0x80:
            words.append(MEANT[size])
            continue
        words.append(rest[at : at + size].decode())
        at += size
    if at != len(rest):
        raise ValueError("a word is cut")
    return words
