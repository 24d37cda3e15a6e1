"""What a room is handed to seal with: one open data key, bound to the places its texts stand in.

Rooms that store sealed columns know neither tables of keys nor whose key it is.
"""

from dataclasses import dataclass, field
from typing import Protocol

from app.vault.vault import DataKey, Vault, bind


class Sealer(Protocol):
    """Seals texts of one (case, subject). `place` is "table.column" and the row's id (abuse case 25)."""

    @property
    def key_id(self) -> str:
        """Which data key: 16 hex digits, stored beside what it sealed."""

    def seal(self, plain: bytes, *place: str) -> bytes: ...

    def open(self, sealed: bytes, *place: str) -> bytes:
        """Raises SealBroken: altered, moved from another place, or under another key."""


@dataclass(frozen=True)
class KeySealer:
    """The `Sealer` of an open data key."""

    vault: Vault
    data_key: DataKey = field(repr=False)

    @property
    def key_id(self) -> str:
        return self.data_key.id

    def seal(self, plain: bytes, *place: str) -> bytes:
        return self.vault.seal(self.data_key, plain, bind(*place))

    def open(self, sealed: bytes, *place: str) -> bytes:
        return self.vault.open(self.data_key, sealed, bind(*place))
