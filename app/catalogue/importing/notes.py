"""What was changed on the way in: one finding for each change, with what stands there now and what its author can do."""

from typing import Any

from app.characters import shown
from app.engine.model import Finding

NOTICE = "notice"
"""Severity of a finding that stops nothing."""


class Notes:
    """The findings of one import, in the order of the changes."""

    def __init__(self) -> None:
        self.found: list[Finding] = []

    def add(self, element: Any, code: str, message: str, remedy: str) -> None:
        """A change at an element (or at the whole file: None)."""
        known = (element.get("id") or "", element.get("name") or "") if element is not None else ("", "")
        name = " ".join(known[1].split())
        self.found.append(Finding(shown(known[0], 120), shown(name, 120), code, message, remedy, NOTICE))


def quoted(text: str | None, length: int = 60) -> str:
    """A text of the author inside a sentence."""
    flat = " ".join((text or "").split())
    return shown(flat, length) + ("…" if len(flat) > length else "")
