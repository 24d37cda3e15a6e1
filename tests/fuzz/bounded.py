"""The bounds of one input: processor time by a timer that counts nothing else, memory by the process's own mark.

Both are generous: an input is a file of some kilobytes, and what is looked for is work that grows out of all proportion.
The budgets of known attacks are held elsewhere (`tests/safe`)."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

SECONDS = 6.0
"""Processor time; a busy machine does not count."""
MEGABYTES = 200
STATUS, MARK = Path("/proc/self/status"), Path("/proc/self/clear_refs")


class TookTooMuch(BaseException):
    """No handler of ours may swallow it."""


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise TookTooMuch(f"more than {SECONDS} s of processor time")


@contextmanager
def bounded() -> Iterator[None]:
    """Raises TookTooMuch inside when the time is over, at the end when the memory was."""
    began = reset()
    before = signal.signal(signal.SIGVTALRM, _stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    if (grown := high_water() - began) > MEGABYTES:
        raise TookTooMuch(f"{grown:.0f} MB more than before")


def reset() -> float:
    """Set the high-water mark to what is used now; megabytes of it. Where the system has none, 0."""
    try:
        MARK.write_text("5")
    except OSError:
        return high_water()
    return high_water()


def high_water() -> float:
    """Megabytes of the most that the process held since the mark was set."""
    try:
        line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM"))
    except OSError:
        return 0.0
    return int(line.split()[1]) / 1024
