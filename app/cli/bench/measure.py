"""One run: whole cases one after another, the yardsticks between them, and at the end whether the record holds."""

import sys
from dataclasses import dataclass, field
from time import perf_counter

import click
from flask import Flask

from app.cli.bench.crowd import Crowd
from app.cli.bench.door import Door, Step, run_case
from app.cli.bench.furnish import stored_bytes
from app.cli.bench.yardsticks import Bare, Floor
from app.db import db
from app.history.verify import verify_all
from app.instances.heads import recorded_heads
from app.replay.reexecute import reexecute_all

WARM_UP = 3
"""Cases that are run before measuring: caches are filled, statements prepared, connections open."""


@dataclass
class Samples:
    """What was seen. `seconds` and `stored` are of our own cases alone; a floor may be empty."""

    cases: list[list[Step]] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    seconds: float = 0.0
    stored: int = 0
    crowd: Crowd | None = None
    record_holds: bool = False


def measure(app: Flask, door: Door, bare: Bare, floor: Floor, instances: int) -> Samples:
    """Run `WARM_UP` cases unmeasured, then `instances`; after each as many bare requests as it had steps."""
    for _ in range(WARM_UP):
        _one(Samples(), door, bare, floor)
    samples = Samples()
    counted = range(instances)
    with click.progressbar(counted, label="正在办理", file=sys.stderr) as progress:
        for _ in progress:
            _one(samples, door, bare, floor)
    return samples


def _one(samples: Samples, door: Door, bare: Bare, floor: Floor) -> None:
    stored, began = stored_bytes(), perf_counter()
    steps = list(run_case(door))
    samples.seconds += perf_counter() - began
    samples.stored += stored_bytes() - stored
    samples.cases.append(steps)
    samples.bare += [bare.request() for _ in steps]
    samples.floor += floor.case()


def record_holds(app: Flask) -> bool:
    """Every chain verified and every case re-executed: speed without the record would be worth nothing."""
    around, session = app.extensions["banyan"], db.session()
    report = verify_all(session, vault=around.vault, log=around.log, heads=recorded_heads(session))
    same = all(one.same for one in reexecute_all(session, around.vault))
    db.session.remove()
    return report.holds and same
