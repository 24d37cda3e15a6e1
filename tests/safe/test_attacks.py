"""Every attack of the list meets our own refusal, within a bounded budget.

The budget proper is counted, not timed: steps of one evaluation, instructions times characters of a pattern, elements of
a file, levels of a body; each is asserted by the attack ending in a refusal at all. What is timed here only shows that
the counting holds: processor time of the process that runs the list (waiting for others does not count), against twenty
times the 50 ms that a quiet machine needs, so that no busy machine fails it and no exponential attack passes it.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.safe.attacks import ATTACKS

MILLISECONDS = 50 * 20
MEGABYTES = 64


@pytest.mark.parametrize(("name", "act"), ATTACKS, ids=[name for name, _ in ATTACKS])
def test_it_is_refused(name: str, act: Callable[[], None]) -> None:
    act()


def test_each_within_its_budget() -> None:
    """In a process of its own, whose memory nobody else has raised."""
    root = Path(__file__).parents[2]
    run = [sys.executable, "-m", "tests.safe.measure", "--json"]
    shown = subprocess.run(run, cwd=root, capture_output=True, text=True, timeout=120, check=True).stdout
    found = json.loads(shown)
    assert len(found) == len(ATTACKS)
    assert [one for one in found if one["ms"] > MILLISECONDS] == []
    assert sum(one["mb"] for one in found) <= MEGABYTES, sorted(found, key=lambda one: -one["mb"])[:5]


def test_nobody_got_out() -> None:
    assert not Path("PWNED").exists()
