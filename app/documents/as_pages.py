"""A received file as pictures of its pages, drawn by a process of its own (`draw_pages.py`)."""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.documents.alone import run_alone
from app.documents.drawable import BROKEN, TOO_HARD, CannotDraw

A_PAGE = 10
"""Seconds of processor time for each page to draw; one full of noise takes 1.4 on a quiet machine."""
A_FILE = 600
"""The same of all of its pages together."""
DRAWN = Path(__file__).parent / "draw_pages.py"


@dataclass(frozen=True)
class Page:
    """`picture` is a JPEG; `wide`: it lies on its side."""

    picture: bytes
    wide: bool


def as_pages(data: bytes, type_: str, *, most: int, room: int, patience: float | None) -> Sequence[Page]:
    """Each page. Call it with no transaction open (engine rule 21).

    Args:
        most: pages at most.
        room: bytes of all pictures at most.
        patience: seconds by the clock; None waits. Processor time and memory are bounded all the same.

    Raises:
        CannotDraw: with one of the words of `drawable.py`.
        Refusal: `document_too_long` (503).
    """
    asked = {"type": type_, "most": most, "room": room, "seconds": A_PAGE, "altogether": A_FILE}
    done = run_alone(DRAWN, json.dumps(asked).encode() + b"\n" + data, patience=patience)
    if done.returncode:
        raise CannotDraw(TOO_HARD if done.returncode < 0 else BROKEN)
    answer = io.BytesIO(done.stdout)
    said = json.loads(answer.readline())
    if "why" in said:
        raise CannotDraw(said["why"])
    return [Page(answer.read(size), wide) for size, wide in zip(said["sizes"], said["wide"], strict=True)]
