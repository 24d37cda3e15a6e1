"""A stored chain with an entry of every kind, frozen as raw rows: it must be readable and provable for ever.

Whoever adds a kind adds it to `every_kind.FIELDS` and freezes one more file beside `chain-1.json` with
`python -m tests.history.freeze`; nobody ever changes one that is there.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.history import Head, read_events, verify_all
from app.history.fields import FIRST_WORDS, WORDS
from app.vault import Vault
from tests.history import second_reading, second_sealing
from tests.history.chains import CASE, LOG, RAW_EVENT, RAW_KEY
from tests.history.every_kind import FIELDS, kinds_in_the_program, write_every_kind

FIXTURES = Path(__file__).parent / "fixtures"
FROZEN = sorted(FIXTURES.glob("chain-*.json"))
VAULT_KEY = "a vault key of this test, long enough"
ERASED = "phoned"
"""Its content is gone: it stood under the key of the subject that was erased."""
Rows = dict[str, list[dict[str, Any]]]


def frozen(path: Path) -> Rows:
    return json.loads(path.read_text("utf-8"))  # type: ignore[no-any-return]


def thawed(rows: Rows, name: str) -> list[dict[str, Any]]:
    """Hex to bytes, texts to instants."""
    made = []
    for row in rows[name]:
        told = {
            column: bytes.fromhex(value["hex"]) if isinstance(value, dict) else value for column, value in row.items()
        }
        for column in ("at", "destroyed_at"):
            if isinstance(told.get(column), str):
                told[column] = datetime.fromisoformat(told[column])
        made.append(told)
    return made


def rows_of(session: Session) -> Rows:
    """Stored rows as they would be frozen."""

    def plain(value: Any) -> Any:
        if isinstance(value, bytes | memoryview):
            return {"hex": bytes(value).hex()}
        return value.isoformat() if isinstance(value, datetime) else value

    return {
        table.name: [
            {name: plain(value) for name, value in row._mapping.items()}
            for row in session.execute(select(table).order_by(*list(table.c)[:2]))
        ]
        for table in (RAW_EVENT, RAW_KEY)
    }


def second_look(rows: Rows) -> dict[str, dict[str, Any] | None]:
    """Check the whole chain without the program: kind → fields, None where the content was destroyed."""
    keys = {row["key_id"]: row for row in thawed(rows, "data_key")}
    prev, found = "0" * 64, {}
    for seq, row in enumerate(thawed(rows, "history_event"), 1):
        text = second_reading.unpacked(row["body"])
        body = json.loads(text)
        assert second_reading.written(body) == text
        assert set(body) == {"v", "log", "case", "seq", "prev", "at", "kind", "def", "eng", "n", "root"}
        assert (body["v"], body["log"], body["prev"]) == (1, LOG, prev)
        assert (
            (row["case"], row["seq"], row["kind"])
            == (body["case"], body["seq"], body["kind"])
            == (CASE, seq, row["kind"])
        )
        assert row["at"].isoformat(timespec="microseconds").replace("+00:00", "Z") == body["at"]
        prev = second_reading.event_hash(text)
        assert prev == row["hash"].hex()
        key = keys[row["key_id"]]
        found[row["kind"]] = None if key["wrapped"] is None else _content(row, body, key)
    return found


def _content(row: dict[str, Any], body: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:
    key_id, kek_id = key["key_id"].hex(), key["kek_id"].hex()
    opened = second_sealing.data_key(VAULT_KEY, CASE, key["subject"], key_id, kek_id, key["wrapped"])
    event_key, content = second_sealing.fields(opened, row["sealed"], LOG, CASE, row["seq"], key_id)
    fields = content["fields"]
    assert (len(fields), second_reading.root(event_key, fields)) == (body["n"], body["root"])
    marked = second_reading.written([CASE, content["dedupe"]])
    assert row["dedupe"] == (None if content["dedupe"] is None else second_reading.sm3(marked)[:16])
    return dict(fields)


@pytest.mark.parametrize("path", FROZEN, ids=lambda path: path.name)
def test_a_second_reading_without_the_program_finds_everything_in_order(path: Path) -> None:
    found = second_look(frozen(path))
    assert found.pop(ERASED) is None
    erased = found.pop("erased") or {}
    assert erased["payload/second_person"] == "p-9" and len(erased["effects"]["destroyed"]) == 1
    assert found == {kind: fields for kind, fields in FIELDS.items() if kind in found}


@pytest.mark.parametrize("path", FROZEN, ids=lambda path: path.name)
def test_the_program_reads_and_proves_what_was_frozen(session: Session, vault: Vault, path: Path) -> None:
    rows = frozen(path)
    for table in (RAW_EVENT, RAW_KEY):
        session.execute(insert(table), thawed(rows, table.name))
    events = read_events(session, vault, CASE)
    report = verify_all(session, vault=vault, log=LOG, heads={CASE: Head(events[-1].seq, events[-1].hash)})
    assert (report.holds, report.events, report.erased) == (True, len(events), 1)
    found = {event.kind: event.fields for event in events if event.kind in FIELDS and event.kind != ERASED}
    assert len(found) > 20 and found == {kind: FIELDS[kind] for kind in found}


def test_every_kind_that_the_program_writes_is_frozen() -> None:
    known = {row["kind"] for path in FROZEN for row in frozen(path)["history_event"]}
    assert kinds_in_the_program() - known == set()


def test_what_is_written_today_passes_the_same_second_reading(session: Session, vault: Vault) -> None:
    write_every_kind(session, vault)
    found = second_look(rows_of(session))
    assert {kind: fields for kind, fields in found.items() if kind in FIELDS and kind != ERASED} == {
        kind: fields for kind, fields in FIELDS.items() if kind != ERASED
    }


def test_a_second_reading_notices_a_changed_byte_of_the_blob() -> None:
    rows = frozen(FROZEN[0])
    sealed = rows["history_event"][1]["sealed"]
    sealed["hex"] = sealed["hex"][:60] + f"{int(sealed['hex'][60], 16) ^ 1:x}" + sealed["hex"][61:]
    with pytest.raises(second_sealing.Broken):
        second_look(rows)


def test_the_usual_words_are_frozen_with_the_format() -> None:
    assert {1: FIRST_WORDS, 2: WORDS} == second_sealing.WORDS


def test_the_second_sm4_is_that_of_the_standard() -> None:
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    assert second_sealing.sm4(key, key).hex() == "681edf34d206965e86b3e94f536e4246"
