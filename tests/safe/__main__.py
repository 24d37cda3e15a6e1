"""python -m tests.safe [--json] [WORD …]: what each attack costs (those whose names have one of the words)."""

import json
import sys
from dataclasses import asdict

from tests.safe.attacks import ATTACKS
from tests.safe.measure import MEGABYTES, MILLISECONDS, cost_of, ready


def main(words: list[str]) -> None:
    ready()
    named = [word for word in words if word != "--json"]
    chosen = [(name, act) for name, act in ATTACKS if not named or any(word in name for word in named)]
    found = sorted((cost_of(name, act) for name, act in chosen), key=lambda one: -one.fair)
    if "--json" in words:
        print(json.dumps([asdict(one) for one in found]))
        return
    print("     ms   by the yardstick      MB")
    for one in found:
        print(f"{one.ms:7.1f}   {one.fair:16.1f} {one.mb:7.1f}  {one.name}  {one.fault}".rstrip())
    slowest, largest = max(one.fair for one in found), max(one.mb for one in found)
    print(
        f"{len(found)} attacks; the slowest {slowest:.0f} ms (≤ {MILLISECONDS}), the largest {largest:.0f} MB (≤ {MEGABYTES})"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
