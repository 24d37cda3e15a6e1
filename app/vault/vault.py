"""Data keys, sealed texts and index values. The caller stores what comes out; nothing here remembers.

A data key belongs to one (case, subject): destroying its wrapped form is what erasure means (proof §2.6).
It seals at most one text per entry of one case, so the 2^32 limit of a random nonce is never near.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.vault.device import KeyDevice, SoftwareDevice
from app.vault.sealing import KEY_BYTES, seal, unseal

KEY_ID_BYTES = 8


@dataclass(frozen=True)
class DataKey:
    """An open data key: `id` is 16 hex digits and not secret, `key` never leaves memory."""

    id: str
    key: bytes = field(repr=False)


@dataclass(frozen=True)
class WrappedKey:
    """What may be stored of a data key: 45 bytes that only the key `kek_id` opens, for its own case and subject."""

    id: str
    kek_id: str
    wrapped: bytes


def bind(*parts: str) -> bytes:
    """Additional data naming a place: each part as UTF-8 after its length (4 bytes), so no two lists look alike.

    History uses (log, case, seq, key id) as proof §2.6 says; any other place begins with "table.column".
    """
    return b"".join(len(raw).to_bytes(4, "big") + raw for raw in (part.encode() for part in parts))


class Vault:
    """Seals under data keys, wraps those under the device's key, computes blind indexes."""

    def __init__(
        self, vault_key: str, index_key: str, *, retired: Sequence[str] = (), device: KeyDevice | None = None
    ) -> None:
        self._device = device or SoftwareDevice(vault_key, index_key, retired)

    @property
    def kek_id(self) -> str:
        """Names the key-encrypting key held: 8 hex digits, not secret."""
        return self._device.kek_id

    def new_data_key(self, case: str, subject: str) -> tuple[DataKey, WrappedKey]:
        """A fresh random data key, open for use and wrapped for storage."""
        data_key = DataKey(os.urandom(KEY_ID_BYTES).hex(), os.urandom(KEY_BYTES))
        return data_key, self._wrap(case, subject, data_key)

    def open_data_key(self, case: str, subject: str, stored: WrappedKey) -> DataKey:
        """Unwrap a stored data key.

        Raises:
            SealBroken: altered, of another case or subject, or under a key that is not in the settings.
        """
        place = _key_place(case, subject, stored.id, stored.kek_id)
        return DataKey(stored.id, self._device.unwrap(stored.kek_id, stored.wrapped, place))

    def rewrap(self, case: str, subject: str, stored: WrappedKey) -> WrappedKey:
        """The same data key under the present key-encrypting key; what it sealed stays as it is."""
        return self._wrap(case, subject, self.open_data_key(case, subject, stored))

    def seal(self, data_key: DataKey, plain: bytes, aad: bytes) -> bytes:
        """Encrypt for the place that `aad` names (see `bind`); 29 bytes longer than `plain`."""
        return seal(data_key.key, plain, aad)

    def open(self, data_key: DataKey, sealed: bytes, aad: bytes) -> bytes:
        """Decrypt. Raises SealBroken: altered, moved from another place, or under another key."""
        return unseal(data_key.key, sealed, aad)

    def blind_index(self, column: str, value: str) -> str:
        """64 hex digits by which an exact value can be found without being stored.

        `column` is "table.column"; the caller normalises `value` first. Never for a field with few possible
        values (sex, disability): counting equal indexes would reveal them (abuse case 24).
        """
        return self._device.index(column, value).hex()

    def _wrap(self, case: str, subject: str, data_key: DataKey) -> WrappedKey:
        kek_id = self._device.kek_id
        place = _key_place(case, subject, data_key.id, kek_id)
        return WrappedKey(data_key.id, kek_id, self._device.wrap(data_key.key, place))


def _key_place(case: str, subject: str, key_id: str, kek_id: str) -> bytes:
    return bind("data_key.wrapped", case, subject, key_id, kek_id)
