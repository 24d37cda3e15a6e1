"""A log is written trace by trace: what is written is let go, however many cases there are."""

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from app.replay.mining.ocel import write_ocel
from app.replay.mining.traces import LogEvent, Trace
from app.replay.mining.xes import write_xes

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)


def invented(count: int, seen: Callable[[], None]) -> Iterator[Trace]:
    for number in range(count):
        seen()
        events = tuple(
            LogEvent(seq, AT, "受理", "complete", "completed", 1, f"T-{number}", "P-1") for seq in range(1, 9)
        )
        yield Trace(f"C-{number}", "", "care", "照料", "450123", "open", events)


@pytest.mark.parametrize("kind", ["xes", "ocel"])
def test_a_trace_is_written_before_the_next_is_read(kind: str) -> None:
    file, sizes = io.BytesIO(), []
    found = invented(300, lambda: sizes.append(file.tell()))
    count = write_xes(file, "log", found) if kind == "xes" else write_ocel(file, found)
    assert count == 2400
    grown = [after - before for before, after in zip(sizes[::50], sizes[50::50], strict=False)]
    assert all(grown), "every fifty traces something has gone out"
