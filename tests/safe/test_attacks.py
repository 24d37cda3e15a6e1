"""Every attack of the list meets our own refusal, each within 50 ms and 64 MB.

The budget proper is counted, not timed: steps of one evaluation, instructions times characters of a pattern, elements of
a file, levels of a body; each is asserted by the attack ending in a refusal at all. That the counting holds is measured
for each attack alone (`measure`): processor time in a process of its own, put right by a yardstick measured there, the
cheapest of several tries; so a busy machine fails nothing, and an attack that got dearer on any machine does not pass.
`python -m tests.safe` prints the table.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.safe.attacks import ATTACKS
from tests.safe.measure import MEGABYTES, MILLISECONDS


@pytest.mark.parametrize(("name", "act"), ATTACKS, ids=[name for name, _ in ATTACKS])
def test_it_is_refused(name: str, act: Callable[[], None]) -> None:
    act()


def test_each_within_its_budget() -> None:
    """In a process of its own, whose memory nobody else has raised; it forks, which one with threads must not."""
    root = Path(__file__).parents[2]
    run = [sys.executable, "-m", "tests.safe", "--json"]
    shown = subprocess.run(run, cwd=root, capture_output=True, text=True, timeout=600, check=True).stdout
    found = json.loads(shown)
    assert len(found) == len(ATTACKS)
    assert [one for one in found if one["fault"]] == []
    assert [one for one in found if one["fair"] > MILLISECONDS or one["mb"] > MEGABYTES] == []


def test_nobody_got_out() -> None:
    assert not Path("PWNED").exists()
