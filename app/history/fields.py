"""The fields of an entry at rest: event key, dedupe and fields, packed, then sealed under the case's data key.

Why the event key lies inside: proof §2.6 wants data key AND event keys destroyed. With the data key gone, nobody
opens the blob, so nobody has the event key; without it no salt can be computed, and a guess of a field (an ID number
has few unknown digits) cannot be tried against `root`, which stays readable in the body. So destroying the one
wrapped data key destroys both, and no second table of event keys with backups of its own can be forgotten.
`dedupe` is in it because the body does not hold it: else an altered column would not be noticed.
"""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from app.history.canonical import CanonRefused, Json, canon, parse
from app.history.commitments import EVENT_KEY_BYTES
from app.vault import DataKey, SealBroken, Vault, bind

FORMAT = b"\x02"
"""First byte inside the seal: event key, raw deflate (RFC 1951) with `WORDS`, then the bytes that were taken out.

Digests and UUIDs make half of an entry, and deflate cannot make their hexadecimal digits as short as their bytes: they
stand behind the stream, each leaving one byte in the text that no UTF-8 holds (RFC 3629 §1)."""
TAKEN_OUT = re.compile(rb"[0-9a-f]{64}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
LEFT = re.compile(rb"[\xfe\xff]")
UUID_LEFT, DIGEST_LEFT = b"\xfe", b"\xff"

FIRST_FORMAT = b"\x01"
"""Event key, then raw deflate with `FIRST_WORDS`, nothing taken out. Still read, no longer written."""

WORDS = (
    b'"on_behalf_of":"\xfe"message":timer_due","call:"late":null,false,"corrected","take_back:"reason":"'
    b'"payload/~cancel":["payload/~from":"payload/~due_at":"2026-01-01T00:00:00+00:00"payload/~marks":["'
    b'"facts/case_division":"450123","facts/"payload/":true,"2026-'
    b'"decisions":[{"digest":"","inputs":{},"node":"","outputs":{},"rows":[1]}],"facts":{"'
    b'{"dedupe":"task:Activity_","fields":{"actor":"\xfe","calendar":"\xff","def_title":"","effects":{"flows":["Flow_"],'
    b'"in":["Activity_","Gateway_"],"out":["Activity_"]},"evidence":["\xfe:\xff"],"parameters":"\xff",'
    b'"payload/decision":"agree","payload/opinion":"","state":"m1:\xff","task":"#1"}}'
)
"""Usual byte strings of fields, the most usual last. Frozen: what was stored opens only with the same bytes."""

FIRST_WORDS = (
    b'0123456789abcdef"Flow_0"Gateway_0"Event_0"StartEvent_1"false,null,"on_behalf_of":"message":timer_due","call:'
    b'"late":"migrated","corrected","corrections":"2026-01-01/2026-12-31","T00:00:00.000000Z"450123450100'
    b'"decision":"","digest":"","inputs":{},"node":"Activity_","outputs":,"rows":[1]}]"approve""agree"true'
    b'{"sha256":"","size":,"sm3":"","type":"application/pdf"}"reason":null,"state":"m1:","task":"Process_1/Activity_#1"}}'
    b'{"dedupe":"task:Process_1/Activity_#1","fields":{"actor":"","calendar":"","def_title":"",'
    b'"effects":{"decisions":[],"entered":["Activity_","Gateway_"],"facts":{},"flows":["Flow_"],"left":["Activity_"]},'
    b'"evidence":[""],"facts/decision":"approve","facts/":true,"parameters":"","payload/":"","payload/'
)
"""Frozen likewise."""

SMALL, LARGE, SMALL_TEXT = (-12, 4), (-15, 8), 2048
"""Window (RFC 1951, as a power of two) and memory level: to clear the memory of a large one takes longer than to pack a
short text, which comes out the same."""

SIZE_LIMIT = 16 * 1024 * 1024
"""Bytes of fields one entry may hold, so that no stored blob inflates without end."""


@dataclass(frozen=True)
class Opened:
    """What the sealed blob of an entry holds."""

    event_key: bytes
    dedupe: str | None
    fields: Mapping[str, Json]


def seal_fields(vault: Vault, data_key: DataKey, opened: Opened, *, log: str, case: str, seq: int) -> bytes:
    """The blob for one place: additional data is log ‖ case ‖ seq ‖ key id (proof §2.6), each with its length.

    Raises:
        CanonRefused: a value outside the domain, or more than 16 MB of fields.
    """
    plain = plain_bytes(opened.event_key, content_text(opened.dedupe, opened.fields))
    return seal_plain(vault, data_key, plain, log=log, case=case, seq=seq)


def content_text(dedupe: str | None, fields: Mapping[str, Json]) -> bytes:
    """Canonical JSON of what an entry holds. Raises CanonRefused: a value outside the domain."""
    return canon({"dedupe": dedupe, "fields": fields})


def plain_bytes(event_key: bytes, text: bytes) -> bytes:
    """What is sealed: format, event key, packed `content_text`. Raises CanonRefused: more than 16 MB."""
    if len(text) > SIZE_LIMIT:
        raise CanonRefused("more than 16 MB of fields")
    return FORMAT + event_key + _packed(text)


def seal_plain(vault: Vault, data_key: DataKey, plain: bytes, *, log: str, case: str, seq: int) -> bytes:
    """Seal `plain_bytes` for its place."""
    return vault.seal(data_key, plain, bind(log, case, str(seq), data_key.id))


def open_fields(vault: Vault, data_key: DataKey, sealed: bytes, *, log: str, case: str, seq: int) -> Opened:
    """Open the blob of one place.

    Raises:
        SealBroken: altered, moved from another place, or under another key.
    """
    plain = vault.open(data_key, sealed, bind(log, case, str(seq), data_key.id))
    event_key, packed = plain[1 : 1 + EVENT_KEY_BYTES], plain[1 + EVENT_KEY_BYTES :]
    unpack = UNPACK.get(plain[:1])
    if unpack is None:
        raise SealBroken("the sealed fields are not of a known format")
    try:
        content = parse(unpack(packed))
        return Opened(event_key, content["dedupe"], content["fields"])
    except (zlib.error, CanonRefused, KeyError, TypeError) as problem:
        raise SealBroken("the sealed fields are not of a known format") from problem


def _packed(text: bytes) -> bytes:
    taken: list[bytes] = []

    def take(found: re.Match[bytes]) -> bytes:
        taken.append(bytes.fromhex(found[0].replace(b"-", b"").decode()))
        return DIGEST_LEFT if len(found[0]) == 64 else UUID_LEFT

    left = TAKEN_OUT.sub(take, text)
    deflate = zlib.compressobj(6, zlib.DEFLATED, *(SMALL if len(left) < SMALL_TEXT else LARGE), zdict=WORDS)
    return b"".join((deflate.compress(left), deflate.flush(), *taken))


def _unpacked(packed: bytes) -> bytes:
    """The text again. Raises CanonRefused: bytes are missing or left over."""
    inflate = zlib.decompressobj(-15, zdict=WORDS)
    left, at = inflate.decompress(packed, SIZE_LIMIT), 0
    taken = inflate.unused_data

    def put_back(found: re.Match[bytes]) -> bytes:
        nonlocal at
        size = 32 if found[0] == DIGEST_LEFT else 16
        digits, at = taken[at : at + size].hex(), at + size
        if size == 16:
            digits = f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
        return digits.encode()

    text = LEFT.sub(put_back, left)
    if at != len(taken):
        raise CanonRefused("bytes are missing or left over")
    return text


def _unpacked_first(packed: bytes) -> bytes:
    return zlib.decompressobj(-15, zdict=FIRST_WORDS).decompress(packed, SIZE_LIMIT)


UNPACK = {FORMAT: _unpacked, FIRST_FORMAT: _unpacked_first}
"""By first byte."""
