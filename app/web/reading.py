"""Reading what the browser sent."""

from datetime import date

from flask import request

OWN = frozenset({"csrf_token", "nonce"})


def page_number() -> int:
    """`?page=`, from 1; anything else is the first page."""
    text = request.args.get("page", "1")
    return max(int(text), 1) if len(text) <= 6 and text.isascii() and text.isdigit() else 1


def posted() -> list[tuple[str, str]]:
    """Name and value of every posted field of the form; what the page itself sends along is left out."""
    return [pair for pair in request.form.items(multi=True) if pair[0] not in OWN]


def day_or_none(text: str) -> date | None:
    """The day of a date field; None for none and for what is no day, where the act says that one is needed."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
