"""Where the key-encrypting key lives. Software here; a certified device (密码机, GM/T 0028) takes the same place.

A device never gives its keys out: it wraps, unwraps and computes index values.
"""

from collections.abc import Sequence
from typing import Protocol

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.vault.sealing import SealBroken, seal, unseal


class KeyDevice(Protocol):
    """What the vault asks of the holder of the long-lived keys."""

    @property
    def kek_id(self) -> str:
        """Names the key-encrypting key that `wrap` uses now: 8 hex digits, not secret."""
        ...

    def wrap(self, key: bytes, aad: bytes) -> bytes:
        """Encrypt a data key for the place that `aad` names."""
        ...

    def unwrap(self, kek_id: str, wrapped: bytes, aad: bytes) -> bytes:
        """Decrypt a data key. Raises SealBroken: altered, of another place, or under a key not held here."""
        ...

    def index(self, column: str, value: str) -> bytes:
        """HMAC-SM3 of `value` under a key used for `column` only."""
        ...


class SoftwareDevice:
    """Keys derived from the settings' texts with HKDF-SM3 (RFC 5869), one purpose each.

    `retired` are earlier vault keys: they still unwrap, never wrap. Rotating is: put the new key into the
    settings, the old one into `retired`, rewrap the data keys, drop the old one. One wrap per case and subject
    stays far below the 2^32 seals that one key may do; rotate yearly, and at once when a key may be known.
    """

    def __init__(self, vault_key: str, index_key: str, retired: Sequence[str] = ()) -> None:
        if not vault_key or not index_key:
            raise ValueError("an empty key")
        if vault_key == index_key:
            raise ValueError("the index key must not be the vault key")
        self._keks = {_name(text): _derive(text, b"kek") for text in (vault_key, *retired)}
        self._kek_id = _name(vault_key)
        self._index_key = index_key
        self._columns: dict[str, bytes] = {}

    @property
    def kek_id(self) -> str:
        return self._kek_id

    def wrap(self, key: bytes, aad: bytes) -> bytes:
        return seal(self._keks[self._kek_id], key, aad)

    def unwrap(self, kek_id: str, wrapped: bytes, aad: bytes) -> bytes:
        if kek_id not in self._keks:
            raise SealBroken(f"no key-encrypting key {kek_id}")
        return unseal(self._keks[kek_id], wrapped, aad)

    def index(self, column: str, value: str) -> bytes:
        if column not in self._columns:
            self._columns[column] = _derive(self._index_key, b"index/" + column.encode(), 32)
        mac = hmac.HMAC(self._columns[column], hashes.SM3())
        mac.update(value.encode())
        return mac.finalize()


def _derive(text: str, purpose: bytes, length: int = 16) -> bytes:
    return HKDF(hashes.SM3(), length, salt=b"banyan/vault/1", info=purpose).derive(text.encode())


def _name(text: str) -> str:
    return _derive(text, b"kek-id", 4).hex()
