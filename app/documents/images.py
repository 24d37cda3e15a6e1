"""Photos: looked at in full once, drawn anew from their pixels, so that nothing but pixels is handed out.

Place, time and device in a photo's metadata would tell where a child lives.
"""

import io

from PIL import Image, ImageOps

from app.errors import Refusal

MOST_PIXELS = 50_000_000
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG"}
QUALITY = 88


def redraw(data: bytes, type_: str, name: str) -> bytes:
    """A copy of the same type without metadata, turned upright.

    Raises:
        Refusal: `document_bomb`, `document_broken` (422).
    """
    try:
        with Image.open(io.BytesIO(data), formats=[FORMATS[type_]]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Refusal("document_bomb", 422, {"name": name})
            upright = in_eight_bits(ImageOps.exif_transpose(image))
            return _encoded(upright.convert(_mode(upright, type_)), type_)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
        raise Refusal("document_bomb", 422, {"name": name}) from problem
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, IndexError, MemoryError) as problem:
        # Pillow's decoders raise all of these on damaged files
        raise Refusal("document_broken", 422, {"name": name}) from problem


def in_eight_bits(image: Image.Image) -> Image.Image:
    """Grey of 16 bits as a scanner may give it: Pillow would cut off all that is lighter than nearly black."""
    return image.convert("I").point(lambda value: value / 256).convert("L") if image.mode.startswith("I") else image


def _mode(image: Image.Image, type_: str) -> str:
    see_through = image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info
    return "RGBA" if type_ == "image/png" and see_through else "RGB"


def _encoded(image: Image.Image, type_: str) -> bytes:
    image.info.clear()  # Pillow would write a comment, a profile or transparency found there
    out = io.BytesIO()
    image.save(out, format=FORMATS[type_], quality=QUALITY, optimize=type_ == "image/jpeg")
    return out.getvalue()
