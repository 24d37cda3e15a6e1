"""FEEL in the engine: compiled at deployment, evaluated over the facts of a case, strict where a rule says so."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from app.dmn.feel import Expression, FeelError, compile_expression
from app.dmn.feel.wire import from_wire, to_wire
from app.engine.model import EngineRefused, FactType

Scope = Callable[[frozenset[str]], Mapping[str, Any]]
"""Gives the values of the names an expression uses."""


@dataclass(frozen=True)
class Formula:
    """An expression and the element it stands in."""

    element: str
    text: str
    expression: Expression

    def decide(self, scope: Scope, at: datetime) -> bool:
        """True or false. Raises EngineRefused(condition_not_boolean): the default is never reached through null."""
        try:
            return self.expression.decide(scope(self.expression.names), at=at)
        except FeelError as error:
            raise EngineRefused("condition_not_boolean", self.element, str(error), self.text) from error

    def wire(self, scope: Scope, at: datetime) -> Any:
        """The value as plain JSON; null where FEEL says null."""
        try:
            return to_wire(self.expression.evaluate(scope(self.expression.names), at=at))
        except FeelError as error:
            raise EngineRefused("value_refused", self.element, str(error), self.text) from error

    def text_value(self, scope: Scope, at: datetime, code: str) -> str:
        value = self.wire(scope, at)
        if not isinstance(value, str) or not value:
            raise EngineRefused(code, self.element, self.text, self.text)
        return value

    def context(self, scope: Scope, at: datetime, code: str) -> dict[str, Any]:
        value = self.wire(scope, at)
        if not isinstance(value, dict):
            raise EngineRefused(code, self.element, self.text, self.text)
        return value


def fact_value(kind: FactType | None, value: Any) -> Any:
    """A fact on the wire as FEEL sees it; unset is null."""
    if value is None or kind is None:
        return None
    return from_wire(value, kind.kind)


def answer_value(value: Any) -> Any:
    """An answer of a neighbour as FEEL sees it: JSON, numbers as decimals, dates as text."""
    if isinstance(value, dict):
        return {str(key): answer_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [answer_value(item) for item in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    return value


def compile_formula(element: str, text: str, names: Iterable[str]) -> Formula:
    """Compile an author's text. Raises FeelError: bad syntax, or a name that is not among `names`."""
    return Formula(element, text, compile_expression(text, names))


ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)


def constant(formula: Formula) -> Any:
    """The value of an expression that uses no name; None of one that does."""
    return None if formula.expression.names else to_wire(formula.expression.evaluate({}, at=ANY_TIME))
