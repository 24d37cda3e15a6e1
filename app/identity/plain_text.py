"""Text from a request made fit for the database: no control, direction or broken characters (abuse case 19)."""

import unicodedata


def plain(text: str, longest: int) -> str:
    """The text without characters of the Unicode categories C (line feeds stay), trimmed and cut to `longest`."""
    kept = "".join(c for c in text[: longest * 2] if c == "\n" or unicodedata.category(c)[0] != "C")
    return kept.strip()[:longest]
