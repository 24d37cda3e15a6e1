"""What one department may be asked, by whom the law allows it, and what comes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from app.connectors.shapes import Item, Shape

Scalar: TypeAlias = str | int | bool | None
Answer: TypeAlias = dict[str, Scalar]

LONGEST = 20.0
"""Seconds an operation may take at most; well below the lease under which it is asked."""


@dataclass(frozen=True)
class Operation:
    """One thing that is asked.

    `basis`: the article that allows it. `situations`: when, in words; `only_when` the same as values of the input
    (corrections 10). `idempotent`: asking twice under one id does nothing twice. `identifiers`: what identifies the
    person asked about; read from the sealed answers when the request leaves, stored with no call. `timeout`: seconds.
    """

    name: str
    title: str
    basis: str
    situations: str
    idempotent: bool
    input: Shape
    answer: Shape
    only_when: Mapping[str, tuple[Scalar, ...]] = field(default_factory=dict)
    identifiers: tuple[str, ...] = ()
    timeout: float = 10.0

    def allowed(self, given: Mapping[str, Any]) -> bool:
        """Whether this situation is one of those the article covers; at least one of the named values must be given."""
        named = [name for name in self.only_when if given.get(name) is not None]
        return not self.only_when or (bool(named) and all(given[name] in self.only_when[name] for name in named))


@dataclass(frozen=True)
class Question:
    """A request. `id` is that of the call and stays the same over all tries (rule 16); `case` is the case's number."""

    id: str
    case: str
    input: Mapping[str, Scalar]
    identifiers: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Question({self.id})"


class Client(Protocol):
    """Both the real client of a department and its fake."""

    def ask(self, operation: Operation, question: Question) -> Answer:
        """Ask and wait for the answer.

        Raises:
            NotReached, NoAnswer, Rejected, WrongAnswer.
        """


CLEAR, FOUND, UNCLEAR = "clear", "found", "unclear"
RESULTS = {CLEAR: "相符、无记录", FOUND: "不符、有记录", UNCLEAR: "无法确认"}

RESULT: Shape = {
    "result": Item("code", "查得结果", RESULTS, required=True),
    "receipt": Item("text", "回执或文号"),
    "as_of": Item("date", "查得日"),
}
"""Answer of a check: whether, since when, under which number. Never the record itself (handbook P42)."""

RECEIPT: Shape = {"receipt": Item("text", "回执或文号", required=True)}
"""Answer of a notification."""
