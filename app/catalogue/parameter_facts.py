"""Facts that stand in the parameter register: set once, when a case starts (docs/process-format.md §2)."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from app.catalogue.process_settings import ProcessSettings
from app.dmn.feel.wire import to_wire
from app.engine.model import FactType, FactValue


def parameter_facts(
    settings: Iterable[ProcessSettings], kinds: Mapping[str, FactType], value_of: Callable[[str], str]
) -> dict[str, FactValue]:
    """The facts that rows of `[limits]` and `[parameters]` name with `fact` (and `key`, for an entry of a map).

    Args:
        kinds: the declared facts by name.
        value_of: the value of a code in force on the day of the start in the division of the case, as text.
    """
    facts: dict[str, Any] = {}
    for one in settings:
        for code, row in (*one.limits.items(), *one.parameters.items()):
            if "fact" in row:
                name = str(row["fact"])
                value = _wire(kinds[name].kind, value_of(code))
                if "key" in row:
                    facts.setdefault(name, {})[str(row["key"])] = value
                else:
                    facts[name] = value
    return facts


def _wire(kind: str, text: str) -> Any:
    if kind == "boolean":
        return text == "true"
    if kind in ("number", "map"):
        return to_wire(Decimal(text))
    return text
