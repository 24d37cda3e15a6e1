"""python -m tests.fuzz PARSER [INPUTS] [SEED]: one parser, many inputs; what became of them, and every place that broke."""

import sys
from time import process_time

from tests.fuzz.parsers import fuzz

parser, inputs, seed = [*sys.argv[1:], *("20000", "1")[len(sys.argv) - 2 :]]
faults: dict[str, str] = {}
found = fuzz(parser, int(inputs), int(seed), faults)
for fault in faults.values():
    print(fault[:6000], end="\n\n")
counts = ", ".join(f"{count} {word}" for word, count in found.most_common())
print(f"{parser}: {sum(found.values())} inputs: {counts}; {process_time():.0f} s of processor time")
sys.exit(1 if faults else 0)
