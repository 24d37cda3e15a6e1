"""Edits of a JSON file as a tree: members and items left out, doubled, swapped, renamed, put together from two files,
nested, and values of the wrong type."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

from tests.fuzz.odd import JSON, SMALL

Edit = tuple[str, int, int, Any, str]
"""What is done, two places among the nodes, a value of any type, an odd name."""
Place = tuple[Any, Any]
"""A node's holder, and its key or index there."""
MOST = 20_000


def places(value: Any) -> Iterator[Place]:
    waiting = [value]
    while waiting:
        holder = waiting.pop()
        for key in list(holder) if isinstance(holder, dict) else range(len(holder)) if isinstance(holder, list) else ():
            yield holder, key
            waiting.append(holder[key])


def _drop(at: Place, other: Place, odd: Any, name: str) -> None:
    del at[0][at[1]]


def _double(at: Place, other: Place, odd: Any, name: str) -> None:
    holder, key = at
    if isinstance(holder, list):
        holder.insert(key, deepcopy(holder[key]))
    else:
        holder[name] = deepcopy(holder[key])


def _many(at: Place, other: Place, odd: Any, name: str) -> None:
    holder, key = at
    if isinstance(holder, list):
        holder.extend(deepcopy(holder[key]) for _ in range(len(name) * 30))


def _swap(at: Place, other: Place, odd: Any, name: str) -> None:
    one, two = deepcopy(at[0][at[1]]), deepcopy(other[0][other[1]])
    at[0][at[1]] = two
    other[0][other[1]] = one


def _splice(at: Place, other: Place, odd: Any, name: str) -> None:
    at[0][at[1]] = deepcopy(other[0][other[1]])


def _rename(at: Place, other: Place, odd: Any, name: str) -> None:
    holder, key = at
    if isinstance(holder, dict):
        holder[other[1] if isinstance(other[1], str) else name] = holder.pop(key)


def _wrong(at: Place, other: Place, odd: Any, name: str) -> None:
    at[0][at[1]] = deepcopy(odd)


def _added(at: Place, other: Place, odd: Any, name: str) -> None:
    holder, key = at
    if isinstance(holder, dict):
        holder[other[1] if isinstance(other[1], str) else name] = deepcopy(odd)
    else:
        holder.insert(key, deepcopy(odd))


def _nest(at: Place, other: Place, odd: Any, name: str) -> None:
    """Inside copies of what holds it."""
    holder, key = at
    for _ in range(len(name) % 40):
        inner = {k: v for k, v in holder.items() if k != key} if isinstance(holder, dict) else []
        holder[key] = {**inner, key: holder[key]} if isinstance(holder, dict) else [holder[key]]


KINDS: dict[str, Callable[[Place, Place, Any, str], None]] = {
    "drop": _drop, "double": _double, "many": _many, "swap": _swap, "splice": _splice, "rename": _rename,
    "wrong": _wrong, "added": _added, "nest": _nest,
}  # fmt: skip
EDITS = st.lists(
    st.tuples(st.sampled_from(sorted(KINDS)), st.integers(0, 2**12), st.integers(0, 2**12), JSON, SMALL), max_size=5
)


def edited(seed: Any, other: Any, edits: list[Edit]) -> Any:
    """The value with the edits; `other` is where pieces of another file come from."""
    value = deepcopy(seed)
    for kind, a, b, odd, name in edits:
        here = list(places(value))
        if not here or len(here) > MOST:
            break
        elsewhere = list(places(other)) if kind == "splice" else here
        KINDS[kind](here[a % len(here)], elsewhere[b % len(elsewhere)], odd, name)
    return value
