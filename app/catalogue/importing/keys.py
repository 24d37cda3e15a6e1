"""The key of an imported process: what its author says, else what can be made of the name of the file."""

import re2

from app.errors import Refusal

KEY = re2.compile(r"[a-z0-9_][a-z0-9_-]{1,62}")
OTHER = re2.compile(r"[^a-z0-9_]+")


def check_key(key: str) -> str:
    """Raises Refusal: `process_key` (422)."""
    if KEY.fullmatch(key) is None:
        raise Refusal("process_key", 422, {"key": key[:70]})
    return key


def key_for(name: str) -> str:
    """A key for a file of that name, without folder and ending; `imported` where nothing of it can be used."""
    made = OTHER.sub("-", name.lower()).strip("-")[:60].strip("-")
    return made if KEY.fullmatch(made) else "imported"
