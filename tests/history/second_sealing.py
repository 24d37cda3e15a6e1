"""What lies at rest, opened a second time from its description alone: standard library, no code of the program.

SM4 after GB/T 32907-2016, GCM after NIST SP 800-38D, raw deflate with the frozen preset dictionary (RFC 1951).
"""

import json
import zlib
from pathlib import Path
from typing import Any

from tests.history.second_reading import hkdf_sm3, rotated

WORDS = (Path(__file__).parent / "fixtures" / "words-1.bin").read_bytes()
FK = (0xA3B1BAC6, 0x56AA3350, 0x677D9197, 0xB27022DC)
CK = tuple(int.from_bytes(bytes((4 * i + j) * 7 % 256 for j in range(4)), "big") for i in range(32))
POLYNOMIAL, MATRIX, CONSTANT = 0x1F5, 0xA7, 0xD3


class Broken(Exception):
    """The tag does not fit."""


def _times(a: int, b: int) -> int:
    product = 0
    while b:
        product ^= a if b & 1 else 0
        a, b = a << 1, b >> 1
        a ^= POLYNOMIAL if a & 0x100 else 0
    return product


def _turned(x: int) -> int:
    rows = (((MATRIX << i) | (MATRIX >> (8 - i))) & 0xFF for i in range(8))
    return CONSTANT ^ sum((bin(row & x).count("1") & 1) << i for i, row in enumerate(rows))


def _inverse(x: int) -> int:
    power = 1
    for _ in range(254):
        power = _times(power, x)
    return power


SBOX = tuple(_turned(_inverse(_turned(x))) for x in range(256))


def _mixed(x: int, turns: tuple[int, ...]) -> int:
    y = int.from_bytes(bytes(SBOX[byte] for byte in x.to_bytes(4, "big")), "big")
    for turn in turns:
        y ^= rotated(int.from_bytes(bytes(SBOX[byte] for byte in x.to_bytes(4, "big")), "big"), turn)
    return y


def sm4(key: bytes, block: bytes) -> bytes:
    k = [int.from_bytes(key[4 * i : 4 * i + 4], "big") ^ FK[i] for i in range(4)]
    x = [int.from_bytes(block[4 * i : 4 * i + 4], "big") for i in range(4)]
    for i in range(32):
        k.append(k[i] ^ _mixed(k[i + 1] ^ k[i + 2] ^ k[i + 3] ^ CK[i], (13, 23)))
        x.append(x[i] ^ _mixed(x[i + 1] ^ x[i + 2] ^ x[i + 3] ^ k[i + 4], (2, 10, 18, 24)))
    return b"".join(word.to_bytes(4, "big") for word in reversed(x[-4:]))


def _ghash(h: int, data: bytes) -> int:
    y = 0
    for at in range(0, len(data), 16):
        y ^= int.from_bytes(data[at : at + 16], "big")
        z, v = 0, h
        for bit in range(127, -1, -1):
            z ^= v if y >> bit & 1 else 0
            v = v >> 1 ^ (0xE1 << 120 if v & 1 else 0)
        y = z
    return y


def opened(key: bytes, sealed: bytes, aad: bytes) -> bytes:
    """One format byte, a 12-byte nonce, the text, a 16-byte tag."""
    assert sealed[:1] == b"\x01"
    nonce, hidden, tag = sealed[1:13], sealed[13:-16], sealed[-16:]
    h = int.from_bytes(sm4(key, bytes(16)), "big")
    stream = b"".join(sm4(key, nonce + number.to_bytes(4, "big")) for number in range(2, 2 + -(-len(hidden) // 16)))
    lengths = (len(aad) * 8).to_bytes(8, "big") + (len(hidden) * 8).to_bytes(8, "big")
    padded = aad + bytes(-len(aad) % 16) + hidden + bytes(-len(hidden) % 16) + lengths
    mask = int.from_bytes(sm4(key, nonce + (1).to_bytes(4, "big")), "big")
    if (_ghash(h, padded) ^ mask).to_bytes(16, "big") != tag:
        raise Broken
    return bytes(a ^ b for a, b in zip(hidden, stream, strict=False))


def place(*parts: str) -> bytes:
    return b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)


def data_key(vault_key: str, case: str, subject: str, key_id: str, kek_id: str, wrapped: bytes) -> bytes:
    """Unwrap under the key derived from the text of the settings."""
    kek = hkdf_sm3(vault_key.encode(), b"banyan/vault/1", b"kek", 16)
    assert hkdf_sm3(vault_key.encode(), b"banyan/vault/1", b"kek-id", 4).hex() == kek_id
    return opened(kek, wrapped, place("data_key.wrapped", case, subject, key_id, kek_id))


def fields(key: bytes, sealed: bytes, log: str, case: str, seq: int, key_id: str) -> tuple[bytes, dict[str, Any]]:
    """Event key, and `{"dedupe": …, "fields": …}`."""
    plain = opened(key, sealed, place(log, case, str(seq), key_id))
    assert plain[:1] == b"\x01"
    return plain[1:17], json.loads(zlib.decompressobj(-15, zdict=WORDS).decompress(plain[17:]))
