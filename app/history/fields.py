"""The fields of an entry at rest: event key, dedupe and fields, deflated, then sealed under the case's data key.

Why the event key lies inside: proof §2.6 wants data key AND event keys destroyed. With the data key gone, nobody
opens the blob, so nobody has the event key; without it no salt can be computed, and a guess of a field (an ID number
has few unknown digits) cannot be tried against `root`, which stays readable in the body. So destroying the one
wrapped data key destroys both, and no second table of event keys with backups of its own can be forgotten.
`dedupe` is in it because the body does not hold it: else an altered column would not be noticed.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from app.history.canonical import CanonRefused, Json, canon, parse
from app.history.commitments import EVENT_KEY_BYTES
from app.vault import DataKey, SealBroken, Vault, bind

FORMAT = b"\x01"
"""First byte inside the seal: event key, then raw deflate (RFC 1951) with `WORDS` as preset dictionary."""

WORDS = (
    b'0123456789abcdef"Flow_0"Gateway_0"Event_0"StartEvent_1"false,null,"on_behalf_of":"message":timer_due","call:'
    b'"late":"migrated","corrected","corrections":"2026-01-01/2026-12-31","T00:00:00.000000Z"450123450100'
    b'"decision":"","digest":"","inputs":{},"node":"Activity_","outputs":,"rows":[1]}]"approve""agree"true'
    b'{"sha256":"","size":,"sm3":"","type":"application/pdf"}"reason":null,"state":"m1:","task":"Process_1/Activity_#1"}}'
    b'{"dedupe":"task:Process_1/Activity_#1","fields":{"actor":"","calendar":"","def_title":"",'
    b'"effects":{"decisions":[],"entered":["Activity_","Gateway_"],"facts":{},"flows":["Flow_"],"left":["Activity_"]},'
    b'"evidence":[""],"facts/decision":"approve","facts/":true,"parameters":"","payload/":"","payload/'
)
"""Usual byte strings of fields, the most usual last. Frozen: what was stored opens only with the same bytes."""

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
    text = canon({"dedupe": opened.dedupe, "fields": opened.fields})
    if len(text) > SIZE_LIMIT:
        raise CanonRefused("more than 16 MB of fields")
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=WORDS)
    plain = FORMAT + opened.event_key + deflate.compress(text) + deflate.flush()
    return vault.seal(data_key, plain, bind(log, case, str(seq), data_key.id))


def open_fields(vault: Vault, data_key: DataKey, sealed: bytes, *, log: str, case: str, seq: int) -> Opened:
    """Open the blob of one place.

    Raises:
        SealBroken: altered, moved from another place, or under another key.
    """
    plain = vault.open(data_key, sealed, bind(log, case, str(seq), data_key.id))
    event_key, packed = plain[1 : 1 + EVENT_KEY_BYTES], plain[1 + EVENT_KEY_BYTES :]
    if plain[:1] != FORMAT:
        raise SealBroken("the sealed fields are not of a known format")
    try:
        content = parse(zlib.decompressobj(-15, zdict=WORDS).decompress(packed, SIZE_LIMIT))
        return Opened(event_key, content["dedupe"], content["fields"])
    except (zlib.error, CanonRefused, KeyError, TypeError) as problem:
        raise SealBroken("the sealed fields are not of a known format") from problem
