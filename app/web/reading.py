"""Reading what the browser sent."""

from flask import request


def page_number() -> int:
    """`?page=`, from 1; anything else is the first page."""
    text = request.args.get("page", "1")
    return min(int(text), 100_000) if text.isascii() and text.isdigit() and text != "0" * len(text) else 1


def posted() -> list[tuple[str, str]]:
    """Name and value of every posted field, in order of their names' first appearance."""
    return list(request.form.items(multi=True))
