"""Both procedures published, on a database of the test's own."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.doors import Program
from tests.doors.house import publish_both


@pytest.fixture
def house(application: Flask) -> Flask:
    """The application with both procedures published."""
    publish_both(application)
    return application


@pytest.fixture
def li(house: Flask, program_of: Callable[[str], Program]) -> Program:
    """李桂芳, 收养登记员 of 隆安县, at the API."""
    return program_of("liguifang")
