"""Names that stand for cases, files and people in an export: HMAC-SM3 under a key, cut to 80 bits.

The key is made for one export and forgotten, so two exports cannot be laid side by side. Only where a series is named
does it come from the index key of the deployment: then the same case has the same name in every export of the series.
"""

import hashlib
import hmac
import os
from dataclasses import dataclass, field

from app.vault import Vault

DIGITS = 20
CASE, FILE, TASK, OFFICIAL = "C", "F", "T", "P"
"""Kinds; first letter of the name. The same id never has the same name under two kinds."""


@dataclass(frozen=True)
class Pseudonyms:
    key: bytes = field(repr=False)

    def name(self, kind: str, identifier: str) -> str:
        """`P-` and 20 hexadecimal digits; empty for nobody."""
        if not identifier:
            return ""
        mac = hmac.new(self.key, f"{kind}\0{identifier}".encode(), lambda: hashlib.new("sm3"))
        return f"{kind}-{mac.hexdigest()[:DIGITS]}"


def pseudonyms(vault: Vault, series: str = "") -> Pseudonyms:
    """For one export; with a series, those of all its exports."""
    return Pseudonyms(bytes.fromhex(vault.blind_index("mining.series", series)) if series else os.urandom(32))
