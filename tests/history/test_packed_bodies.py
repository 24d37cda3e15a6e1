"""A body at rest: the text comes back letter by letter, from its own packing alone, and old rows read as they are."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.columns import id_bytes, id_text
from app.history.canonical import canon
from app.history.packed import pack, unpack
from tests.history import second_reading

BODY = {
    "v": 1, "log": "banyan", "case": "0198" + "5c" * 14, "seq": 7, "prev": "ab" * 32, "at": "2026-11-26T16:42:31.588274Z",
    "kind": "completed", "def": "5d" * 32, "eng": "spiff-3.2.0+b1", "n": 12, "root": "0f" * 32,
}  # fmt: skip
PACKED = bytes.fromhex(
    "13" + "066130a13b05b2" + "0c" + "0007" + "ab" * 32 + "0f" * 32 + "5d" * 32 + "0198" + "5c" * 14 + "c080c1"
)

digests = st.text("0123456789abcdef", min_size=64, max_size=64)
words = st.one_of(st.sampled_from(["completed", "banyan", "", "sys/grants", "县局"]), st.text(max_size=140))
bodies = st.fixed_dictionaries(
    {
        "v": st.sampled_from([1, 1, 1, 2]),
        "log": words,
        "case": st.one_of(words, st.text("0123456789abcdef", min_size=32, max_size=32), st.uuids().map(str)),
        "seq": st.one_of(st.integers(0, 70_000), st.integers(-5, 2**53 - 1)),
        "prev": digests,
        "at": st.one_of(
            st.datetimes().map(lambda at: at.isoformat(timespec="microseconds") + "Z"),
            st.sampled_from(["2026-11-26T16:42:31Z", "2026-W48-4T16:42:31.000000Z", "20261126T164231.000000000Z"]),
        ),
        "kind": words,
        "def": st.one_of(st.just(""), digests, words),
        "eng": words,
        "n": st.integers(-1, 70_000),
        "root": st.one_of(digests, digests.map(str.upper)),
    }
)


def test_an_ordinary_body_takes_126_bytes_and_is_frozen() -> None:
    text = canon(BODY)
    assert pack(text) == PACKED and len(PACKED) == 126
    assert unpack(PACKED) == text == second_reading.unpacked(PACKED)


@given(bodies)
@example({**BODY, "at": "0001-01-01T00:00:00.000000Z"})
@example({**BODY, "at": "9999-12-31T23:59:59.999999Z"})
@example({**BODY, "n": 256})
@example({**BODY, "seq": 65_536})
def test_every_text_comes_back(body: dict) -> None:
    text = canon(body)
    assert unpack(pack(text)) == text == second_reading.unpacked(pack(text))


@given(st.binary(max_size=300))
def test_whatever_is_no_body_is_stored_and_read_as_it_is_or_comes_back(raw: bytes) -> None:
    assert pack(raw) == raw
    assert pack(unpack(raw)) == raw


@pytest.mark.parametrize("body", [BODY, {**BODY, "case": "sys/grants", "def": "", "eng": "", "kind": "granted"}])
def test_no_text_comes_from_two_packings(body: dict) -> None:
    stored = pack(canon(body))
    for place in range(len(stored)):
        for bit in range(8):
            other = stored[:place] + bytes([stored[place] ^ 1 << bit]) + stored[place + 1 :]
            assert unpack(other) != canon(body)
    for other in (stored + b"\x00", stored[:-1], stored + b"\x01"):
        assert unpack(other) == other


def test_what_was_stored_before_there_was_packing_is_read() -> None:
    text = canon(BODY)
    assert unpack(text) == text


@given(
    st.one_of(
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), st.uuids().map(lambda one: one.hex)
    )
)
@example("sys/definitions1")
@example("0123456789ABCDEF" * 2)
@example("01 23456789abcdef0123456789abcdef")
def test_a_name_comes_back_from_its_bytes(name: str) -> None:
    assert id_text(id_bytes(name)) == name


def test_an_id_takes_16_bytes_and_no_word_does() -> None:
    assert id_bytes("0f" * 16) == b"\x0f" * 16
    assert {len(id_bytes("x" * size)) for size in range(40)} == set(range(41)) - {16, 40}
