"""Edits of a file as bytes: what a broken disk, a cut transfer or a stranger's editor leaves."""

from collections.abc import Callable

from hypothesis import strategies as st

from tests.fuzz.odd import NASTY

Edit = tuple[str, int, int, bytes]
"""What is done, two places (taken modulo the length), and what is put in."""
LONGEST = 3 * 1024 * 1024


def _insert(data: bytes, a: int, b: int, nasty: bytes) -> bytes:
    return data[:a] + nasty + data[a:]


def _replace(data: bytes, a: int, b: int, nasty: bytes) -> bytes:
    return data[:a] + nasty + data[a + len(nasty) :]


def _delete(data: bytes, a: int, b: int, nasty: bytes) -> bytes:
    return data[:a] + data[max(a, b) :]


def _double(data: bytes, a: int, b: int, nasty: bytes) -> bytes:
    return data[: max(a, b)] + data[a:]


def _swap(data: bytes, a: int, b: int, nasty: bytes) -> bytes:
    a, b = sorted((a, b))
    middle = (a + b) // 2
    return data[:a] + data[middle:b] + data[a:middle] + data[b:]


def _cut(data: bytes, a: int, b: int, nasty: bytes) -> bytes:
    return data[:a]


def _flip(data: bytes, a: int, b: int, nasty: bytes) -> bytes:
    return data[:a] + bytes(one ^ (1 << b % 8) for one in data[a : a + 1]) + data[a + 1 :]


def _recode(data: bytes, a: int, b: int, nasty: bytes) -> bytes:
    """The same text in another encoding."""
    name = ("utf-16", "utf-16-le", "gb18030", "utf-8-sig", "latin-1", "utf-32")[a % 6]
    return data.decode("utf-8", "replace").encode(name, "replace")


KINDS: dict[str, Callable[[bytes, int, int, bytes], bytes]] = {
    "insert": _insert, "replace": _replace, "delete": _delete, "double": _double, "swap": _swap, "cut": _cut,
    "flip": _flip, "recode": _recode,
}  # fmt: skip
EDITS = st.lists(
    st.tuples(st.sampled_from(sorted(KINDS)), st.integers(0, 2**16), st.integers(0, 2**16), st.sampled_from(NASTY)),
    max_size=3,
)


def edited(data: bytes, edits: list[Edit]) -> bytes:
    for kind, a, b, nasty in edits:
        size = len(data) + 1
        data = KINDS[kind](data, a * 7919 % size, b * 104729 % size, nasty)[:LONGEST]
    return data
