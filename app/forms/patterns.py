"""Patterns written by authors of forms, run on RE2 only: time linear in the text (abuse case 17)."""

import re
from functools import lru_cache

import re2

PATTERN_LENGTH = 200
WALKED = 6_000_000
"""Characters of the longest answer times instructions of the pattern: what a linear-time matcher may need in all."""
_ESCAPED_UNIT = re.compile(r"(?<!\\)((?:\\\\)*)\\u([0-9A-Fa-f]{4})")


class PatternRefused(ValueError):
    """The pattern is too long, or RE2 does not take it; the message says which."""


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> "re2._Regexp":
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 19
    return re2.compile(_ESCAPED_UNIT.sub(r"\1\\x{\2}", pattern), options)


def check_pattern(pattern: str, longest: int) -> None:
    """Raises PatternRefused unless RE2 can run `pattern` soon enough. JavaScript's \\uXXXX is understood.

    Args:
        longest: characters of an answer.
    """
    if len(pattern) > PATTERN_LENGTH:
        raise PatternRefused(f"超过 {PATTERN_LENGTH} 个字符")
    try:
        size = _compiled(pattern).programsize
    except (re2.error, UnicodeError) as problem:
        raise PatternRefused(_words(problem)) from problem
    if size * longest > WALKED:
        raise PatternRefused(f"重复次数太多，请减少，或把最长字数（maxLength）减到 {WALKED // size} 以下")


def found(pattern: str, text: str) -> bool:
    """Whether `pattern` matches anywhere in `text`, as form-js does; `$` is the very end, `\\d` is ASCII."""
    return _compiled(pattern).search(text) is not None


def _words(problem: Exception) -> str:
    said = problem.args[0] if problem.args else ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
