"""用时明显偏长: a step that took far longer than the same step of other cases in the period.

Robust against the outliers themselves: quartiles and the median, not mean and deviation (Tukey's fences).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from statistics import median, quantiles

from app.replay.analysis.findings import OUTLIER, Finding, Place
from app.replay.analysis.steps import Step

FEWEST = 20
"""Cases of a step below which nothing is compared."""
FENCE, TIMES, AT_LEAST = 1.5, 5, 2
"""Beyond the third quartile by so many interquartile ranges and at least `AT_LEAST` medians, or `TIMES` medians (design).
Where nearly all take alike, the fence alone would catch what is hardly longer."""


def outliers(steps: Sequence[Step]) -> Iterator[Finding]:
    for alike in _alike(steps).values():
        if len({one.case for one in alike}) < FEWEST:
            continue
        taken = [_seconds(one) for one in alike]
        usual, bound = median(taken), fence(taken)
        for one, seconds in zip(alike, taken, strict=True):
            if seconds > bound:
                yield _finding(one, seconds, usual, len(alike))


def fence(taken: Sequence[float]) -> float:
    """Seconds beyond which one of them is an outlier."""
    first, middle, third = quantiles(taken, n=4, method="inclusive")
    return min(max(third + FENCE * (third - first), AT_LEAST * middle), TIMES * middle)


def _alike(steps: Sequence[Step]) -> dict[tuple[str, str], list[Step]]:
    found: dict[tuple[str, str], list[Step]] = defaultdict(list)
    for one in steps:
        found[one.process, one.node].append(one)
    return found


def _seconds(step: Step) -> float:
    return (step.closed_at - step.opened_at).total_seconds()


def _finding(step: Step, seconds: float, usual: float, count: int) -> Finding:
    said = f"“{step.name}”用了 {_words(seconds)}，同一步骤 {count} 次的中位数是 {_words(usual)}"
    place = Place(step.case, step.number, step.title, step.seq, step.name)
    return Finding(OUTLIER, said, (place,), step.closed_at, seconds / max(usual, 1), (step.by,))


def _words(seconds: float) -> str:
    spent = timedelta(seconds=round(seconds))
    if spent.days:
        return f"{spent.days} 日"
    return f"{spent.seconds // 3600} 小时" if spent.seconds >= 3600 else f"{max(spent.seconds // 60, 1)} 分钟"
