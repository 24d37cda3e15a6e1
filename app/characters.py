"""Characters nobody types on purpose: they hide, reverse or cut what a reader sees (abuse case 19)."""

import unicodedata

BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
LINES = frozenset("\n\t")


def unseen(text: str, *, lines: bool = False) -> str | None:
    """The first control character, bidirectional override or half surrogate, as `U+202E`; None when there is none.

    With `lines`, line feed and tab are allowed. Private-use characters pass: rare surnames still live there.
    """
    for character in text:
        if lines and character in LINES:
            continue
        if character in BIDI or unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}:
            return f"U+{ord(character):04X}"
    return None


def shown(text: str, length: int = 64) -> str:
    """`text` safe to name in a sentence: unseen characters written out, cut to `length`."""
    return "".join(c if unseen(c) is None else f"[{unseen(c)}]" for c in text[:length])
