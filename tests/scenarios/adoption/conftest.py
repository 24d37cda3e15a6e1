from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from tests.jobs.conftest import record_holds
from tests.scenarios.bureau import Bureau

Opened = Callable[..., Bureau]


@pytest.fixture
def bureau(application: Flask) -> Iterator[Opened]:
    """Open a case of adoption at 隆安县; afterwards chains, rows and re-execution must hold."""
    opened: list[Bureau] = []

    def open_bureau(day: str = "2026-03-02") -> Bureau:
        opened.append(Bureau(application, "adoption", day))
        return opened[-1]

    yield open_bureau
    assert opened
    for one in opened:
        record_holds(one)
