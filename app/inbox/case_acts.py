"""What can be done on a case from its own page: messages it waits for, and the acts of who answers for it."""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from app.identity.actor import Actor
from app.identity.see import Sight
from app.inbox.links import Links
from app.inbox.views import Act
from app.instances.case import Case
from app.instances.export_case import may_export
from app.instances.hand_over_case import may_hand_over
from app.instances.may_extract import may_extract
from app.instances.models import Task
from app.instances.people import avoiding
from app.instances.see_case import sight
from app.instances.send_message import messages_by_hand
from app.instances.urge_task import urged_today


def case_acts(session: Session, case: Case, tasks: Sequence[Task], actor: Actor, links: Links) -> tuple[Act, ...]:
    """Offered to this person now; each is judged again when it is done.

    Args:
        tasks: the open ones.
    """
    if case.row.ended_at is not None:
        return (
            *_messages(session, case, actor, links),
            *_extract(case, actor, links),
            *_take_away(session, case, actor, links),
        )
    return (
        *_by_owner(case, tasks, actor, links),
        *_held(tasks, actor, links),
        *_hand_over(case, actor, links),
        *_messages(session, case, actor, links),
        *_keep_away(session, case, actor, links),
        *_extract(case, actor, links),
        *_take_away(session, case, actor, links),
    )


def _take_away(session: Session, case: Case, actor: Actor, links: Links) -> Iterator[Act]:
    if may_export(session, case.row, actor):
        yield Act("导出档案包", links.case_act(case.row.id, "export"))
        yield Act("打印经过", links.case_act(case.row.id, "print"))


def _extract(case: Case, actor: Actor, links: Links) -> Iterator[Act]:
    if may_extract(actor, case.row.division):
        yield Act("登记调卷", links.case_act(case.row.id, "file-request"))


def _keep_away(session: Session, case: Case, actor: Actor, links: Links) -> Iterator[Act]:
    if actor.natural_person not in avoiding(case.row) and sight(session, case.row, actor) is Sight.OPEN:
        yield Act("申报回避", links.case_act(case.row.id, "interest"), serious=True)


def _hand_over(case: Case, actor: Actor, links: Links) -> Iterator[Act]:
    if may_hand_over(case.row, by=actor):
        yield Act("移交办件", links.case_act(case.row.id, "hand-over"))


def _by_owner(case: Case, tasks: Sequence[Task], actor: Actor, links: Links) -> Iterator[Act]:
    if case.row.owner_id not in actor.ids:
        return
    yield Act("定下次跟进日期", links.case_act(case.row.id, "follow-up"))
    for task in tasks:
        if task.assignee_id is not None and task.assignee_id not in actor.ids:
            if not urged_today(task, case.today):
                yield Act(f"催办“{task.name}”", links.act(task.id, "urge"))
            yield Act(f"改派“{task.name}”", links.act(task.id, "transfer"))


def _held(tasks: Sequence[Task], actor: Actor, links: Links) -> Iterator[Act]:
    """Also for one whose role has ended meanwhile: otherwise the task would stay with them for ever."""
    for task in tasks:
        if task.assignee_id in actor.ids:
            yield Act(f"退还“{task.name}”", links.act(task.id, "release"))


def _messages(session: Session, case: Case, actor: Actor, links: Links) -> Iterator[Act]:
    for name in messages_by_hand(session, case.published, case.row, actor):
        use = case.published.message_use(name)
        if use is not None:
            yield Act(use.title, links.message(case.row.id, name), serious=True)
