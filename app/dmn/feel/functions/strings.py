"""Texts (DMN 1.5 §10.3.4.3). Positions are code points, from 1; patterns run in a linear-time engine."""

from decimal import Decimal
from functools import lru_cache
from typing import Any

import re2

from app.dmn.feel import limits
from app.dmn.feel.functions.signature import row
from app.dmn.feel.limits import Meter
from app.dmn.feel.values import Value

READING = 200
"""Steps to read a short pattern; half a step more for each instruction of its program."""
REFUSED = 10_000
"""Instructions counted for a pattern that is refused: finding that out is work too."""
WALKED = 256
"""Characters times instructions in one step."""


def substring(meter: Meter, string: str, start_position: Decimal, length: Decimal | None = None) -> Value:
    """From a position, counted from the end when negative."""
    start = int(start_position)
    if start == 0 or abs(start) > len(string) or (length is not None and length < 1):
        return "" if length is None or length < 1 else None
    first = start - 1 if start > 0 else len(string) + start
    return string[first:] if length is None else string[first : first + min(int(length), len(string))]


def before(meter: Meter, string: str, match: str) -> str:
    """What stands before the first match; empty without one."""
    head, found, _ = string.partition(match) if match else ("", "", "")
    return head if found else ""


def after(meter: Meter, string: str, match: str) -> str:
    """What stands after the first match; empty without one."""
    return string.partition(match)[2] if match else string


@lru_cache(maxsize=512)
def compiled(pattern: str, flags: str) -> Any:
    """The pattern in RE2, or None when it is too long, has unknown flags, or asks for what RE2 refuses."""
    if len(pattern) > limits.PATTERN or not set(flags) <= set("smixq"):
        return None
    if "q" in flags:
        pattern = re2.escape(pattern)
    elif "x" in flags:
        pattern = "".join(pattern.split())
    inner = "".join(flag for flag in "smi" if flag in flags)
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 19
    try:
        return re2.compile(f"(?{inner})(?:{pattern})" if inner else pattern, options)
    except re2.error:
        return None


def pattern_of(meter: Meter, pattern: str, flags: str, text: str) -> Any:
    """The pattern, paid for: once for reading it, and each time for the product of its length and the text's, which is
    what a linear-time matcher may need. Null where RE2 refuses it."""
    found = compiled(pattern, flags)
    size = REFUSED if found is None else found.programsize
    if (pattern, flags) not in meter.patterns:
        meter.patterns.add((pattern, flags))
        meter.spend(READING + size // 2)
    meter.spend(size * len(text) // WALKED)
    return found


def matches(meter: Meter, input: str, pattern: str, flags: str | None = None) -> Value:
    """Whether the pattern is found anywhere."""
    found = pattern_of(meter, pattern, flags or "", input)
    if found is None:
        return meter.note("正则表达式写法不受支持")
    return found.search(input) is not None


def replace(meter: Meter, input: str, pattern: str, replacement: str, flags: str | None = None) -> Value:
    """Every match replaced; `$1` is the first group."""
    found = pattern_of(meter, pattern, flags or "", input)
    if found is None or found.search("") is not None:
        return meter.note("正则表达式写法不受支持，或会匹配空文字")
    pieces, end, size = [], 0, 0
    for match in found.finditer(input):
        meter.spend()
        piece = replacement if "q" in (flags or "") else filled(replacement, match)
        pieces += [input[end : match.start()], piece]
        end, size = match.end(), size + len(piece)
        meter.text(size)
    return "".join(pieces) + input[end:]


def filled(replacement: str, match: Any) -> str:
    r"""The replacement with `$0`…`$9`, `\$` and `\\` read."""
    parts, place = [], 0
    while place < len(replacement):
        char, following = replacement[place], replacement[place + 1 : place + 2]
        if char == "$" and following in set("0123456789"):
            group = int(following)
            parts.append((match.group(group) or "") if group <= match.re.groups else "")
            place += 2
        elif char == "\\" and following in ("$", "\\"):
            parts.append(following)
            place += 2
        else:
            parts.append(char)
            place += 1
    return "".join(parts)


def split(meter: Meter, string: str, delimiter: str) -> Value:
    """The pieces between matches of the pattern."""
    found = pattern_of(meter, delimiter, "", string)
    if found is None or found.search("") is not None:
        return meter.note("分隔符写法不受支持，或会匹配空文字")
    pieces, end = [], 0
    for match in found.finditer(string):
        pieces.append(string[end : match.start()])
        end = match.end()
    meter.items(len(pieces) + 1)
    return [*pieces, string[end:]]


def join(meter: Meter, list: list[Value], delimiter: str | None = None) -> Value:
    """The texts of a list, nulls left out."""
    texts = [item for item in list if item is not None]
    if not all(isinstance(text, str) for text in texts):
        return meter.note("string join 的列表里有不是文字的项")
    gap = delimiter or ""
    meter.text(sum(map(len, texts)) + len(gap) * len(texts))
    return gap.join(texts)


ROWS = (
    row("substring", "string: string, start position: number, length?: number|null", substring),
    row("string length", "string: string", lambda meter, string: Decimal(len(string))),
    row("upper case", "string: string", lambda meter, string: string.upper()),
    row("lower case", "string: string", lambda meter, string: string.lower()),
    row("trim", "string: string", lambda meter, string: string.strip()),
    row("substring before", "string: string, match: string", before),
    row("substring after", "string: string, match: string", after),
    row("contains", "string: string, match: string", lambda meter, string, match: match in string),
    row("starts with", "string: string, match: string", lambda meter, string, match: string.startswith(match)),
    row("ends with", "string: string, match: string", lambda meter, string, match: string.endswith(match)),
    row("matches", "input: string, pattern: string, flags?: string|null", matches),
    row("replace", "input: string, pattern: string, replacement: string, flags?: string|null", replace),
    row("split", "string: string, delimiter: string", split),
    row("string join", "list: list, delimiter?: string|null", join),
)
