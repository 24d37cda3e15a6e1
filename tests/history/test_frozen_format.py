"""Bytes written once and for all: when one of these fails, old records can no longer be proved. Never adjust them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.history import GENESIS, Head, read_events
from app.history.commitments import field_hash, root_of, salts, tree_root
from app.history.event import body_bytes, event_hash
from app.history.fields import open_fields
from app.history.models import dedupe_mark
from app.vault import DataKey, Vault, WrappedKey
from tests.history import second_reading
from tests.history.chains import CASE, DEFINITION, ENGINE, LOG, NINE, RAW_EVENT, write_chain

EVENT_KEY = bytes(range(16))
FIELDS = {
    "actor": "nongxiaolan",
    "facts/age": 3,
    "payload/\U00020bb7意见": "同意",
    "payload/\ufb33": None,
    "effects": {"left": ["Activity_review"], "facts": {}},
}
ROOT = "4deda0eac187b6870238ffd874c869926224cf9216497d7d60341c98fa8842b2"
BODY = (
    b'{"at":"2026-11-23T01:00:00.123456Z","case":"7d1f7b8e-4f0a-4a43-9d0f-0c53a1a5e001",'
    b'"def":"5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d","eng":"3.2.0+b1","kind":"completed",'
    b'"log":"banyan-test","n":5,"prev":"abababababababababababababababababababababababababababababababab",'
    b'"root":"4deda0eac187b6870238ffd874c869926224cf9216497d7d60341c98fa8842b2","seq":7,"v":1}'
)
HASH = "bf272f0a78177f376ee552f4aaf5f3aa58b9f4cba8e8e1425c7478ecb4f1665b"
WRAPPED = WrappedKey(
    "c30becdf3f1ea7f8",
    "1dbfcc30",
    bytes.fromhex("018b5ff43bce90a13a9bd38ee72b9fb88ee8fcc3556586830b7c5a700ab8d267004ebdbf9cdc501f5eec292a9a"),
)
SEALED = bytes.fromhex(
    "014ec0f50f00d1b9d04f7aec6fb020ba55f7329c88a1ed9ce397d22402574ea2a322c53d7371d66480735074ff9de250d6fd5b2fcfe339d0"
    "68eec5e598a19737cb46781641157ed2d60e612aca340518015ad1c0baf08164f1a913491fe9299dc1d93253471c052711042fcf95ae11d8"
    "d44ec26f"
)
"""Of the first format; still read."""
WITH_DIGESTS = FIELDS | {
    "state": "m1:" + "9f" * 32,
    "evidence": ["7d1f7b8e-4f0a-4a43-9d0f-0c53a1a5e001:" + "0a" * 32],
}
SEALED_2 = bytes.fromhex(
    "0199ebcbc0f6b0b94d34748d7aeb4838a2cb84f2960654907efb9fe5d685f0a8e7183b5201749b4f58398af817006e4bfabae060e8836eaf"
    "1367808b42dd0ccdb48e68ed34cdf5ebba5d9aee96fa155f25c7c72a7fcc82b9f5e657e6e365f2190e10727a1d0940e4089af329a8aae053"
    "8d7e9262e76ed6274430533635b1ac8876856049ca55cbd3aae55cb4e00d9d4f321cc4b34694880695faff993ba4141f063a8a97205699ba"
    "bd5552b71fc7e2462208fc963c1148571983ba2a5b24e4735aa7fe6452664d592f7ea1f64f"
)
"""Of the second: `WITH_DIGESTS`, digests and UUIDs behind the deflated text."""


def test_the_second_reading_computes_sm3_as_the_standard_does() -> None:
    assert second_reading.sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert second_reading.sm3(b"abcd" * 16).hex() == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"


def test_the_root_over_the_fields() -> None:
    assert root_of(EVENT_KEY, FIELDS) == ROOT == second_reading.root(EVENT_KEY, FIELDS)


def test_a_root_over_no_fields_is_the_hash_of_nothing() -> None:
    assert root_of(EVENT_KEY, {}) == second_reading.sm3(b"").hex()


def test_the_body_and_its_hash() -> None:
    body = body_bytes(
        log=LOG, case=CASE, head=Head(6, "ab" * 32), at=NINE, kind="completed", definition=DEFINITION, engine=ENGINE,
        n=5, root=ROOT,
    )  # fmt: skip
    assert body == BODY
    assert event_hash(body) == HASH == second_reading.event_hash(BODY)


def test_the_first_entry_names_sixty_four_zeros() -> None:
    assert Head(0, "0" * 64) == GENESIS


def test_the_tree_has_the_shape_of_rfc_9162_for_every_small_number_of_leaves() -> None:
    leaves = [second_reading.sm3(bytes([number])) for number in range(20)]
    for count in range(1, 21):
        assert tree_root(leaves[:count]) == second_reading.tree(leaves[:count])


def test_a_log_may_be_begun_with_sha256() -> None:
    assert event_hash(BODY, "sha256") == "197b268638cd1d4e8eb1f5fe60e9614d4d2ecfa02cccce2b35cfd629a7c50888"
    assert root_of(EVENT_KEY, FIELDS, "sha256") != ROOT


def test_a_single_field_is_shown_with_its_salt_alone() -> None:
    salt = salts(EVENT_KEY, ["facts/age"])["facts/age"]
    assert salt == second_reading.hmac_sm3(EVENT_KEY, b"saltfacts/age")[:16]
    assert field_hash(salt, "facts/age", 3) == second_reading.sm3(b"\x00F1" + salt + b'["facts/age",3]')


def test_what_was_sealed_at_rest_still_opens(vault: Vault) -> None:
    data_key = vault.open_data_key(CASE, "", WRAPPED)
    assert data_key == DataKey("c30becdf3f1ea7f8", bytes.fromhex("0e2238e3481c2b29adc334dd067309a5"))
    opened = open_fields(vault, data_key, SEALED, log=LOG, case=CASE, seq=7)
    assert (opened.event_key, opened.dedupe, opened.fields) == (EVENT_KEY, "task:A#1", FIELDS)
    opened = open_fields(vault, data_key, SEALED_2, log=LOG, case=CASE, seq=7)
    assert (opened.event_key, opened.dedupe, opened.fields) == (EVENT_KEY, "task:A#1", WITH_DIGESTS)


def test_the_mark_of_a_dedupe_key() -> None:
    assert dedupe_mark(CASE, "task:A#1") == second_reading.sm3(f'["{CASE}","task:A#1"]'.encode())[:16]
    assert dedupe_mark(CASE, None) is None


def test_a_stored_chain_is_what_the_second_reading_computes(session: Session, vault: Vault) -> None:
    head = write_chain(session, vault, length=3)
    bodies = session.execute(select(RAW_EVENT.c.body).order_by(RAW_EVENT.c.seq)).scalars().all()
    hashes = [second_reading.event_hash(second_reading.unpacked(bytes(body))) for body in bodies]
    events = read_events(session, vault, CASE)
    assert [event.hash for event in events] == hashes
    assert [event.prev for event in events] == ["0" * 64, *hashes[:-1]]
    assert head.hash == hashes[-1]
