"""What is known while the expressions of one file are read: names, types, and the findings so far."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from app.dmn.feel.errors import FeelError
from app.dmn.feel.nodes import Constant, Node
from app.dmn.feel.parser import Parser, parser
from app.dmn.feel.type_names import type_name
from app.dmn.feel.types import FeelType
from app.dmn.xml import DmnFinding


@dataclass
class Reading:
    """The expressions of one decision (or other element) being read. Faults are collected, not raised: a file says
    everything that is wrong with it at once."""

    element: str
    name: str
    names: frozenset[str]
    properties: frozenset[str]
    kinds: Mapping[str, FeelType]
    findings: list[DmnFinding] = field(default_factory=list)
    rule: int = 0

    def parser(self, text: str) -> Parser:
        """A parser over the text that knows the names here."""
        return parser(text, self.names, self.properties, self.kinds)

    def expression(self, text: str) -> Node:
        """An expression; a fault is noted and stands for null."""
        try:
            return self.parser(text).whole_expression()
        except FeelError as fault:
            self.fault(str(fault), text)
        except RecursionError:
            self.fault("嵌套太深，请拆成几步", text)
        return Constant(0, None)

    def type_named(self, name: str) -> FeelType | None:
        """The type of a `typeRef`; None where none is given."""
        plain = name.split(":", 1)[-1].strip() if name.startswith(("feel:", "tns:")) else name.strip()
        if not plain:
            return None
        if plain in self.kinds:
            return self.kinds[plain]
        try:
            reader = self.parser(plain)
            kind = type_name(reader)
            reader.finish()
        except FeelError:
            self.fault(f"没有“{name}”这种类型", "")
            return None
        return kind

    def fault(self, message: str, cell: str) -> None:
        """Note a finding at this place."""
        self.findings.append(DmnFinding(self.element, self.name, message, self.rule, cell))

    @contextmanager
    def knowing(self, names: Iterable[str]) -> Iterator[None]:
        """More names for a while."""
        outer = self.names
        self.names = outer | frozenset(names)
        yield
        self.names = outer
