"""SM4-GCM (GB/T 32907, GB/T 17964; RFC 8998): one format byte, a random 96-bit nonce, the text, the 128-bit tag."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

KEY_BYTES = 16
NONCE_BYTES = 12
TAG_BYTES = 16
FORMAT = b"\x01"
OVERHEAD = len(FORMAT) + NONCE_BYTES + TAG_BYTES
"""Bytes a sealed text is longer than the text."""


class SealBroken(Exception):
    """The sealed bytes are altered, cut, from another place, or under another key. Which of these cannot be known."""


def seal(key: bytes, plain: bytes, aad: bytes) -> bytes:
    """Encrypt `plain` under a 16-byte key; `aad` names the place it belongs to and is needed again to open it.

    A random nonce allows 2^32 seals under one key before a repeat becomes thinkable (NIST SP 800-38D §8.3).
    """
    nonce = os.urandom(NONCE_BYTES)
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(aad)
    hidden = encryptor.update(plain) + encryptor.finalize()
    return FORMAT + nonce + hidden + encryptor.tag


def unseal(key: bytes, sealed: bytes, aad: bytes) -> bytes:
    """Give back what was sealed under this key for this place.

    Raises:
        SealBroken: anything about key, bytes or place differs.
    """
    if len(sealed) < OVERHEAD or sealed[:1] != FORMAT:
        raise SealBroken("not a sealed text of a known format")
    nonce, hidden, tag = sealed[1:13], sealed[13:-TAG_BYTES], sealed[-TAG_BYTES:]
    decryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(aad)
    try:
        return decryptor.update(hidden) + decryptor.finalize()
    except InvalidTag as problem:
        raise SealBroken("the tag does not match") from problem
