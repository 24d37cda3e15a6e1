"""How much an expression may ask for, and the meter that counts it while one evaluation runs.

Every figure is far above what a form or a table needs and far below what would be felt by another user.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from app.dmn.feel.errors import Exhausted

SOURCE = 20_000
"""Code points in one expression."""
TOKENS = 6_000
DEPTH = 48
"""Nesting of brackets, `if`, `for` and function bodies, as written."""
CHAIN = 120
"""Operators in one row without brackets (`a + b + c …`); `and` and `or` rows are not limited."""
CALLS = 100
"""Functions calling functions, at run time."""
STEPS = 25_000
"""Iterations, calls and comparisons of list items in one evaluation."""
TEXT = 60_000
"""Code points in a text made by an expression."""
ITEMS = 10_000
"""Items in a list made by an expression."""
EXPONENT = 384
"""Decimal exponent a power may reach; more is a mistake, not a sum of money."""
PATTERN = 1_000
"""Code points in a regular expression."""
HEAVY = 150
"""Steps of a root, a logarithm, a power that is not whole, a look at a zone."""


class Meter:
    """The work left to one evaluation, the moment it is about, and what went wrong on the way.

    Attributes:
        at: the aware instant that `now()` and `today()` come from.
        notes: Chinese sentences, each the reason of one null.
        trace: what decision tables leave on the way.
        patterns: regular expressions paid for: a loop that makes a new one each turn pays each turn.
        stopped: whether the evaluation was ended by a limit.
    """

    __slots__ = ("at", "calls", "left", "notes", "patterns", "stopped", "trace")

    def __init__(self, at: datetime, steps: int = STEPS) -> None:
        self.at = at
        self.left = steps
        self.calls = 0
        self.notes: list[str] = []
        self.trace: list[Any] = []
        self.patterns: set[tuple[str, str]] = set()
        self.stopped = False

    def spend(self, steps: int = 1) -> None:
        """Take steps; raise Exhausted when none are left."""
        self.left -= steps
        if self.left < 0:
            raise Exhausted("计算量超过上限，请减少循环或列表的长度")

    def text(self, length: int) -> None:
        """Ask for a text of so many code points."""
        if length > TEXT:
            raise Exhausted(f"结果文字超过 {TEXT} 个字，已停止计算")
        self.spend(1 + length // 64)

    def items(self, count: int) -> None:
        """Ask for a list of so many items."""
        if count > ITEMS:
            raise Exhausted(f"列表超过 {ITEMS} 项，已停止计算")
        self.spend(1 + count // 16)

    def read(self, values: Iterable[Any]) -> None:
        """Pay for the texts and lists that a built-in is about to go through."""
        for value in values:
            kind = type(value)
            if kind is str:
                self.left -= len(value) >> 6
            elif kind is list:
                self.left -= len(value) >> 4
        self.spend()

    def made(self, value: Any) -> Any:
        """Pay for what a built-in made, and hand it on: a thousand long copies are as much as one text that long."""
        kind = type(value)
        if kind is str and len(value) > 64:
            self.text(len(value))
        elif kind is list and len(value) > 16:
            self.items(len(value))
        return value

    def note(self, sentence: str) -> None:
        """Say why a value became null. Returns None, so that `return meter.note(…)` reads well."""
        if len(self.notes) < 20:
            self.notes.append(sentence)
