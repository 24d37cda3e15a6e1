"""What stands above the list 待办: the person's newest drafts (继续), and what others urge (催办). One statement."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, and_, literal, select, union_all
from sqlalchemy.orm import Session, defer

from app.catalogue.published import Published, published
from app.clock import SHANGHAI
from app.forms.model import Form
from app.history.data_keys import WHOLE_CASE
from app.history.models import StoredKey
from app.identity.actor import Actor
from app.identity.models import Person
from app.inbox.links import Links
from app.inbox.subjects import subject_of
from app.inbox.views import Resume, Urging
from app.inbox.waiting import may_act_on, urged_by_another
from app.instances.models import Draft, Instance, Task
from app.vault import Vault

DRAFTS, URGED = 3, 5
"""How many of them are shown."""


@dataclass(frozen=True)
class Beside:
    resume: tuple[Resume, ...]
    urged: tuple[Urging, ...]
    """The tasks of this person that somebody else urged, the newest first."""


def beside(session: Session, vault: Vault, actor: Actor, links: Links, *, today: date, urged: bool) -> Beside:
    """What stands above this person's list.

    Args:
        urged: whether any task on it is urged: to look for one that is not there would read them all once more.
    """
    rows = session.execute(_asked(actor, urged=urged)).all()
    return Beside(
        tuple(_draft(session, vault, links, row, today) for row in rows if row.drafted),
        tuple(_urging(links, row.Task, row.Instance, row.name) for row in rows if not row.drafted),
    )


def _asked(actor: Actor, *, urged: bool) -> Select[*tuple[Any, ...]]:
    mine = may_act_on(actor)
    drafts = (
        select(Draft.task_id.label("id"), literal(True).label("drafted"), Draft.saved_at.label("at"))
        .join(Task, Task.id == Draft.task_id)
        .where(Draft.person_id == actor.id, mine)
        .order_by(Draft.saved_at.desc())
        .limit(DRAFTS)
        .subquery()
    )
    hurried = (
        select(Task.id, literal(False), Task.urged_at)
        .where(mine, urged_by_another(actor))
        .order_by(Task.urged_at.desc())
        .limit(URGED)
        .subquery()
    )
    either = (union_all(select(drafts), select(hurried)) if urged else select(drafts)).subquery("either")
    return (
        select(either.c.drafted, Task, Instance, StoredKey, Draft, Person.name)
        .select_from(either)
        .join(Task, Task.id == either.c.id)
        .join(Instance, Instance.id == Task.instance_id)
        .outerjoin(StoredKey, and_(StoredKey.case == Instance.id, StoredKey.subject == WHOLE_CASE))
        .outerjoin(Draft, and_(either.c.drafted, Draft.task_id == Task.id, Draft.person_id == actor.id))
        .outerjoin(Person, Person.id == Task.urged_by)
        .order_by(either.c.at.desc())
        .options(defer(Instance.state))
    )


def _draft(session: Session, vault: Vault, links: Links, row: Row[*tuple[Any, ...]], today: date) -> Resume:
    version = published(session, row.Instance.definition)
    return Resume(
        label=f"{subject_of(vault, row.Instance, row.StoredKey, today).party}·{row.Task.name}",
        href=links.task(row.Task.id) + (f"#{row.Draft.field}" if row.Draft.field else ""),
        note=_stopped_at(version, row.Task, row.Draft, today),
    )


def _urging(links: Links, task: Task, row: Instance, by: str | None) -> Urging:
    at = f" {task.urged_at.astimezone(SHANGHAI):%m-%d %H:%M}" if task.urged_at else ""
    return Urging(
        text=f"{by or ''}{at}：{row.title}·{task.name} …{(row.number or '')[-4:] or '新件'}",
        href=links.task(task.id),
    )


def _stopped_at(version: Published, task: Task, draft: Draft, today: date) -> str:
    """`“问答”第 3 行，10:42 已存`: the field by its label, and the day where it was not today."""
    saved = draft.saved_at.astimezone(SHANGHAI)
    time = f"{saved:%H:%M}" if saved.date() == today else f"{saved:%m-%d %H:%M}"
    where = _field_words(version.form_of(task.process, task.form).form, draft.field or "")
    return f"{where}{time} 已存"


def _field_words(form: Form, address: str) -> str:
    name, _, rest = address.removeprefix("f-").partition("-")
    label = next((each.label for each in form.walk() if each.key == name), "")
    if not label:
        return ""
    row = rest.split("-")[0]
    return f"“{label}”第 {int(row) + 1} 行，" if row.isascii() and row.isdigit() else f"“{label}”，"
