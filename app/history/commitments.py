"""Salted commitments to the fields of an entry, and their root (proof §2.2).

A reader who gets (salt, name, value) can check one field against the root and learns nothing of the others.
"""

from collections.abc import Mapping, Sequence

from app.history.canonical import Json, canon, in_order
from app.history.digests import SM3, digest, keyed

SALT_BYTES = 16
EVENT_KEY_BYTES = 16


def salts(event_key: bytes, names: Sequence[str], alg: str = SM3) -> dict[str, bytes]:
    """Per name, HMAC-H(event_key, "salt" ‖ name) cut to 16 bytes."""
    base = keyed(alg, event_key, b"salt")
    result = {}
    for name in names:
        mac = base.copy()
        mac.update(name.encode())
        result[name] = mac.finalize()[:SALT_BYTES]
    return result


def field_hash(salt: bytes, name: str, value: Json, alg: str = SM3) -> bytes:
    """H(0x00 ‖ "F1" ‖ salt ‖ canon([name, value])): already a leaf hash of the tree.

    Raises:
        CanonRefused: the value is outside the domain.
    """
    return digest(alg, b"\x00F1" + salt + canon([name, value]))


def field_hashes(event_key: bytes, fields: Mapping[str, Json], alg: str = SM3) -> list[bytes]:
    """The leaves in order of name, by UTF-16 code units like the keys of an object."""
    names = in_order(fields)
    salt = salts(event_key, names, alg)
    return [field_hash(salt[name], name, fields[name], alg) for name in names]


def tree_root(leaves: Sequence[bytes], alg: str = SM3) -> bytes:
    """MTH of RFC 9162 §2.1.1 over leaves that are hashed already; of none, the hash of nothing."""
    if not leaves:
        return digest(alg, b"")
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return digest(alg, b"\x01" + tree_root(leaves[:split], alg) + tree_root(leaves[split:], alg))


def root_of(event_key: bytes, fields: Mapping[str, Json], alg: str = SM3) -> str:
    """64 hex digits: the root that stands in the body of the event."""
    return tree_root(field_hashes(event_key, fields, alg), alg).hex()
