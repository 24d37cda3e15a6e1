"""When people complete steps: many within minutes, at night, on days that are not worked."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta

from app.calendar.working_days import WorkingDays
from app.clock import SHANGHAI, legal_day
from app.replay.analysis.findings import BURST, ODD_HOURS, Finding, Place
from app.replay.analysis.steps import Step

WINDOW = timedelta(minutes=10)
MANY = 8
"""Steps of one account within the window (design)."""
NIGHT_FROM, NIGHT_TO = 22, 6
"""Hours in China, the second not counted (design)."""
SHOWN = 5
"""Places named of one finding."""


def bursts(steps: Sequence[Step]) -> Iterator[Finding]:
    """Runs of at least `MANY` completions, each within `WINDOW` of the one `MANY` - 1 before it; overlapping ones are one.

    Args:
        steps: in the order of their times.
    """
    for by, mine in _by_person(steps).items():
        yield from (_burst(by, mine[first : last + 1]) for first, last in _runs(mine))


def _runs(mine: Sequence[Step]) -> Iterator[tuple[int, int]]:
    begun, ended = -1, -1
    for first, last in enumerate(range(MANY - 1, len(mine))):
        if mine[last].closed_at - mine[first].closed_at > WINDOW:
            continue
        if first > ended:
            if begun >= 0:
                yield begun, ended
            begun = first
        ended = last
    if begun >= 0:
        yield begun, ended


def _burst(by: str, run: Sequence[Step]) -> Finding:
    minutes = int((run[-1].closed_at - run[0].closed_at).total_seconds() // 60) + 1
    said = f"{minutes} 分钟内办结 {len(run)} 步，涉及 {len({one.case for one in run})} 件"
    return Finding(BURST, said, _places(run), run[0].closed_at, len(run), (by,), _cases(run))


def odd_hours(steps: Sequence[Step], days: WorkingDays) -> Iterator[Finding]:
    """One for each account and legal day on which it completed something at night, or at all where the day is not worked."""
    for by, mine in _by_person(steps).items():
        found: dict[tuple[str, str], list[Step]] = defaultdict(list)
        for one in mine:
            day = legal_day(one.closed_at)
            when = days.describe(day) if not days.is_workday(day) else "夜间" if at_night(one) else ""
            if when:
                found[day.isoformat(), when].append(one)
        for (day_text, when), odd in found.items():
            yield Finding(
                ODD_HOURS, f"{day_text}（{when}）办结 {len(odd)} 步", _places(odd), odd[0].closed_at, len(odd), (by,),
                _cases(odd),
            )  # fmt: skip


def at_night(step: Step) -> bool:
    hour = step.closed_at.astimezone(SHANGHAI).hour
    return hour >= NIGHT_FROM or hour < NIGHT_TO


def _by_person(steps: Sequence[Step]) -> dict[str, list[Step]]:
    found: dict[str, list[Step]] = defaultdict(list)
    for one in steps:
        if one.by:
            found[one.by].append(one)
    return found


def _cases(steps: Sequence[Step]) -> tuple[str, ...]:
    return tuple(sorted({one.case for one in steps}))


def _places(steps: Sequence[Step]) -> tuple[Place, ...]:
    return tuple(Place(one.case, one.number, one.title, one.seq, one.name) for one in steps[:SHOWN])
