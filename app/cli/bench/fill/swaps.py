"""Words of a pattern and what stands in their place."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

Swaps: TypeAlias = Sequence[tuple[bytes, bytes]]


def swapped(text: bytes, swaps: Swaps) -> bytes:
    for old, new in swaps:
        text = text.replace(old, new)
    return text


def with_people(row: Mapping[str, Any], people: Mapping[str, str]) -> dict[str, Any]:
    """A row in which other people act."""
    return {name: people.get(value, value) if isinstance(value, str) else value for name, value in row.items()}
