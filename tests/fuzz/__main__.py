"""python -m tests.fuzz PARSER [INPUTS] [SEED]: one parser, many inputs; what became of them."""

import sys
from time import process_time

from tests.fuzz.parsers import fuzz

parser, inputs, seed = [*sys.argv[1:], "20000", "1"][:3] if len(sys.argv) < 3 else [*sys.argv[1:], "1"][:3]
found = fuzz(parser, int(inputs), int(seed))
counts = ", ".join(f"{count} {word}" for word, count in found.most_common())
print(f"{parser}: {sum(found.values())} inputs: {counts}; {process_time():.0f} s of processor time")
