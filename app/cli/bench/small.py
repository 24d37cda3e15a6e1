"""What one gateway condition and one table of twenty rules take, parsed already."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from time import perf_counter

from app.dmn.feel import compile_expression
from app.dmn.tables import parse_decisions

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
TURNS, BEST_OF = 2_000, 5
RULES = 20


@dataclass(frozen=True)
class Small:
    """Microseconds."""

    condition: float
    table: float


def small_figures() -> Small:
    """The best of several turns: what the work takes, not what the neighbours do."""
    condition = compile_expression('decision = "agree" and amount > 1000', ("decision", "amount"))
    scope = {"decision": "agree", "amount": Decimal(5000)}
    (table,) = parse_decisions(_table()).values()
    given = {"amount": Decimal(1950), "kind": "b"}
    assert condition.decide(scope, at=NOON) is True
    assert table.decide(given, at=NOON).output == {"level": "l19", "desk": "d19"}
    return Small(
        _microseconds(lambda: condition.decide(scope, at=NOON)), _microseconds(lambda: table.decide(given, at=NOON))
    )


def _microseconds(act: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(BEST_OF):
        before = perf_counter()
        for _ in range(TURNS):
            act()
        best = min(best, perf_counter() - before)
    return best / TURNS * 1_000_000


def _table() -> bytes:
    """Two inputs, two outputs, twenty rules that exclude each other."""
    rules = "".join(
        f"<rule><inputEntry><text>[{100 * n}..{100 * n + 99}]</text></inputEntry>"
        f'<inputEntry><text>"a", "b"</text></inputEntry>'
        f'<outputEntry><text>"l{n}"</text></outputEntry><outputEntry><text>"d{n}"</text></outputEntry></rule>'
        for n in range(RULES)
    )
    columns = "".join(
        f'<input><inputExpression typeRef="{kind}"><text>{name}</text></inputExpression></input>'
        for name, kind in (("amount", "number"), ("kind", "string"))
    ) + "".join(f'<output name="{name}" typeRef="string"/>' for name in ("level", "desk"))
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">'
        f'<decision id="risk" name="Risk"><decisionTable hitPolicy="UNIQUE">{columns}{rules}</decisionTable></decision>'
        "</definitions>"
    ).encode()
