"""A document for the file of a court: data and a template become a PDF/A, the same bytes for the same data and time.

The template is the program's own and reads nothing but its data and its pictures; data are text to it and never read as
its language (abuse case 18). Nothing is fetched.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import segno

from app.characters import BIDI, shown, unseen
from app.documents.alone import run_alone
from app.documents.set_pages import NO_CHARACTER, NO_FONT
from app.errors import Refusal

HERE = Path(__file__).parent
FONTS: Mapping[str, Sequence[str]] = {
    "body": (
        "FangSong", "仿宋", "FangSong_GB2312", "仿宋_GB2312", "STFangsong", "SimSun", "宋体", "STSong", "Songti SC",
        "Source Han Serif SC", "Noto Serif CJK SC", "Noto Serif SC", "Noto Sans CJK SC", "Source Han Sans SC",
        "Noto Sans SC", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "PingFang SC", "Microsoft YaHei",
    ),
    "head": ("SimHei", "黑体", "STHeiti", "Heiti SC", "Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC"),
    "title": ("FZXiaoBiaoSong-B05S", "方正小标宋简体", "SimSun", "STSong", "Source Han Serif SC", "Noto Serif CJK SC"),
    "digest": ("Noto Sans Mono CJK SC",),
}  # fmt: skip
"""By use, the first at hand is taken: 仿宋 for the text, 黑体 and 小标宋 for headings (GB/T 9704—2012 5.2.2, 7.3.1, 7.3.3)."""
LONG_RUN, PIECE = re.compile(r"[!-~]{25,}"), re.compile(r"[!-~]{24}(?=[!-~])")
DIGEST = re.compile(r"[0-9a-f]{64}")
"""Has its room on every paper, and stays whole."""
PATIENCE = 45
"""Seconds at a page: less than a web worker is given for one request."""


@dataclass(frozen=True)
class Document:
    """What is to be set. `template` follows `official.typ`; `at` is what the PDF says it was made at; `pictures` (JPEG)
    are shown by their place."""

    template: str
    data: Mapping[str, Any]
    at: datetime
    pictures: Sequence[bytes] = ()


def typeset(document: Document, *, patience: float | None = PATIENCE) -> bytes:
    """The PDF. Call it with no transaction open: nothing is locked while pages are set (engine rule 21).

    Raises:
        Refusal: `font_missing` (503): no Chinese font on this machine; `character_missing` (503): no font at hand has
            one of the characters, which would be printed as a box; `document_too_long` (503).
    """
    asked = {
        "template": _official() + document.template,
        "data": legible(document.data),
        "fonts": FONTS,
        "at": int(document.at.timestamp()),
        "sizes": [len(picture) for picture in document.pictures],
    }
    content = b"".join((json.dumps(asked).encode(), b"\n", *document.pictures))
    done = run_alone(HERE / "set_pages.py", content, patience=patience)
    if done.returncode == NO_FONT:
        raise Refusal("font_missing", 503)
    if done.returncode == NO_CHARACTER:
        missing = json.loads(done.stdout)
        raise Refusal("character_missing", 503, {"characters": "、".join(f"“{c}”（U+{ord(c):04X}）" for c in missing)})
    if done.returncode:
        # The message of the typesetter may quote what somebody filled in, so it goes no further.
        raise RuntimeError("the typesetter failed")
    return done.stdout


def qr_svg(text: str) -> str:
    """A QR code (ISO/IEC 18004, level M, quiet zone of four modules) as a drawing."""
    return str(segno.make(text, error="m", micro=False).svg_inline(border=4))


def legible(data: Any) -> Any:
    """The data with every text fit for paper: what hides or reverses is written out (abuse case 19), and what has no place
    to break gets one, so that nothing runs off the page."""
    if isinstance(data, str):
        return LONG_RUN.sub(_broken, _seen(data))
    if isinstance(data, Mapping):
        return {name: legible(value) for name, value in data.items()}
    if isinstance(data, Sequence):
        return [legible(value) for value in data]
    return data


def _broken(run: re.Match[str]) -> str:
    return run[0] if DIGEST.fullmatch(run[0]) else PIECE.sub("\\g<0>\u200b", run[0])


def _seen(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if unseen(text, lines=True) is None and not BIDI & set(text):
        return text
    return "\n".join(shown(line.replace("\t", " "), len(line)) for line in text.split("\n"))


@cache
def _official() -> str:
    return (HERE / "official.typ").read_text("utf-8")
