"""Encryption at rest and the blind index: SM4-GCM under data keys, data keys wrapped by a key from the settings.

The vault keeps no table and reads no settings: keys come as arguments, bytes come in and go out.
"""

from app.vault.device import KeyDevice, SoftwareDevice
from app.vault.primitives import PrimitivesRefused, check_primitives
from app.vault.sealing import SealBroken
from app.vault.vault import DataKey, Vault, WrappedKey, bind

__all__ = [
    "DataKey",
    "KeyDevice",
    "PrimitivesRefused",
    "SealBroken",
    "SoftwareDevice",
    "Vault",
    "WrappedKey",
    "bind",
    "check_primitives",
]
