"""Item definitions into types: components, collections, functions, allowed values (DMN 1.5 §7.3.3)."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.dmn.feel import FeelError, compile_unary_tests
from app.dmn.feel.parser import parser
from app.dmn.feel.type_names import type_name
from app.dmn.feel.types import ANY, Allowed, FeelType
from app.dmn.xml import DmnFinding, attribute, child, children, text_of

if TYPE_CHECKING:
    from lxml import etree

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ItemTypes:
    """The types of one file by name. A definition that refers to itself is `Any` there."""

    def __init__(self, root: "etree._Element", imported: dict[str, FeelType] | None = None) -> None:
        self.waiting = {attribute(item, "name"): item for item in children(root, "itemDefinition")}
        self.kinds: dict[str, FeelType] = dict(imported or {})
        self.components: set[str] = set()
        self.findings: list[DmnFinding] = []
        for name in list(self.waiting):
            self.named(name)

    def named(self, name: str) -> FeelType:
        """The type of that name, defined here, or as FEEL writes it."""
        item = self.waiting.pop(name, None)
        if item is not None:
            self.kinds[name] = ANY
            self.kinds[name] = self.defined(item)
        if name in self.kinds:
            return self.kinds[name]
        if name.startswith(("feel:", "tns:")):
            return self.named(name.split(":", 1)[1])
        for waiting in list(self.waiting):
            if waiting and waiting in name:
                self.named(waiting)
        try:
            return type_name(parser(name, (), (), self.kinds)) if name else ANY
        except FeelError:
            self.findings.append(DmnFinding(name, name, f"没有“{name}”这种类型"))
            return ANY

    def defined(self, item: "etree._Element") -> FeelType:
        """The type an item definition (or component) describes."""
        kind = self.base(item)
        many = attribute(item, "isCollection") == "true"
        allowed = child(item, "allowedValues")
        if allowed is not None:
            tests = self.allowed(item, text_of(allowed))
            kind = FeelType(kind.name, kind.of, kind.fields, kind.params, (*kind.allowed, *tests))
        kind = FeelType("list", of=kind) if many else kind
        constraint = child(item, "typeConstraint")
        if constraint is not None:
            tests = self.allowed(item, text_of(constraint))
            kind = FeelType(kind.name, kind.of, kind.fields, kind.params, (*kind.allowed, *tests))
        return kind

    def base(self, item: "etree._Element") -> FeelType:
        """The type before collection and constraints."""
        function = child(item, "functionItem")
        if function is not None:
            params = [self.named(attribute(one, "typeRef")) for one in children(function, "parameters")]
            return FeelType("function", of=self.named(attribute(function, "outputTypeRef")), params=tuple(params))
        parts = list(children(item, "itemComponent"))
        if not parts:
            reference = child(item, "typeRef")
            return self.named((reference.text or "").strip() if reference is not None else "")
        self.components.update(attribute(part, "name") for part in parts)
        return FeelType("context", fields={attribute(part, "name"): self.defined(part) for part in parts})

    def allowed(self, item: "etree._Element", text: str) -> tuple[Allowed, ...]:
        """The constraint as a question about a value."""
        try:
            tests = compile_unary_tests(text)
        except FeelError as fault:
            name = attribute(item, "name")
            self.findings.append(DmnFinding(name, name, str(fault), cell=text))
            return ()
        return (Allowed(text, lambda value: tests.matches(value, {}, at=EPOCH) is True),)
