"""Refusals: every "no" of the program is one of these, and both doors answer from it.

The sentence is made by `app.texts`, so that a page and the API say the same words.
"""

import traceback
from collections.abc import Mapping
from typing import Any


class Refusal(Exception):
    """A request that is refused.

    Args:
        code: the key of its sentence in `app.texts`.
        status: the HTTP status both doors answer with.
        params: what the sentence names.
        fields: per form field, its sentence (RFC 9457 extension member `fields`).
    """

    def __init__(
        self,
        code: str,
        status: int = 422,
        params: Mapping[str, Any] | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.params = dict(params or {})
        self.fields = dict(fields or {})


def not_found() -> Refusal:
    """Absent, or not to be seen: the same answer (abuse case 1)."""
    return Refusal("not_found", 404)


def traced(problem: BaseException) -> str:
    """Class and lines of a fault for the log. Its text is left out: it may quote what somebody filled in."""
    lines = "".join(traceback.format_tb(problem.__traceback__))
    return f"{type(problem).__name__}\n{lines}".rstrip()
