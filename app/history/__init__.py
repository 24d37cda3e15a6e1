"""The append-only, hash-chained record and the verifier that trusts nothing.

It knows no process, no task and no person, only cases, entries and bytes.
"""

from app.history.append import AlreadyRecorded, append
from app.history.canonical import CanonRefused, Json, canon, parse
from app.history.data_keys import WHOLE_CASE, data_key_of, open_case
from app.history.event import GENESIS, Head

__all__ = [
    "GENESIS",
    "WHOLE_CASE",
    "AlreadyRecorded",
    "CanonRefused",
    "Head",
    "Json",
    "append",
    "canon",
    "data_key_of",
    "open_case",
    "parse",
]
