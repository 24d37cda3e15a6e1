"""A businessRuleTask: a DMN decision over the facts, its outputs become facts."""

from collections.abc import Container
from datetime import datetime
from typing import Any

from app.dmn.feel import FeelError
from app.dmn.feel.wire import to_wire
from app.dmn.tables import Decision
from app.engine.expressions import Scope
from app.engine.model import Decided, EngineRefused
from app.engine.program import Program


def decide(program: Program, node: str, scope: Scope, at: datetime) -> tuple[Decided, dict[str, Any]]:
    """What the trace keeps, and the facts to set.

    Raises:
        EngineRefused: `decision_failed`, when the table refuses its inputs or no rule applies."""
    decision = program.decisions[node]
    try:
        decided = decision.decide(scope(frozenset(decision.inputs)), at=at)
    except FeelError as error:
        raise EngineRefused("decision_failed", node, str(error)) from error
    inputs = {name: to_wire(value) for name, value in decided.inputs.items()}
    output = to_wire(decided.output)
    trace = Decided(node, decision.id, decision.digest, tuple(decided.rows), inputs, output)
    if output is None:
        raise EngineRefused("decision_failed", node, "没有规则适用")
    names = fact_names(decision, program.facts)
    found = output if len(names) > 1 and isinstance(output, dict) else {names[0]: output}
    return trace, found


def fact_names(decision: Decision, declared: Container[str]) -> tuple[str, ...]:
    """Facts a decision sets: its outputs; with a single one, that output when it is a fact, else the decision's id."""
    names = decision.outputs
    return names if len(names) > 1 or names[0] in declared else (decision.id,)
