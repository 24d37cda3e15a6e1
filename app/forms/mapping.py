"""From clean answers to the facts of the case: `[forms.<id>.facts]` of process.toml, FEEL over answers and facts.

Pure, so that what-if can extract again from the stored submissions.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from app.characters import shown
from app.dmn.feel import Expression, FeelError, compile_expression
from app.dmn.feel.wire import to_wire
from app.errors import Refusal
from app.forms.model import Form, FormFinding, FormRefused
from app.forms.scope import feel_of_answers
from app.texts.forms import FINDINGS

FactMapping = Mapping[str, Expression]


def compile_mapping(texts: Mapping[str, str], form: Form, facts: Iterable[str]) -> dict[str, Expression]:
    """Compile the mapping of one form. A key of the form wins over a fact of the same name.

    Raises:
        FormRefused: a fact is not declared, or an expression is wrong or names something unknown.
    """
    known = frozenset(facts)
    findings: list[FormFinding] = []
    compiled: dict[str, Expression] = {}
    for fact, text in texts.items():
        if fact not in known:
            findings.append(_finding(form, fact, "mapping_fact", said=shown(fact)))
            continue
        try:
            compiled[fact] = compile_expression(text.removeprefix("="), tuple(known | form.names))
        except FeelError as problem:
            findings.append(_finding(form, fact, "feel", problem.position, detail=problem.message))
    if findings:
        raise FormRefused(tuple(findings))
    return compiled


def extract(
    mapping: FactMapping, answers: Mapping[str, Any], *, form: Form, facts: Mapping[str, Any], at: datetime
) -> dict[str, Any]:
    """The facts a submission sets, on the wire; null where the expression gives null.

    Args:
        answers: clean ones (`Clean.answers`).
        facts: the facts before, as FEEL values.

    Raises:
        Refusal: `form_fact_not_data` (422), an expression gives a function, a range or far too much.
    """
    scope = {**facts, **feel_of_answers(form.fields, answers)}
    return {fact: _wire(fact, expression.evaluate(scope, at=at)) for fact, expression in mapping.items()}


def _wire(fact: str, value: Any) -> Any:
    try:
        return to_wire(value)
    except FeelError as problem:
        raise Refusal("form_fact_not_data", 422, {"fact": fact, "detail": problem.message}) from problem


def _finding(form: Form, fact: str, code: str, position: int | None = None, **params: Any) -> FormFinding:
    return FormFinding(form.id, fact, code, FINDINGS[code].format_map(params), position)
