"""Several clients at once on the bench's own server: whether more gets done than with one, and whether anybody is refused."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from statistics import median
from time import perf_counter

import click

from app.cli.bench.door import Door, Through, Wire, run_case

ROUNDS = 3
"""One client and all of them by turns, so that a noisy machine is noisy for both."""


@dataclass(frozen=True)
class Crowd:
    """Completed tasks a second, medians of the rounds; requests that were answered with an error."""

    clients: int
    alone: float
    together: float
    errors: int


@contextmanager
def clients(address: tuple[str, int], token: str, process: str, count: int) -> Iterator[list[Door]]:
    """As many clients, each on a connection of its own."""
    with ExitStack() as open_wires:
        wires = [open_wires.enter_context(closing(Wire(address))) for _ in range(count)]
        yield [Through(wire, token, process) for wire in wires]


def crowd(doors: Sequence[Door], cases: int) -> Crowd:
    """Let the first client work `cases` cases alone, then all of them as many each, `ROUNDS` times."""
    alone: list[float] = []
    together: list[float] = []
    errors = 0
    for _ in range(ROUNDS):
        for found, asked in ((alone, doors[:1]), (together, doors)):
            began = perf_counter()
            with ThreadPoolExecutor(len(asked)) as pool:
                done = list(pool.map(_work, asked, [cases] * len(asked)))
            found.append(sum(steps for steps, _ in done) / (perf_counter() - began))
            errors += sum(failed for _, failed in done)
    return Crowd(len(doors), median(alone), median(together), errors)


def _work(door: Door, cases: int) -> tuple[int, int]:
    """Steps and errors of one client; a case whose request failed is left."""
    steps = errors = 0
    for _ in range(cases):
        try:
            steps += sum(1 for _ in run_case(door))
        except (click.ClickException, OSError):
            errors += 1
    return steps, errors
