from collections.abc import Callable, Iterator
from datetime import date

import pytest

from app.engine.hot import hot_cases
from tests.reexecute import reexecute
from tests.scenarios.story import Story, version_of


@pytest.fixture(params=["straight", "saved between steps"])
def tell(request: pytest.FixtureRequest) -> Iterator[Callable[..., Story]]:
    """Begin stories, with live cases kept or with every state saved and restored; afterwards each is executed again."""
    stories: list[Story] = []
    size = hot_cases.size
    hot_cases.size = 256 if request.param == "straight" else 0
    hot_cases.clear()

    def tell(key: str, day: str = "2026-03-02", **switches: str) -> Story:
        stories.append(Story(version_of(key), date.fromisoformat(day), switches))
        return stories[-1]

    yield tell
    hot_cases.size = size
    for each in stories:
        reexecute(each.version.definition, each.events, [outcome.marking_digest for outcome in each.outcomes])
