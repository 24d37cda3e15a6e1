"""Asking FEEL on a chosen day: 24 November 2026, one o'clock in the morning in China (still the 23rd in UTC)."""

from datetime import UTC, datetime
from typing import Any

from app.dmn.feel import compile_expression, compile_unary_tests
from app.dmn.feel.functions.conversion import shown
from app.dmn.feel.limits import Meter

AT = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


def ask(text: str, **scope: Any) -> Any:
    """The value of an expression."""
    return compile_expression(text).evaluate(scope, at=AT)


def said(text: str, **scope: Any) -> str:
    """The value as FEEL writes it, so that a story can compare anything with a text."""
    return shown(ask(text, **scope), Meter(AT), outer=True)


def why(text: str, **scope: Any) -> str:
    """The reasons of the nulls met on the way."""
    return "；".join(compile_expression(text).explain(scope, at=AT)[1])


def passes(text: str, value: Any, **scope: Any) -> bool | None:
    """Whether a value passes the tests of a cell."""
    return compile_unary_tests(text).matches(value, scope, at=AT)
