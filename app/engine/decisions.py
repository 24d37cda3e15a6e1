"""A businessRuleTask: a DMN decision over the facts, its outputs become facts."""

from datetime import datetime
from typing import Any

from app.dmn.feel import FeelError
from app.dmn.feel.wire import to_wire
from app.engine.expressions import Scope
from app.engine.model import Decided, EngineRefused
from app.engine.program import Program


def decide(program: Program, node: str, scope: Scope, at: datetime) -> tuple[Decided, dict[str, Any]]:
    """What the trace keeps, and the facts to set.

    Raises:
        EngineRefused: `decision_failed`, when the table refuses its inputs or no rule applies."""
    decision = program.decisions[node]
    try:
        decided = decision.decide(scope(frozenset(program.facts)), at=at)
    except FeelError as error:
        raise EngineRefused("decision_failed", node, str(error)) from error
    inputs = {name: to_wire(value) for name, value in decided.inputs.items()}
    output = to_wire(decided.output)
    trace = Decided(node, decision.id, decision.digest, tuple(decided.rows), inputs, output)
    if output is None:
        raise EngineRefused("decision_failed", node, "没有规则适用")
    found = output if isinstance(output, dict) else {decision_fact(decision): output}
    return trace, found


def decision_fact(decision: Any) -> str:
    """Name of the fact a decision with one output sets."""
    names = list(decision.outputs)
    return str(names[0]) if len(names) == 1 and names[0] else str(decision.id)
