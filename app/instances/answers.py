"""What a task asks: its form with everything the check of the answers needs to know on the server's side."""

from dataclasses import dataclass
from typing import Any

from app.catalogue.published import PublishedForm
from app.dmn.feel import Expression
from app.dmn.feel.wire import from_wire
from app.identity.actor import Actor
from app.identity.candidates import people_for_step
from app.identity.may import Need
from app.identity.roles import CASE_ROLES
from app.instances.attachments import attachments_of
from app.instances.authority import bureau, government
from app.instances.case import Case
from app.instances.models import Task
from app.instances.people import avoiding

OFFICES = {"case_authority": bureau, "case_government": government}
"""Names only a default of a form may use: who decides here, and who hears the complaint."""


@dataclass(frozen=True)
class Asked:
    """`facts` are FEEL values by name; `context` are the keyword arguments of `forms.check.check`."""

    form: PublishedForm
    facts: dict[str, Any]
    context: dict[str, Any]


def asked_of(case: Case, task: Task, by: Actor) -> Asked:
    """The form of the task and the facts of the case as FEEL sees them, the item of a multi-instance among them."""
    facts = feel_facts(case)
    if task.item is not None:
        facts["item"] = task.item
    return _asked(case, case.published.form_of(task.process, task.form), facts, by)


def message_asked(case: Case, form: str, by: Actor) -> Asked:
    """The form of a message entered by hand; it belongs to the main process."""
    return _asked(case, case.published.form_of(case.published.settings.process, form), feel_facts(case), by)


def form_asked(case: Case, form: PublishedForm, by: Actor) -> Asked:
    """A form that belongs to no task: what a department said, entered by hand."""
    return _asked(case, form, feel_facts(case), by)


def _asked(case: Case, form: PublishedForm, facts: dict[str, Any], by: Actor) -> Asked:
    facts |= {name: of(case) for name, of in OFFICES.items() if _mentions(form, name)}
    context = {
        "facts": facts,
        "at": case.at,
        "files": attachments_of(case) if _takes_files(form) else {},
        "divisions": case.knows_division,
        "candidates": {role: _people(case, role, by) for role in form.form.roles},
        "previous": case.latest(form.form.id) if _keeps(form) else {},
    }
    return Asked(form, facts, context)


def _mentions(form: PublishedForm, name: str) -> bool:
    return any(isinstance(field.default, Expression) and name in field.default.names for field in form.form.walk())


def _takes_files(form: PublishedForm) -> bool:
    return any(field.type == "filepicker" for field in form.form.walk())


def _keeps(form: PublishedForm) -> bool:
    """Whether a field shows what was stored before instead of asking."""
    return any(field.readonly or field.disabled for field in form.form.walk())


def _people(case: Case, role: str, by: Actor) -> dict[str, str]:
    """Login and name of those who could act in this role for the case; where no role is named, of the own office only
    (abuse case 3)."""
    roles = (role,) if role else tuple(sorted(CASE_ROLES))
    need = Need(roles, case.row.division, interests=avoiding(case.row))
    found = people_for_step(case.session, by, need, case.today, office=None if role else by.organisation)
    return {one.login: one.name for one in found}


def feel_facts(case: Case) -> dict[str, Any]:
    """The declared facts of the case; one that is not set yet is null."""
    known = case.known_facts()
    types = case.published.fact_types
    found = {name: from_wire(known.get(name), kind.kind) for name, kind in types.items()}
    return found | {"case_division": case.row.division}
