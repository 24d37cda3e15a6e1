"""A scan for every place where a form wants one: a blank sheet with a few lines on it, plainly nothing real."""

import io
import zlib
from functools import cache

from PIL import Image, ImageDraw

SIZE = (240, 340)
"""Pixels of a sheet: A4 at 29 dpi."""


@cache
def scan(title: str) -> bytes:
    """JPEG bytes; different titles make different sheets, because the same bytes are the same document."""
    image = Image.new("L", SIZE, 252)
    pen = ImageDraw.Draw(image)
    pen.rectangle((16, 16, SIZE[0] - 16, SIZE[1] - 16), outline=190)
    seed = zlib.crc32(title.encode())
    for line in range(14):
        width = 60 + (seed >> line) % 110
        pen.line((36, 50 + 18 * line, 36 + width, 50 + 18 * line), fill=150)
    out = io.BytesIO()
    image.save(out, format="JPEG", quality=40)
    return out.getvalue()
