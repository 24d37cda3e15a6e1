"""A scan for every place where a form wants one: a blank sheet with a few lines on it, plainly nothing real."""

import io
import zlib
from functools import cache

from PIL import Image, ImageDraw

SIZE = (420, 594)
"""Pixels of a sheet: A4 at 51 dpi."""


@cache
def scan(title: str) -> bytes:
    """JPEG bytes; different titles make different sheets, because the same bytes are the same document."""
    image = Image.new("L", SIZE, 252)
    pen = ImageDraw.Draw(image)
    pen.rectangle((30, 30, SIZE[0] - 30, SIZE[1] - 30), outline=190)
    seed = zlib.crc32(title.encode())
    for line in range(14):
        width = 120 + (seed >> line) % 190
        pen.line((60, 90 + 30 * line, 60 + width, 90 + 30 * line), fill=150, width=2)
    out = io.BytesIO()
    image.save(out, format="JPEG", quality=40)
    return out.getvalue()
