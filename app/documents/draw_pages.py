"""Run by itself: one received file becomes pictures of its pages, as a paper for a court shows them.

It stands in a process of its own, with bounds on memory and processor time, because a stranger's file is drawn: what
ends it ends nothing else. Standard input is a line of JSON {type, most (pages), room (bytes of their pictures), seconds (of
processor time a page), altogether (the same of all)} and the bytes of the file; standard output is a line of JSON,
{"why": …} or {"sizes": [bytes of each page], "wide": [whether it lies on its side]}, and the pages behind it (JPEG, as
large as A4 at 200 dots an inch).
"""

import io
import json
import os
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[2]))  # it is run alone

from PIL import Image, ImageOps

from app.documents.drawable import BROKEN, TOO_HARD, TOO_LARGE, TOO_MANY, TOO_MUCH, UNKNOWN, CannotDraw, drawable
from app.documents.images import FORMATS, MOST_PIXELS, in_eight_bits

MOST_MEMORY: Final = 2 * 1024**3
LOOKING: Final = 30
"""Seconds of processor time to look a file through."""
DOTS: Final = 200
"""An inch (DA/T 31—2017 asks of scanned archives at least 200)."""
SHORT, LONG = round(210 / 25.4 * DOTS), round(297 / 25.4 * DOTS)
QUALITY: Final = 80
AT_ONCE: Final = 16
"""Pages that are held as they were drawn, before they are packed."""
PAGES: Final = """#set page(width: auto, height: auto, margin: 0pt)
#let last = int(sys.inputs.last)
#for n in range(int(sys.inputs.first), last + 1) {
  let whole = image(sys.inputs.path, format: "pdf", page: n)
  context {
    let wide = measure(whole).width > measure(whole).height
    let (w, h) = if wide { (297mm, 210mm) } else { (210mm, 297mm) }
    box(width: w, height: h, align(center + horizon, image(sys.inputs.path, format: "pdf", page: n, width: w, height: h, fit: "contain")))
  }
  if n < last { pagebreak() }
}"""


def main() -> None:
    os.nice(5)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    # What is ended for its time would else leave the file behind on a disk.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _most_seconds(LOOKING)
    asked = json.loads(sys.stdin.buffer.readline())
    room = asked.pop("room")
    data = sys.stdin.buffer.read()
    try:
        found = _packed(_pages(data, **asked), room)
    except CannotDraw as problem:
        _say({"why": problem.why})
    except MemoryError:
        _say({"why": TOO_HARD})
    else:
        _say({"sizes": [len(page) for _, page in found], "wide": [wide for wide, _ in found]})
        sys.stdout.buffer.write(b"".join(page for _, page in found))


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")


def _packed(pages: Iterator[Image.Image], room: int) -> list[tuple[bool, bytes]]:
    found = []
    for page in pages:
        found.append((page.width > page.height, _encoded(page)))
        room -= len(found[-1][1])
        if room < 0:
            raise CannotDraw(TOO_MUCH)
    return found


def _most_seconds(more: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime) + 1 + more
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _pages(data: bytes, type: str, most: int, seconds: int, altogether: int) -> Iterator[Image.Image]:
    if most < 1:
        raise CannotDraw(TOO_MANY)
    if type in FORMATS:
        yield _photo(data, FORMATS[type])
        return
    if type != "application/pdf":
        raise CannotDraw(UNKNOWN)
    number, data = drawable(data)
    if number > most:
        raise CannotDraw(TOO_MANY)
    _most_seconds(min(number * seconds, altogether))
    for drawn in _drawn(data, number):
        yield Image.open(io.BytesIO(drawn), formats=["PNG"])


def _photo(data: bytes, format_: str) -> Image.Image:
    """Upright, as large as a page of the file can show."""
    try:
        with Image.open(io.BytesIO(data), formats=[format_]) as found:
            if found.width * found.height > MOST_PIXELS:
                raise CannotDraw(TOO_LARGE)
            upright = in_eight_bits(ImageOps.exif_transpose(found))
            upright.thumbnail((LONG, SHORT) if upright.width > upright.height else (SHORT, LONG))
            return upright
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
        raise CannotDraw(TOO_LARGE) from problem
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, IndexError) as problem:
        raise CannotDraw(BROKEN) from problem


def _drawn(data: bytes, number: int) -> Iterator[bytes]:
    """PNG of each page. The file is held in memory: nothing of a case is written to a disk."""
    held = os.memfd_create("pages")
    with os.fdopen(held, "wb") as file:
        file.write(data)
        file.flush()
        for first in range(1, number + 1, AT_ONCE):
            yield from _few(f"/{held}", first, min(first + AT_ONCE - 1, number))


def _few(path: str, first: int, last: int) -> list[bytes]:
    import typst

    inputs = {"path": path, "first": str(first), "last": str(last)}
    compiler = typst.Compiler(PAGES.encode(), root="/proc/self/fd", sys_inputs=inputs)
    try:
        made = compiler.compile(format="png", ppi=DOTS)
    except typst.TypstError as problem:
        raise CannotDraw(BROKEN) from problem
    pages = [made] if isinstance(made, bytes) else made or []
    if len(pages) != last - first + 1:
        raise CannotDraw(BROKEN)
    return pages


def _encoded(page: Image.Image) -> bytes:
    """On white, without anything beside the pixels; grey where it has no colour."""
    if page.mode in {"RGBA", "LA", "PA"} or "transparency" in page.info:
        page = page.convert("RGBA")
        page = Image.alpha_composite(Image.new("RGBA", page.size, "white"), page)
    page = page.convert("L" if page.mode in {"1", "L"} else "RGB")
    page.info.clear()
    out = io.BytesIO()
    page.save(out, format="JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    main()
