"""The format of an entry written a second time from its description alone: standard library, no code of the program.

SM3 after GB/T 32905-2016, HMAC after RFC 2104, HKDF after RFC 5869, the tree after RFC 9162 §2.1.1.
"""

import json
from datetime import datetime, timedelta
from typing import Any

MASK = 0xFFFFFFFF
START = (0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E)


def rotated(x: int, n: int) -> int:
    n %= 32
    return (x << n | x >> (32 - n)) & MASK


def sm3(message: bytes) -> bytes:
    state = list(START)
    padded = message + b"\x80" + b"\0" * (-(len(message) + 9) % 64) + (len(message) * 8).to_bytes(8, "big")
    for at in range(0, len(padded), 64):
        w = [int.from_bytes(padded[at + 4 * i : at + 4 * i + 4], "big") for i in range(16)]
        for j in range(16, 68):
            x = w[j - 16] ^ w[j - 9] ^ rotated(w[j - 3], 15)
            w.append(x ^ rotated(x, 15) ^ rotated(x, 23) ^ rotated(w[j - 13], 7) ^ w[j - 6])
        a, b, c, d, e, f, g, h = state
        for j in range(64):
            t = 0x79CC4519 if j < 16 else 0x7A879D8A
            ss1 = rotated((rotated(a, 12) + e + rotated(t, j)) & MASK, 7)
            ff = a ^ b ^ c if j < 16 else (a & b) | (a & c) | (b & c)
            gg = e ^ f ^ g if j < 16 else (e & f) | (~e & MASK & g)
            tt1 = (ff + d + (ss1 ^ rotated(a, 12)) + (w[j] ^ w[j + 4])) & MASK
            tt2 = (gg + h + ss1 + w[j]) & MASK
            a, b, c, d = tt1, a, rotated(b, 9), c
            e, f, g, h = tt2 ^ rotated(tt2, 9) ^ rotated(tt2, 17), e, rotated(f, 19), g
        state = [old ^ new for old, new in zip(state, (a, b, c, d, e, f, g, h), strict=True)]
    return b"".join(word.to_bytes(4, "big") for word in state)


def hmac_sm3(key: bytes, message: bytes) -> bytes:
    block = (sm3(key) if len(key) > 64 else key).ljust(64, b"\0")
    inner = sm3(bytes(b ^ 0x36 for b in block) + message)
    return sm3(bytes(b ^ 0x5C for b in block) + inner)


def hkdf_sm3(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    """One block of output is enough here (at most 32 bytes)."""
    return hmac_sm3(hmac_sm3(salt, secret), info + b"\x01")[:length]


def written(value: Any) -> bytes:
    """The canonical bytes of a value, written out by hand."""
    if isinstance(value, dict):
        pairs = sorted(value.items(), key=lambda pair: pair[0].encode("utf-16-be"))
        return b"{" + b",".join(written(name) + b":" + written(inner) for name, inner in pairs) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(map(written, value)) + b"]"
    return json.dumps(value, ensure_ascii=False).encode()


def tree(leaves: list[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sm3(b"\x01" + tree(leaves[:split]) + tree(leaves[split:]))


def root(event_key: bytes, fields: dict[str, Any]) -> str:
    leaves = []
    for name in sorted(fields, key=lambda name: name.encode("utf-16-be")):
        salt = hmac_sm3(event_key, b"salt" + name.encode())[:16]
        leaves.append(sm3(b"\x00" + b"F1" + salt + written([name, fields[name]])))
    return tree(leaves).hex()


USUAL = {
    0x80: "completed", 0x81: "started", 0x82: "claimed", 0x83: "released", 0x84: "timer", 0x85: "message",
    0x86: "call_answered", 0x87: "transferred", 0x88: "taken_back", 0xC0: "spiff-3.2.0+b1", 0xC1: "banyan",
    0xC2: "banyan-demo",
}  # fmt: skip


def unpacked(stored: bytes) -> bytes:
    """The text of a body as it is stored: itself, or what its bytes stand for."""
    if stored[:1] == b"{":
        return stored
    flags, since = stored[0] - 0x10, int.from_bytes(stored[1:8], "big")
    widths = (2, 4) if flags & 4 else (1, 2)
    n, seq = (
        int.from_bytes(stored[at : at + size], "big") for at, size in ((8, widths[0]), (8 + widths[0], widths[1]))
    )
    rest = stored[8 + sum(widths) :]
    prev, root_, rest = rest[:32].hex(), rest[32:64].hex(), rest[64:]
    definition, rest = (rest[:32].hex(), rest[32:]) if flags & 1 else ("", rest)
    case, rest = (rest[:16].hex(), rest[16:]) if flags & 2 else ("", rest)
    words = []
    while rest:
        size = rest[0] if rest[0] < 0x80 else 0
        words.append(rest[1 : 1 + size].decode() if rest[0] < 0x80 else USUAL[rest[0]])
        rest = rest[1 + size :]
    engine, kind, log, *named = words
    at = datetime.fromisoformat("1970-01-01") + timedelta(microseconds=since)
    return written(
        {
            "v": 1, "log": log, "case": case or named[0], "seq": seq, "prev": prev, "kind": kind, "def": definition,
            "at": at.isoformat(timespec="microseconds") + "Z", "eng": engine, "n": n, "root": root_,
        }
    )  # fmt: skip


def event_hash(body: bytes) -> str:
    return sm3(b"\x02" + body).hex()
