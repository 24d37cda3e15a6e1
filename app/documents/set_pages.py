"""Run by itself: one template with its data, as JSON on standard input, becomes a PDF on standard output.

It stands in a process of its own so that a long document takes neither the memory nor the turn of those who wait for a
page, and can be ended when it takes too long. It ends with 0 (the PDF), 3 (no Chinese font) or 4 (a character that no
font at hand has); of the last two standard output says what is missing, as JSON.
"""

import json
import os
import re
import sys
from typing import Final

NO_FONT, NO_CHARACTER = 3, 4
MISSING = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
ARCHIVAL: Final = "a-2u"
"""ISO 19005-2 level U: fonts embedded, text that can be searched, and no character without a shape."""


def main() -> int:
    import typst  # 80 MB that the web server need not hold

    os.nice(5)
    asked = json.load(sys.stdin)
    fonts = typst.Fonts(include_embedded_fonts=False)
    at_hand = set(fonts.families())
    chosen = {use: [name for name in names if name in at_hand] for use, names in asked["fonts"].items()}
    if not chosen["body"]:
        return NO_FONT
    chosen = {use: names or chosen["body"] for use, names in chosen.items()}
    inputs = {"data": json.dumps(asked["data"]), "fonts": json.dumps(chosen)}
    compiler = typst.Compiler(asked["template"].encode(), font_paths=fonts, sys_inputs=inputs)
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


if __name__ == "__main__":
    sys.exit(main())
