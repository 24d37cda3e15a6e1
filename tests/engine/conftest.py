from collections.abc import Callable, Iterator

import pytest

from app.engine.hot import hot_cases
from tests.engine import walk
from tests.engine.walk import Walk
from tests.reexecute import reexecute


@pytest.fixture(params=["straight", "saved between steps"])
def begin(request: pytest.FixtureRequest) -> Iterator[Callable[..., Walk]]:
    """Start walks, with live cases kept or with every state saved and restored. Afterwards each walk is re-executed."""
    walks: list[Walk] = []
    size = hot_cases.size
    hot_cases.size = 256 if request.param == "straight" else 0
    hot_cases.clear()

    def begin(*args: object, **kinds: object) -> Walk:
        walks.append(walk.begin(*args, **kinds))  # type: ignore[arg-type]
        return walks[-1]

    yield begin
    hot_cases.size = size
    for each in walks:
        again = reexecute(each.definition, each.events, [outcome.marking_digest for outcome in each.outcomes])
        assert again == each.outcomes
