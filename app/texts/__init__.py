"""The Chinese sentence for every refusal: what happened, where, and what to do.

Each room keeps its own table in a file of this package; a code stands in one of them only.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from app.characters import shown
from app.errors import Refusal


@cache
def _load() -> dict[str, str]:
    """All tables in one, whole before anybody reads it: two requests may be the first at the same moment."""
    sentences: dict[str, str] = {}
    for module in iter_modules(__path__):
        table: dict[str, str] = import_module(f"{__name__}.{module.name}").SENTENCES
        twice = sentences.keys() & table.keys()
        if twice:
            raise RuntimeError(f"refusal codes defined twice: {sorted(twice)}")
        sentences |= table
    return sentences


def sentence(refusal: Refusal) -> str:
    """What a person reads. Raises KeyError for a code nobody wrote a sentence for (a test finds those)."""
    return _load()[refusal.code].format_map({name: _plain(value) for name, value in refusal.params.items()})


def _plain(value: Any) -> Any:
    """What a sentence quotes hides and reverses nothing in it (abuse case 19)."""
    return shown(value, len(value)) if isinstance(value, str) else value


def known_codes() -> set[str]:
    return set(_load())
