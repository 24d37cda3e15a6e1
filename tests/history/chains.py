"""Chains as the tests write them, and the tables as someone with raw access to the database sees them."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Integer, LargeBinary, String, column, table
from sqlalchemy.orm import Session

from app.columns import Id, Mark
from app.db import UtcDateTime
from app.history import GENESIS, Head, Json, append, open_case
from app.vault import Vault

LOG = "banyan-test"
CASE = "7d1f7b8e-4f0a-4a43-9d0f-0c53a1a5e001"
OTHER = "7d1f7b8e-4f0a-4a43-9d0f-0c53a1a5e002"
NINE = datetime(2026, 11, 23, 1, 0, 0, 123456, tzinfo=UTC)
DEFINITION = "5d" * 32
ENGINE = "3.2.0+b1"

FIELDS: dict[str, Json] = {
    "actor": "nongxiaolan",
    "task": "Process_adoption/Activity_review#1",
    "def_title": "收养登记",
    "reason": None,
    "evidence": ["0b5f9f5e-3a3c-4e5d-8f55-7f1f3b7d7c11"],
    "calendar": "8ac1f0f2c4eec1ba9f3f2b40e0d1c7f4b1c5c5b6c5a1f7b30e9d1a64a5e1d3b7",
    "parameters": "1f3d8cb2a9e0745c6f21b8d3e47a905cd1826fe3b794a05c8e6d13f2907b5ac4",
    "payload/意见": "材料齐全，符合条件，同意",
    "payload/日期": "2026-11-23",
    "payload/结论": "approve",
    "facts/age": 3,
    "facts/consent": True,
    "facts/decision": "approve",
    "effects": {
        "entered": ["Gateway_reviewed", "Activity_approve"],
        "left": ["Activity_review", "Gateway_reviewed"],
        "flows": ["Flow_0k3x9aa", "Flow_1b7m2qd"],
        "decisions": [],
        "facts": {"decision": "approve"},
    },
    "state": "m1:92b7e4a1c05d3f6889ea2c417bd0f3561c8e9a74d2b05f3ea6718c4d90f2be35",
}

RAW_EVENT = table(
    "history_event",
    column("case", Id),
    column("seq", Integer),
    column("at", UtcDateTime),
    column("kind", String),
    column("hash", LargeBinary),
    column("body", LargeBinary),
    column("key_id", LargeBinary),
    column("sealed", LargeBinary),
    column("dedupe", Mark),
)
RAW_KEY = table(
    "data_key",
    column("case", Id),
    column("subject", String),
    column("key_id", LargeBinary),
    column("kek_id", LargeBinary),
    column("wrapped", LargeBinary),
    column("destroyed_at", UtcDateTime),
)
RAW_HEAD = table("history_head", column("case", Id), column("seq", Integer), column("hash", LargeBinary))


def write_chain(session: Session, vault: Vault, case: str = CASE, length: int = 4) -> Head:
    """A case with `length` entries, a minute apart; the head after the last."""
    data_key = open_case(session, vault=vault, case=case)
    head = GENESIS
    for number in range(1, length + 1):
        head = append(
            session,
            vault=vault,
            log=LOG,
            case=case,
            head=head,
            at=NINE + timedelta(minutes=number),
            kind="started" if number == 1 else "completed",
            definition=DEFINITION,
            engine=ENGINE,
            fields={**FIELDS, "facts/age": number},
            data_key=data_key,
            dedupe=f"task:Process_adoption/Activity_review#{number}",
        )
    return head
