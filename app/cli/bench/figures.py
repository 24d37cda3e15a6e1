"""From samples to figures. Times of two runs are not comparable, ratios within one run are."""

from dataclasses import asdict, dataclass
from statistics import mean, median, quantiles
from typing import Any

from app.cli.bench.crowd import Crowd
from app.cli.bench.databases import Own
from app.cli.bench.measure import Samples


@dataclass(frozen=True)
class Figures:
    """Times are milliseconds per completed task; sizes are bytes. None: could not be measured."""

    file: str
    door: str
    database: str
    default_durability: bool | None
    instances: int
    steps: int
    steps_per_second: float
    p50: float
    p95: float
    statements_mean: float
    statements_most: int
    commits_mean: float
    commits_most: int
    bytes_per_instance: float
    last_to_first: float
    floor_p50: float | None
    bare_p50: float
    crowd: Crowd | None
    record_holds: bool

    @property
    def to_floor(self) -> float | None:
        return self.p50 / self.floor_p50 if self.floor_p50 else None

    @property
    def to_bare(self) -> float:
        return self.p50 / self.bare_p50

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"to_floor": self.to_floor, "to_bare": self.to_bare}


def figures(samples: Samples, own: Own, *, file: str, http: bool) -> Figures:
    steps = [step for case in samples.cases for step in case]
    times = [step.ms for step in steps]
    return Figures(
        file=file,
        door="http" if http else "inside",
        database=own.product,
        default_durability=None if own.durability is None else own.durable,
        instances=len(samples.cases),
        steps=len(steps),
        steps_per_second=len(steps) / samples.seconds,
        p50=median(times),
        p95=_p95(times),
        statements_mean=mean(step.statements for step in steps),
        statements_most=max(step.statements for step in steps),
        commits_mean=mean(step.commits for step in steps),
        commits_most=max(step.commits for step in steps),
        bytes_per_instance=samples.stored / len(samples.cases),
        last_to_first=median(case[-1].ms for case in samples.cases) / median(case[0].ms for case in samples.cases),
        floor_p50=median(samples.floor) if samples.floor else None,
        bare_p50=median(samples.bare),
        crowd=samples.crowd,
        record_holds=samples.record_holds,
    )


def _p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
