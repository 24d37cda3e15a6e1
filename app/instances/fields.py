"""Values the settings point at: a fact by FEEL, or `<form>.<field>` of the latest submission of that form."""

import re
from typing import Any

from sqlalchemy.orm import Session

from app.dmn.feel import compile_expression
from app.dmn.feel.wire import to_wire
from app.dossiers.read import latest_answers
from app.instances.answers import feel_facts
from app.instances.case import Case

_FIELD = re.compile(r"([a-z0-9_-]+)\.([A-Za-z0-9_.]+)")


def field_value(session: Session, case: Case, source: str) -> Any:
    """The value that `source` points at, on the wire; None when there is none yet.

    `case.number`, `<form>.<field>` of the newest submission, else FEEL over the facts.
    """
    if source == "case.number":
        return case.row.number
    match = _FIELD.fullmatch(source)
    if match and case.has_form(match[1]):
        answers: Any = case.latest(match[1], lambda form: latest_answers(session, case.around.vault, case.key, case.row.id, form))
        for part in match[2].split("."):
            answers = answers.get(part) if isinstance(answers, dict) else None
        return answers
    names = {*case.published.fact_types, "case_division"}
    return to_wire(compile_expression(source, names).evaluate(feel_facts(case), at=case.at))
