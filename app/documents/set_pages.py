"""Run by itself: one template with its data becomes a PDF on standard output. Standard input is a line of JSON, and behind
it the pictures that the template shows, `sizes` bytes each: it finds them as files `paths.at(n)`.

It stands in a process of its own so that a long document takes neither the memory nor the turn of those who wait for a
page, and can be ended when it takes too long. It ends with 0 (the PDF), 3 (no Chinese font) or 4 (a character that no
font at hand has); of the last two standard output says what is missing, as JSON.
"""

import json
import os
import re
import resource
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Final

NO_FONT, NO_CHARACTER = 3, 4
HELD: Final = "/proc/self/fd"
"""The typesetter reads nothing but what lies here: the pictures it was given."""
MISSING = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
ARCHIVAL: Final = "a-2u"
"""ISO 19005-2 level U: fonts embedded, text that can be searched, and no character without a shape."""


def main() -> int:
    import typst  # 80 MB that the web server need not hold

    os.nice(5)
    # What ends in the middle would else leave the paper behind on a disk.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asked = json.loads(sys.stdin.buffer.readline())
    fonts = typst.Fonts(include_embedded_fonts=False)
    at_hand = set(fonts.families())
    chosen = {use: [name for name in names if name in at_hand] for use, names in asked["fonts"].items()}
    if not chosen["body"]:
        return NO_FONT
    chosen = {use: names or chosen["body"] for use, names in chosen.items()}
    with _held(asked["sizes"]) as paths:
        inputs = {"data": json.dumps(asked["data"]), "fonts": json.dumps(chosen), "paths": json.dumps(paths)}
        compiler = typst.Compiler(
            asked["template"].encode(), root=HELD if paths else None, font_paths=fonts, sys_inputs=inputs
        )
        try:
            made = compiler.compile(format="pdf", timestamp=asked["at"], pdf_standards=[ARCHIVAL], pdf_tags=False)
        except typst.TypstError as problem:
            missing = MISSING.findall(f"{problem.message}\n{problem.diagnostic}")
            if not missing:
                raise
            json.dump(sorted(set("".join(missing))), sys.stdout)
            return NO_CHARACTER
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one file")
    sys.stdout.buffer.write(made)
    return 0


@contextmanager
def _held(sizes: Sequence[int]) -> Iterator[list[str]]:
    """The pictures as files in memory: nothing of a case is written to a disk."""
    with ExitStack() as open_files:
        paths = []
        for size in sizes:
            held = os.memfd_create("picture")
            file = open_files.enter_context(os.fdopen(held, "wb"))
            file.write(sys.stdin.buffer.read(size))
            file.flush()
            paths.append(f"/{held}")
        yield paths


if __name__ == "__main__":
    sys.exit(main())
