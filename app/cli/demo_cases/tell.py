"""Tells all stories at once, in the order of time, on a clock set by hand: so numbers are issued as they would have been.

Every step is done once for good, under a key of its own (rule 15): telling again adds nothing, and a telling that was
interrupted goes on where it stopped.
"""

import heapq
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select

from app import clock
from app.calendar.working_days import WorkingDays
from app.cli.demo_cases.acts import ACTS, NotYet, Scene
from app.cli.demo_cases.answering import Pen
from app.cli.demo_cases.stories import Step, Story, stories
from app.cli.duties import duties
from app.clock import SHANGHAI, legal_day
from app.connectors.ask import faked
from app.db import db, in_transaction
from app.errors import Refusal
from app.identity.actor import load_actor_by_login
from app.instances.in_force import in_force
from app.instances.models import Done, Timer
from app.instances.once import once
from app.instances.surroundings import Surroundings

KEY = "demo:"
EARLY, BETWEEN = time(8, 40), timedelta(minutes=7)
TODAY_BEFORE = timedelta(minutes=40)
"""What happened today happened at least so long ago."""
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
SILENT = {"CONNECTOR_FAKE_POLICE": "fail", "CONNECTOR_FAKE_VILLAGE": "fail", "CONNECTOR_FAKE_MARRIAGE": "fail",
          "CONNECTOR_FAKE_HEALTH": "fail", "CONNECTOR_FAKE_REGISTRY": "fail", "CONNECTOR_FAKE_COURT": "fail"}  # fmt: skip
"""Departments that cannot be reached: what waits for them still waits when the demonstration opens."""


class StoryStuck(Exception):
    """A story cannot go on: its next step is not open, up to today. The message names story and step."""


@dataclass
class Told:
    """How far a story has been told."""

    story: Story
    pen: Pen
    number: int
    case: str = ""
    next: int = 0
    at: datetime = LONG_AGO

    @property
    def step(self) -> Step:
        return self.story.steps[self.next]

    @property
    def key(self) -> str:
        return f"{KEY}{self.story.key}:{self.next}"


class Teller:
    def __init__(self, around: Surroundings, now: datetime, told: Sequence[Story]) -> None:
        self.around = around
        self.stories = told
        self.now = now
        self.today = legal_day(now)
        self.days = around.days(db.session(), in_force(db.session()).days)
        self.had = {row.key: row.answer for row in db.session.scalars(select(Done).where(Done.key.startswith(KEY)))}
        self.worker = dict(duties(around, faked(SILENT, moment=0)))
        self.handed_over: date | None = None

    def tell(self) -> int:
        """Tell what has not been told; returns the number of steps done.

        Raises:
            StoryStuck
        """
        told = [Told(story, Pen(story, self.around, self.today), n) for n, story in enumerate(self.stories)]
        queue = [(self._planned(one), one.number, one) for one in told if self._forward(one)]
        heapq.heapify(queue)
        done = 0
        while queue:
            at, number, one = heapq.heappop(queue)
            self._let_pass(at)
            if not self._do(one, at):
                heapq.heappush(queue, (self._tomorrow(one, at), number, one))
                continue
            done += 1
            if self._forward(one):
                heapq.heappush(queue, (self._planned(one), number, one))
        if done:
            self._end()
        return done

    def _forward(self, one: Told) -> bool:
        """Pass over what was done in an earlier telling; False at the end."""
        while one.next < len(one.story.steps) and one.key in self.had:
            one.case = self.had[one.key].get("case", one.case)
            one.next += 1
        return one.next < len(one.story.steps)

    def _do(self, one: Told, at: datetime) -> bool:
        def command() -> dict[str, Any]:
            session, step = db.session(), one.step
            by = load_actor_by_login(session, one.story.cast[step.who], legal_day(at))
            scene = Scene(session, self.around, one.pen, step, by, one.case, at, one.key)
            return once(session, by.id, one.key, {"act": step.act}, lambda: ACTS[step.act](scene), now=at)

        clock.set_source(lambda: at)
        try:
            answer = in_transaction(command)
        except NotYet:
            return False
        except Refusal as refusal:
            raise StoryStuck(f"{self._name(one)}：{refusal.code} {dict(refusal.fields) or refusal.params}") from refusal
        one.case, one.at = answer.get("case", one.case), at
        one.next += 1
        return True

    def _name(self, one: Told) -> str:
        return f"{one.story.key} {one.step.ago} {one.step.who} {one.step.act} {one.step.what}"

    def _planned(self, one: Told) -> datetime:
        """The instant of the next step: after the one before, on a working day, not after now."""
        day = _back(self.days, self.today, one.step)
        at = datetime.combine(day, EARLY, SHANGHAI) + timedelta(minutes=one.number * 13 % 440)
        return min(max(at, one.at + BETWEEN), max(self.now - TODAY_BEFORE, one.at + timedelta(seconds=1)))

    def _tomorrow(self, one: Told, at: datetime) -> datetime:
        following = self.days.next_workday(legal_day(at))
        if following > self.today:
            raise StoryStuck(f"{self._name(one)}：直到 {self.today} 也没有等到")
        later = datetime.combine(following, EARLY, SHANGHAI) + timedelta(minutes=one.number * 13 % 440)
        return min(later, max(self.now - TODAY_BEFORE, at + timedelta(minutes=1)))

    def _let_pass(self, until: datetime) -> None:
        """The worker of those days: timers fire when they fall due, clues are handed over."""
        while (due := self._next_due()) is not None and due <= until:
            self._work("timers", due)
        if legal_day(until) != self.handed_over:
            self.handed_over = legal_day(until)
            self._work("outbox", until)

    def _next_due(self) -> datetime | None:
        return db.session.scalar(select(func.min(Timer.due_at)))

    def _work(self, duty: str, at: datetime) -> None:
        clock.set_source(lambda: at)
        self.worker[duty]()

    def _end(self) -> None:
        """Up to now; and who was asked could not be reached, so that something still waits for an answer."""
        self._let_pass(self.now)
        self._work("outbox", self.now)
        for minutes in (30, 28, 22, 5):
            self._work("calls", self.now - timedelta(minutes=minutes))


def tell_all(around: Surroundings, now: datetime, told: Sequence[Story] | None = None) -> int:
    """Tell every story (or those given) as of `now`; the clock is given back afterwards. Returns the steps done.

    Raises:
        StoryStuck
    """
    with _own_clock():
        return Teller(around, now, stories() if told is None else told).tell()


@contextmanager
def _own_clock() -> Iterator[None]:
    try:
        yield
    finally:
        clock.set_source(None)


def _back(days: WorkingDays, today: date, step: Step) -> date:
    if not step.working:
        return min(days.roll_over(today - timedelta(days=step.ago)), today)
    day = today
    for _ in range(step.ago):
        day -= timedelta(days=1)
        while not days.is_workday(day):
            day -= timedelta(days=1)
    return day
