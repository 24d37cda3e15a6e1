"""Fields at rest: whatever was sealed comes back, digests and UUIDs take half their digits, and cut bytes do not open."""

from hashlib import sha256
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.history.fields import FORMAT, Opened, open_fields, seal_fields
from app.vault import DataKey, SealBroken, Vault, bind
from tests.history.chains import CASE, LOG

VAULT = Vault("a vault key of a test, long enough to be one", "an index key of a test, long enough too")
KEY = DataKey("c30becdf3f1ea7f8", bytes(range(16)))
EVENT_KEY = bytes(range(16))


def sealed(fields: dict, dedupe: str | None = "task:A#1") -> bytes:
    return seal_fields(VAULT, KEY, Opened(EVENT_KEY, dedupe, fields), log=LOG, case=CASE, seq=3)


def opened(blob: bytes) -> dict:
    return dict(open_fields(VAULT, KEY, blob, log=LOG, case=CASE, seq=3).fields)


hexadecimal = st.text("0123456789abcdef", min_size=1, max_size=140)
texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"])),
    hexadecimal,
    hexadecimal.map(str.upper),
    st.uuids().map(str),
    st.lists(st.one_of(st.uuids().map(str), hexadecimal), max_size=4).map(":".join),
)


@given(st.dictionaries(texts, st.one_of(texts, st.none(), st.integers(-9, 9)), max_size=6))
def test_whatever_was_sealed_comes_back(fields: dict) -> None:
    assert opened(sealed(fields)) == fields


def test_a_digest_takes_32_bytes_and_a_uuid_16() -> None:
    digests = {str(n): sha256(bytes([n])).hexdigest() for n in range(20)}
    people = {str(n): str(uuid5(NAMESPACE_URL, str(n))) for n in range(20)}
    assert len(sealed(digests)) - len(sealed(dict.fromkeys(digests, "f" * 64))) == 0
    assert len(sealed(digests)) - len(sealed(people)) == 20 * (32 - 16)


def test_a_uuid_in_other_letters_is_left_alone() -> None:
    fields = {"one": str(UUID(int=2**127)).upper(), "two": UUID(int=2**127).hex, "three": f"{{{UUID(int=1)}}}"}
    assert opened(sealed(fields)) == fields


@pytest.mark.parametrize(("cut", "more"), [(1, b""), (32, b""), (0, b"\x00")])
def test_bytes_missing_or_left_over_do_not_open(cut: int, more: bytes) -> None:
    place = bind(LOG, CASE, "3", KEY.id)
    plain = VAULT.open(KEY, sealed({"calendar": "ab" * 32}), place)
    assert plain[:1] == FORMAT
    with pytest.raises(SealBroken):
        opened(VAULT.seal(KEY, plain[: len(plain) - cut] + more, place))


def test_an_unknown_format_does_not_open() -> None:
    place = bind(LOG, CASE, "3", KEY.id)
    with pytest.raises(SealBroken):
        opened(VAULT.seal(KEY, b"\x03" + EVENT_KEY, place))
