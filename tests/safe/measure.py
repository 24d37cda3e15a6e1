"""What each attack costs: processor time and memory, each in a process of its own that has just been made for it.

A child is forked off for every attack, so that nothing is warm but what is loaded only once, and nobody else's memory is
counted. Processor time does not count waiting for others; what others do to caches and frequency is told by a yardstick,
a fixed piece of work that the same child does before and after. One above the budget is tried again: what an attack costs
is what it costs at least. Memory is the growth of the child's resident high-water mark, what C libraries take included.
"""

import gc
import json
import os
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.fuzz.bounded import high_water, reset
from tests.safe.attacks import asked

MILLISECONDS, MEGABYTES = 50, 64
"""The budget of one attack."""
TRIES = 9
"""Of an attack that seems to cost too much."""
QUIET = 4.0
"""Milliseconds of the yardstick on the machine the budget is meant for: one core, quiet, of some 3 GHz."""
STOP = 20
"""Seconds of processor time after which a child is ended: an attack that went through."""


@dataclass(frozen=True)
class Cost:
    """`ms` as measured, `fair` by the yardstick, `mb` of memory."""

    name: str
    ms: float
    fair: float
    mb: float
    fault: str = ""


def cost_of(name: str, act: Callable[[], None]) -> Cost:
    """The first try within the budget, else the cheapest of several."""
    tries = [_in_a_child(name, act)]
    while len(tries) < TRIES and min(one.fair for one in tries) > MILLISECONDS:
        tries.append(_in_a_child(name, act))
    ms, fair = min(one.ms for one in tries), min(one.fair for one in tries)
    return Cost(name, ms, fair, max(one.mb for one in tries), next((one.fault for one in tries if one.fault), ""))


def _in_a_child(name: str, act: Callable[[], None]) -> Cost:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        os.write(writing, json.dumps(_measured(act)).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return Cost(name, **json.loads(said)) if said else Cost(name, STOP * 1000, STOP * 1000, 0, "ended by its limit")


def _measured(act: Callable[[], None]) -> dict[str, float | str]:
    resource.setrlimit(resource.RLIMIT_CPU, (STOP, STOP))
    asked("1 +")
    fault, before, memory = "", yardstick(), reset()
    began = time.process_time()
    try:
        act()
    except BaseException as other:
        fault = f"{type(other).__name__}: {str(other)[:200]}"
    ms = (time.process_time() - began) * 1000
    mb = high_water() - memory
    noise = max(1.0, (before + yardstick()) / 2 / QUIET)
    return {"ms": ms, "fair": ms / noise, "mb": mb, "fault": fault}


def yardstick() -> float:
    """Milliseconds of processor time of a fixed piece of work of the same kind: calls, lookups, small objects."""
    began, known = time.process_time(), {}
    for number in range(14_000):
        known[str(number % 997)] = (number, [number], known.get(str(number % 89)) is None)
    return (time.process_time() - began) * 1000


def ready() -> None:
    """What is loaded only once is nobody's cost."""
    asked("1 +")
    gc.freeze()
