"""One task to be done: everything one needs to know, read without changing anything."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.catalogue.published import Published
from app.history.read import RecordedEvent
from app.identity.actor import Actor
from app.identity.names import LEFT_OFFICE, names_of
from app.inbox.clocks import clock_entries, limit_entry
from app.inbox.files import file_entries
from app.inbox.glance import call_entries, glance_entries
from app.inbox.links import Links
from app.inbox.next_step import next_step
from app.inbox.page_views import TaskPage
from app.inbox.standing import open_nodes
from app.inbox.subjects import subject_of
from app.inbox.timeline import marks_of, record_of, timeline
from app.inbox.views import Act, DiagramView
from app.instances.answers import Asked, asked_of
from app.instances.case import Case
from app.instances.models import Draft, Task
from app.instances.save_draft import open_draft
from app.instances.urge_task import urged_today

RECENT = 8
"""Entries of the timeline beside the form."""


@dataclass(frozen=True)
class TaskReading:
    """The page and what the form needs to be drawn."""

    page: TaskPage
    asked: Asked
    draft: Mapping[str, Any] | None
    at: datetime


def task_page(
    session: Session, case: Case, task: Task, actor: Actor, links: Links, *, nonce: str, today: date
) -> TaskReading:
    """Read the page of a task that the actor may do.

    Args:
        case: read, not locked (`read_case`).
    """
    asked = asked_of(case, task, actor)
    holder = task.assignee_id
    mine = holder in (None, actor.id)
    draft = session.get(Draft, (task.id, actor.id)) if mine else None
    record = record_of(session, case)
    events = timeline(case, record, links)
    names = names_of(session, {holder}.union(*(event.people for event in events)))
    named = [event.named(names) for event in events]
    page = TaskPage(
        today=today,
        number=case.row.number or "未编号",
        case_href=links.case(case.row.id),
        back_href=links.inbox(),
        process=case.row.title,
        step=task.name,
        subject=subject_of(case.around.vault, case.row, case.stored_key, case.today),
        basis=_basis(case.published, task),
        saved_at=draft.saved_at if draft else None,
        draft=draft.count if draft else 0,
        submit_href=links.act(task.id, "complete") if holder == actor.id else "",
        save_href=links.act(task.id, "draft") if holder == actor.id else "",
        preview_href=links.act(task.id, "preview") if holder == actor.id else "",
        claim_href=links.act(task.id, "claim")
        if holder != actor.id and (holder is None or holder in actor.ids)
        else "",
        nonce=nonce,
        phone_href=links.case_act(case.row.id, "phone"),
        held_by="" if mine else names.get(holder or "", LEFT_OFFICE),
        next_step=next_step(
            case.published.definition, task.node, alone=len(open_nodes(session, case.row.id, case.published)) == 1
        ),
        acts=_acts(case, task, actor, links),
        clocks=(*limit_entry(case, task), *clock_entries(case, first=task.clock)),
        glance=glance_entries(case, links),
        calls=call_entries(session, case, actor, links),
        files=file_entries(case, links),
        timeline=tuple(named[-RECENT:]),
        timeline_total=len(named),
        diagram=diagram_of(session, case, record, links, focus=task.node),
    )
    return TaskReading(page, asked, open_draft(case, draft) if draft else None, case.at)


def _basis(version: Published, task: Task) -> str:
    node = version.definition.nodes.get(task.node)
    return node.properties.get("basis", "") if node else ""


def _acts(case: Case, task: Task, actor: Actor, links: Links) -> tuple[Act, ...]:
    release = Act("退还，大家都可办", links.act(task.id, "release"))
    transfer = Act("转办给别人", links.act(task.id, "transfer"))
    if task.assignee_id in actor.ids:
        return (release, transfer)
    if case.row.owner_id not in actor.ids:
        return ()
    if task.assignee_id is None or urged_today(task, case.today):
        return (transfer,)
    return (transfer, Act("催办", links.act(task.id, "urge")))


def diagram_of(
    session: Session, case: Case, record: Iterable[RecordedEvent], links: Links, *, focus: str = ""
) -> DiagramView:
    """The diagram of the version the case runs on, with what is open or waited for and what was passed.

    Args:
        focus: the node whose diagram is wanted; else the main process, if anything of it is open.
    """
    version, open_now = case.published, open_nodes(session, case.row.id, case.published)
    done, flows = marks_of(record)
    main, nodes = version.settings.process, version.definition.nodes
    at = [nodes[name].process for name in ([focus] if focus else sorted(open_now)) if name in nodes]
    process = main if main in at or not at else at[0]
    key = next((one.key for one in version.all_settings.values() if one.process == process), case.row.process)
    return DiagramView(
        bpmn=version.bundle.drawing(key),
        title=version.all_settings[process].title if process in version.all_settings else case.row.title,
        active=frozenset(open_now),
        done=frozenset(done),
        flows=frozenset(flows),
        href=links.diagram(case.row.id),
        focus=focus,
    )
