"""What a task asks: its form with everything the check of the answers needs to know on the server's side."""

from dataclasses import dataclass
from typing import Any

from app.catalogue.published import PublishedForm
from app.dmn.feel.wire import from_wire
from app.instances.case import Case
from app.instances.models import Task


@dataclass(frozen=True)
class Asked:
    """`facts` are FEEL values by name; `context` are the keyword arguments of `forms.check.check`."""

    form: PublishedForm
    facts: dict[str, Any]
    context: dict[str, Any]


def asked_of(case: Case, task: Task) -> Asked:
    """The form of the task and the facts of the case as FEEL sees them, the item of a multi-instance among them."""
    facts = feel_facts(case)
    if task.item is not None:
        facts["item"] = task.item
    return _asked(case, case.published.form_of(task.process, task.form), facts)


def message_asked(case: Case, form: str) -> Asked:
    """The form of a message entered by hand; it belongs to the main process."""
    return _asked(case, case.published.form_of(case.published.settings.process, form), feel_facts(case))


def _asked(case: Case, form: PublishedForm, facts: dict[str, Any]) -> Asked:
    context = {
        "facts": facts,
        "at": case.at,
        "files": {},
        "divisions": case.knows_division,
        "candidates": {},
        "previous": {},
    }
    return Asked(form, facts, context)


def feel_facts(case: Case) -> dict[str, Any]:
    """The declared facts of the case; one that is not set yet is null."""
    known = case.known_facts()
    types = case.published.fact_types
    found = {name: from_wire(known.get(name), kind.kind) for name, kind in types.items()}
    return found | {"case_division": case.row.division}
