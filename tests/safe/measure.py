"""python -m tests.safe.measure: what each attack cost in milliseconds of processor time and megabytes of memory.

Memory is the growth of the process's own high-water mark, so what C libraries take counts as well; as the mark never
falls, the growth over the whole list bounds that of each. Printed as JSON with `--json`.
"""

import json
import resource
import sys
import time

from tests.safe.attacks import ATTACKS, asked


def high_water() -> float:
    """Megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    asked("1 +")  # what is only loaded once is nobody's cost
    found = []
    for name, act in ATTACKS:
        before, began = high_water(), time.process_time()
        act()
        found.append({"name": name, "ms": (time.process_time() - began) * 1000, "mb": high_water() - before})
    if "--json" in sys.argv:
        print(json.dumps(found))
        return
    for one in sorted(found, key=lambda one: -one["ms"]):
        print(f"{one['ms']:8.1f} ms {one['mb']:7.1f} MB  {one['name']}")
    print(f"{len(found)} attacks refused; slowest {max(one['ms'] for one in found):.0f} ms, "
          f"memory in all {sum(one['mb'] for one in found):.0f} MB")  # fmt: skip


if __name__ == "__main__":
    main()
