"""`[audit]` of process.toml, compiled: by which nodes and flows a case goes back, and what decides against advice."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.catalogue.process_settings import ProcessSettings
from app.dmn.feel import Expression, FeelError, compile_expression
from app.engine import Definition
from app.engine.model import FactType
from app.errors import Refusal


@dataclass(frozen=True)
class Audited:
    """`returned`: ids of nodes and flows; `against`: by the fact a person decides, true where it was against advice."""

    returned: frozenset[str] = frozenset()
    against: Mapping[str, Expression] = field(default_factory=dict)


def compile_audit(
    settings: Mapping[str, ProcessSettings], definition: Definition, facts: Mapping[str, FactType]
) -> Audited:
    """Of all processes of the closure together.

    Raises:
        Refusal: `bundle_settings` (422): an element that is not drawn, a fact not declared, an expression that is wrong.
    """
    returned: set[str] = set()
    against: dict[str, Expression] = {}
    for one in settings.values():
        for element in one.audit.returned:
            if element not in definition.nodes and element not in definition.flows:
                raise _wrong("audit.returned", f"图上没有 {element}")
            returned.add(element)
        for fact, text in one.audit.against.items():
            if fact not in facts:
                raise _wrong(f"audit.against.{fact}", "没有声明这个事实")
            against[fact] = _compiled(fact, text, facts)
    return Audited(frozenset(returned), against)


def _compiled(fact: str, text: str, facts: Mapping[str, FactType]) -> Expression:
    try:
        return compile_expression(text, (*facts, "case_division"))
    except FeelError as problem:
        raise _wrong(f"audit.against.{fact}", problem.message) from problem


def _wrong(place: str, detail: str) -> Refusal:
    return Refusal("bundle_settings", 422, {"place": place, "detail": detail})
