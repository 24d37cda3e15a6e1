"""The append-only, hash-chained record and the verifier that trusts nothing.

It knows no process, no task and no person, only cases, entries and bytes.
"""

from app.history.append import AlreadyRecorded, append
from app.history.canonical import CanonRefused, Json, canon, parse
from app.history.data_keys import WHOLE_CASE, data_key_of, open_case
from app.history.erase import erase
from app.history.event import GENESIS, Head
from app.history.read import RecordedEvent, all_cases, cases, read_events, recorded
from app.history.system import append_to_system
from app.history.verify import Broken, ChainReport, Report, verify_all, verify_case

__all__ = [
    "GENESIS",
    "WHOLE_CASE",
    "AlreadyRecorded",
    "Broken",
    "CanonRefused",
    "ChainReport",
    "Head",
    "Json",
    "RecordedEvent",
    "Report",
    "all_cases",
    "append",
    "append_to_system",
    "canon",
    "cases",
    "data_key_of",
    "erase",
    "open_case",
    "parse",
    "read_events",
    "recorded",
    "verify_all",
    "verify_case",
]
