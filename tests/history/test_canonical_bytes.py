"""One value, one sequence of bytes."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.history.canonical import INTEGER_LIMIT, CanonRefused, canon, instant_text, parse
from tests.history.second_reading import written

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-INTEGER_LIMIT, INTEGER_LIMIT) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
@settings(max_examples=200, deadline=None)
def test_a_value_comes_back_from_its_bytes_and_gives_the_same_bytes(value: object) -> None:
    raw = canon(value)
    assert parse(raw) == value
    assert canon(parse(raw)) == raw
    assert raw == written(value)


def test_keys_beyond_the_basic_plane_sort_by_utf16_code_units() -> None:
    raw = canon({"\ufb33": 1, "\U00020bb7": 2, "é": 3, "a": 4})
    assert list(json.loads(raw)) == ["a", "é", "\U00020bb7", "\ufb33"]
    assert sorted(json.loads(raw)) != list(json.loads(raw))


def test_strings_are_written_as_rfc_8785_writes_them() -> None:
    assert canon("€$\x0f\nA'B\"\\/\x7f\u2028") == '"€$\\u000f\\nA\'B\\"\\\\/\x7f\u2028"'.encode()


def test_text_is_not_normalised() -> None:
    assert canon("é") != canon("e\u0301")


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        Decimal("1.50"),
        date(2026, 11, 23),
        datetime(2026, 11, 23, tzinfo=UTC),
        INTEGER_LIMIT + 1,
        -INTEGER_LIMIT - 1,
        "\ud83d",
        {"\udc00": 1},
        {1: "a"},
        {None: "a"},
        b"raw",
        {"a"},
        StrEnum("Kind", ["A"]).A,
    ],
    ids=repr,
)
def test_what_is_outside_the_domain_has_no_bytes(value: object) -> None:
    for holder in (value, [value], {"inner": value}):
        with pytest.raises(CanonRefused):
            canon(holder)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":1,"a":1}',
        b'{"a":{"b":1,"\\u0062":2}}',
        b"1.0",
        b"1e2",
        b"-0.0",
        b"NaN",
        b"-Infinity",
        b"9007199254740992",
        b"9" * 5000,
        b'"\\ud83d"',
        b'{"\\udc00":1}',
        b"\xed\xa0\x80",
        b'"\xff"',
        b"\xef\xbb\xbf{}",
        b"{} {}",
        b"",
        b'"a\nb"',
        b"[" * 100_000,
    ],
    ids=lambda raw: repr(raw[:20]),
)
def test_what_cannot_have_been_written_is_not_read(raw: bytes) -> None:
    with pytest.raises(CanonRefused):
        parse(raw)


@pytest.mark.parametrize("raw", [b'{"b":1,"a":2}', b'{ "a":1}', b'"\\u0041"', b"-0", b'"\\/"', b"[1, 2]"])
def test_another_spelling_is_read_but_is_not_canonical(raw: bytes) -> None:
    assert canon(parse(raw)) != raw


def test_an_escaped_pair_of_surrogates_is_one_character() -> None:
    assert parse(b'"\\ud842\\udfb7"') == "\U00020bb7"


def test_sixty_four_levels_are_the_most() -> None:
    value: object = 1
    for _ in range(64):
        value = [value]
    assert canon(value).count(b"[") == 64
    with pytest.raises(CanonRefused):
        canon([value])


def test_an_instant_is_written_in_utc_with_six_digits() -> None:
    shanghai = timezone(timedelta(hours=8))
    assert instant_text(datetime(2026, 11, 23, 9, 0, tzinfo=shanghai)) == "2026-11-23T01:00:00.000000Z"
    with pytest.raises(CanonRefused):
        instant_text(datetime(2026, 11, 23, 9, 0))  # noqa: DTZ001
