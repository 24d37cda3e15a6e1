"""What people do in a story, each by the act that a page would call. A table from the word in the story to the act."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.cli.demo_cases.answering import Pen
from app.cli.demo_cases.stories import Step
from app.clock import legal_day
from app.connectors.departments import operation_of
from app.identity.actor import Actor
from app.identity.delegate import delegate
from app.instances.answer_call import answer_call
from app.instances.answer_call_by_hand import answer_call_by_hand, read_call
from app.instances.answers import asked_of, message_asked
from app.instances.complete_task import complete_task
from app.instances.follow_up import set_follow_up
from app.instances.hold import claim_task
from app.instances.models import Call, Instance, Task, Wait
from app.instances.read_case import read_case, read_task
from app.instances.release_task import release_task
from app.instances.save_draft import save_draft
from app.instances.send_message import send_message
from app.instances.start import start
from app.instances.surroundings import Surroundings
from app.instances.take_back import take_back
from app.instances.tell_by_phone import tell_by_phone
from app.instances.transfer_task import transfer_task
from app.instances.urge_task import urge_task

Said = dict[str, Any]


class NotYet(Exception):
    """What the step needs is not open yet; the next day may bring it."""


@dataclass(frozen=True)
class Scene:
    """One step about to happen: `case` is the id of the story's case, empty before it is started."""

    session: Session
    around: Surroundings
    pen: Pen
    step: Step
    by: Actor
    case: str
    now: datetime
    key: str

    @property
    def act(self) -> dict[str, Any]:
        """What every act takes."""
        return {"by": self.by, "now": self.now}

    def said(self) -> Said:
        written: Said = self.pen.written(self.step.answers, self.now)
        return written


def begin(scene: Scene) -> Said:
    row = start(scene.session, scene.around, scene.pen.story.process, **scene.act)
    return {"case": row.id}


def take_up(scene: Scene) -> Said:
    """A case that another case opened, in which this task waits; the oldest first."""
    waiting = select(Instance.id).join(Task, Task.instance_id == Instance.id)
    waiting = waiting.where(Instance.process == scene.pen.story.process, Task.name == scene.step.what)
    found = scene.session.scalar(waiting.where(Task.status == "open").order_by(Instance.started_at).limit(1))
    if found is None:
        raise NotYet
    return {"case": found}


def complete(scene: Scene) -> Said:
    task = _task(scene)
    case, task = read_task(scene.session, scene.around, task.id, **scene.act)
    settings = case.published.all_settings[task.process or case.published.settings.process]
    asked, process = asked_of(case, task, scene.by), settings.key
    answers = scene.pen.fill(asked, process, scene.said(), case=scene.case, **scene.act)
    complete_task(scene.session, scene.around, task.id, answers=answers, **scene.act)
    return {}


def say(scene: Scene) -> Said:
    """A message entered by hand, by its title."""
    case = read_case(scene.session, scene.around, _row(scene), now=scene.now)
    uses = case.published.settings.messages
    name = next(name for name, use in uses.items() if use.title == scene.step.what)
    if scene.session.scalar(select(Wait.id).where(Wait.instance_id == scene.case, Wait.message == name)) is None:
        raise NotYet
    asked = message_asked(case, uses[name].form or "", scene.by)
    answers = scene.pen.fill(asked, scene.pen.story.process, scene.said(), case=scene.case, **scene.act)
    send_message(scene.session, scene.around, scene.case, name, dedupe=scene.key, answers=answers, **scene.act)
    return {}


def reply(scene: Scene) -> Said:
    """The departments asked answer in order; with a name only that one, and as the story says."""
    for call in _calls(scene):
        found = operation_of(call.operation)
        usual: Mapping[str, Any] = found[0].fake[found[1].name][0] if found else {}
        answer_call(scene.session, scene.around, call.id, {**usual, **scene.said()}, attempt=1, now=scene.now)
    return {}


def reply_by_hand(scene: Scene) -> Said:
    call = _calls(scene)[0]
    _, _, asked = read_call(scene.session, scene.around, call.id, **scene.act)
    answers = scene.pen.fill(asked, scene.pen.story.process, scene.said(), case=scene.case, **scene.act)
    answer_call_by_hand(scene.session, scene.around, call.id, answers=answers, **scene.act)
    return {}


def claim(scene: Scene) -> Said:
    claim_task(scene.session, scene.around, _task(scene).id, **scene.act)
    return {}


def release(scene: Scene) -> Said:
    release_task(scene.session, scene.around, _task(scene).id, **scene.act)
    return {}


def draft(scene: Scene) -> Said:
    """Half filled in: what the form opens with and what the story says; `at` is where the person stopped."""
    said = scene.said()
    field = said.pop("at")
    claim_task(scene.session, scene.around, _task(scene).id, **scene.act)
    save_draft(scene.session, scene.around, _task(scene).id, answers=said, field=field, **scene.act)
    return {}


def transfer(scene: Scene) -> Said:
    said = scene.said()
    transfer_task(scene.session, scene.around, _task(scene).id, to=said["to"], reason=said["reason"], **scene.act)
    return {}


def urge(scene: Scene) -> Said:
    urge_task(scene.session, scene.around, _task(scene).id, **scene.act)
    return {}


def fetch_back(scene: Scene) -> Said:
    done = select(Task).where(Task.instance_id == scene.case, Task.name == scene.step.what, Task.status == "done")
    take_back(scene.session, scene.around, scene.session.scalars(done).one().id, **scene.act)
    return {}


def phone(scene: Scene) -> Said:
    tell_by_phone(scene.session, scene.around, scene.case, **scene.act)
    return {}


def follow_up(scene: Scene) -> Said:
    day = legal_day(scene.now) + timedelta(days=scene.step.answers["in"])
    set_follow_up(scene.session, scene.around, scene.case, day=day, **scene.act)
    return {}


def ask_deputy(scene: Scene) -> Said:
    said, first = scene.said(), legal_day(scene.now)
    last = first + timedelta(days=said["days"])
    delegate(scene.session, scene.by, scene.by.login, said["to"], first, last, said["reason"], scene.now)
    return {}


ACTS: Mapping[str, Callable[[Scene], Said]] = {
    "发起": begin,
    "接手": take_up,
    "办": complete,
    "来件": say,
    "回复": reply,
    "人工核验": reply_by_hand,
    "认领": claim,
    "退还": release,
    "存稿": draft,
    "转办": transfer,
    "催办": urge,
    "取回": fetch_back,
    "电话答复": phone,
    "跟进": follow_up,
    "请代理": ask_deputy,
}


def _row(scene: Scene) -> Instance:
    return scene.session.get_one(Instance, scene.case)


def _task(scene: Scene) -> Task:
    """The open task of that name: one named for this person first, the oldest first."""
    mine = Task.candidates.contains(f",{scene.by.login},", autoescape=True)
    which = select(Task).where(Task.instance_id == scene.case, Task.name == scene.step.what, Task.status == "open")
    if scene.step.act in {"办", "认领", "存稿"}:
        which = which.where(
            or_(Task.candidates.is_(None), mine), or_(Task.assignee_id.is_(None), Task.assignee_id.in_(scene.by.ids))
        )
    found = scene.session.scalars(which.order_by(Task.opened_seq, Task.key)).first()
    if found is None:
        raise NotYet
    return found


def _calls(scene: Scene) -> list[Call]:
    which = select(Call).where(Call.instance_id == scene.case, Call.status == "waiting").order_by(Call.key)
    found = [one for one in scene.session.scalars(which) if scene.step.what in ("", one.name)]
    if not found:
        raise NotYet
    return found
