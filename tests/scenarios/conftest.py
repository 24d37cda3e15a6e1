from collections.abc import Callable, Iterator
from datetime import date

import pytest

from app.engine.hot import hot_cases
from tests.reexecute import reexecute
from tests.scenarios.story import Story, told, version_of


@pytest.fixture(autouse=True)
def every_story_is_executed_again() -> Iterator[None]:
    """However a story was begun: from its recorded events, and every marking must come out as it did."""
    told.clear()
    yield
    for each in told:
        digests = [outcome.marking_digest for outcome in each.outcomes]
        assert len(reexecute(each.version.definition, each.events, digests)) == len(each.events) > 0


@pytest.fixture(params=["straight", "saved between steps"])
def tell(request: pytest.FixtureRequest) -> Iterator[Callable[..., Story]]:
    """Begin stories, with live cases kept or with every state saved and restored."""
    size = hot_cases.size
    hot_cases.size = 256 if request.param == "straight" else 0
    hot_cases.clear()
    yield lambda key, day="2026-03-02", **switches: Story(version_of(key), date.fromisoformat(day), switches)
    hot_cases.size = size
