"""A story: one case walked by the names on its diagram, on chosen days, by the cast. No database, no network.

    story = tell("adoption")
    story.on("2026-03-02").completes("预约预审", by=LI_GUIFANG, child_source="kin", …)
    story.says("认领", by=LI_GUIFANG, claimed_on="2026-05-01", …)
    assert story.waits_for("解除冻结")

A story names the answers it is about; the rest of the form is filled in, and the whole must pass the form's check.
Answers become facts through the mapping of the bundle, timers fall due by its clocks and limits, local calls are
answered at once and remote ones by `answers`. Every story is told with live cases and with the state saved and
restored between all steps, and every one that had an event is then executed again from its recorded events (conftest).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Self

import pytest

from app.calendar.limits import Limit, last_day, parse_limits
from app.calendar.reckon import reckon
from app.calendar.reckoning import Reckoning
from app.calendar.timer_rules import due_for_rule
from app.calendar.working_days import WorkingDays, seed
from app.catalogue.bundle import Bundle, read_folder
from app.catalogue.parameter_facts import parameter_facts
from app.catalogue.published import Published, compile_bundle, settings_of
from app.clock import SHANGHAI
from app.dmn.feel.wire import from_wire
from app.engine import Event, Outcome, advance, open_keys
from app.engine.model import OpenedTask
from app.errors import Refusal
from app.forms.check import check
from app.forms.initial import initial
from app.forms.mapping import extract
from app.forms.model import Attachment
from tests.cast import CAST, actor
from tests.scenarios.filling import fill

ROOT = Path(__file__).parents[2]
DIVISION = "450123"
OFFICES = {"case_authority": "隆安县民政局", "case_government": "隆安县人民政府"}
SCAN = Attachment("scan", "扫描件.jpg", "image/jpeg", 1024)
told: list["Story"] = []
"""Every story that had an event since the list was last emptied: none can be forgotten when they are executed again."""


@cache
def bundle_of(key: str) -> Bundle:
    """The bundle as it stands in the folders, with those it calls."""
    alone = read_folder(ROOT / "workflows", ROOT / "forms", key)
    return alone.with_called([bundle_of(other) for other in settings_of(alone, key).called])


@cache
def version_of(key: str) -> Published:
    return compile_bundle(bundle_of(key))


@cache
def working_days() -> WorkingDays:
    return seed()


@dataclass
class Story:
    version: Published
    day: date
    switches: Mapping[str, str] = field(default_factory=dict)
    """Parameters that differ from the bundle's seed."""
    others: Mapping[str, str] = field(default_factory=dict)
    """People outside the cast: login → the one role they hold."""
    division: str = DIVISION
    events: list[Event] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    opened_at: dict[str, datetime] = field(default_factory=dict)
    letters: list[str] = field(default_factory=list)
    referrals: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)

    # what a story says

    def starts(self, **facts: Any) -> Self:
        """The case starts with the parameters in force."""
        settings = self.version.all_settings.values()
        rows = {c: r for one in settings for c, r in (*one.limits.items(), *one.parameters.items())}
        known = parameter_facts(
            settings, self.version.fact_types, lambda code: self.switches.get(code, str(rows[code]["value"]))
        )
        return self._event("started", None, facts=known | {"case_division": self.division} | facts)

    def on(self, day: str | date) -> Self:
        """Time passes up to this day; whatever falls due on the way happens, the oldest first."""
        wanted = date.fromisoformat(day) if isinstance(day, str) else day
        assert wanted >= self.day, "a story does not go back"
        self._let_pass(_morning(wanted))
        self.day = wanted
        return self

    def completes(self, name: str, by: str, item: str | None = None, **answers: Any) -> Self:
        """Somebody who holds the lane's role fills in the form of the task with that name."""
        task = self._task(name, item)
        self._may(task, by)
        use = self.version.form_of(task.process, task.properties.get("form"))
        facts, result = self._extract(use, answers, task.item)
        return self._event("completed", task.key, actor=by, facts=facts, result=result)

    def is_refused(self, name: str, by: str, **answers: Any) -> dict[str, str]:
        """What the form of the open task says against these answers, by field; the case does not move."""
        task = self._task(name, None)
        self._may(task, by)
        with pytest.raises(Refusal, match="form_errors") as refused:
            self._extract(self.version.form_of(task.process, task.properties.get("form")), answers, task.item)
        return dict(refused.value.fields)

    def says(self, title: str, by: str, **answers: Any) -> Self:
        """Somebody sends a message by hand, by its title in process.toml."""
        uses = {u.title: (n, u) for one in self.version.all_settings.values() for n, u in one.messages.items()}
        name, use = uses[title]
        assert self._roles(by) & set(use.roles), f"{by} may not send {title}"
        waits = [w.key for w in self._open().waits if w.message == name]
        assert waits, f"nobody waits for {title}"
        facts, _ = self._extract(self.version.form_of(self.version.settings.process, use.form), answers)
        return self._event("message", waits[0], actor=by, facts=facts)

    def opens(self, name: str) -> dict[str, Any]:
        """What the form of an open task shows before anybody has written in it."""
        task = self._task(name, None)
        use = self.version.form_of(task.process, task.properties.get("form"))
        return initial(use.form, at=self._now(), facts=self._known() | OFFICES)

    def answers(self, name: str, **answer: Any) -> Self:
        """A neighbour answers, or somebody does so by hand."""
        call = next(c for c in self._open().calls if self._name(c.node) == name)
        return self._event("answered", call.key, facts={"answer": answer})

    def all_answer(self, **answer: Any) -> Self:
        while calls := self._open().calls:
            self.answers(self._name(calls[0].node), **answer)
        return self

    # what a story looks at

    @property
    def last(self) -> Outcome:
        return self.outcomes[-1]

    @property
    def facts(self) -> dict[str, Any]:
        return dict(self.last.facts)

    @property
    def tasks(self) -> list[str]:
        """Names of the open tasks, sorted; a multi-instance once."""
        return sorted({task.name for task in self._open().tasks})

    @property
    def calls(self) -> list[str]:
        return sorted(self._name(call.node) for call in self._open().calls)

    def waits_for(self, title: str) -> bool:
        names = {u.title: n for one in self.version.all_settings.values() for n, u in one.messages.items()}
        return any(wait.message == names[title] for wait in self._open().waits)

    @property
    def ended(self) -> str | None:
        """Name of the end event."""
        return self._name(self.last.ended) if self.last.ended else None

    def clock(self, code: str) -> Reckoning:
        """Where a clock stands today, as the page would reckon it."""
        return reckon(self.version.clocks[code], self.facts, self._limits(), working_days(), self.day)

    # how it is done

    def _open(self) -> Any:
        return open_keys(self.version.definition, self.last.state)

    def _name(self, node: str) -> str:
        return self.version.definition.nodes[node].name

    def _task(self, name: str, item: str | None) -> OpenedTask:
        found = [t for t in self._open().tasks if t.name == name and item in (None, t.item)]
        assert found, f"{name} is not open on {self.day}; open: {self.tasks}"
        return found[0]

    def _may(self, task: OpenedTask, by: str) -> None:
        role = task.properties.get("role") or self.version.role_of(task.process, task.lane)
        assignee = task.assigned.get("assignee")
        if assignee is not None:
            assert by in ([assignee] if isinstance(assignee, str) else assignee), f"{task.name} is not for {by}"
        else:
            assert role in self._roles(by), f"{task.name} needs {role}"

    def _roles(self, login: str) -> frozenset[str]:
        return frozenset({self.others[login]}) if login in self.others else actor(login).roles

    def _extract(self, use: Any, said: Mapping[str, Any], item: str | None = None) -> tuple[dict[str, Any], Any]:
        """Facts and result of the form, once it is filled in and found right."""
        unknown = set(said) - use.form.names
        assert not unknown, f"{use.form.id} has no field {sorted(unknown)}"
        known = self._known() | {"item": item}
        around = {"at": self._now(), "facts": known | OFFICES, "candidates": self._candidates()}
        answers = fill(use.form, said, paper=lambda field: SCAN.id, **around)
        try:
            clean = check(use.form, answers, files={SCAN.id: SCAN}, divisions=lambda code: True, **around)
        except Refusal as problem:
            problem.add_note(f"{use.form.title}: {dict(problem.fields)}")
            raise
        labels = {f.label for f in use.form.walk() if said.get(f.key) is not None}
        assert not labels & set(clean.dropped), f"{use.form.id} does not show {clean.dropped}"
        asked = {"form": use.form, "facts": known, "at": self._now()}
        result = extract({"result": use.result}, clean.answers, **asked)["result"] if use.result else None
        return extract(use.facts, clean.answers, **asked), result

    def _known(self) -> dict[str, Any]:
        """The facts as FEEL values."""
        known = {n: from_wire(self.last.facts.get(n), t.kind) for n, t in self.version.fact_types.items()}
        return known | {"case_division": self.division}

    def _candidates(self) -> dict[str, dict[str, str]]:
        """Who may be chosen on a form, by role; everybody where it names none."""
        people: dict[str, dict[str, str]] = {"": {}}
        for login in (*CAST, *self.others):
            for role in (*self._roles(login), ""):
                people.setdefault(role, {})[login] = login
        return people

    def _now(self) -> datetime:
        return _morning(self.day) + timedelta(minutes=len(self.events))

    def _let_pass(self, until: datetime) -> None:
        while due := self._next_due(until):
            at, key = due
            self.day = at.astimezone(SHANGHAI).date()
            self._event("timer_due", key, at=at)

    def _next_due(self, until: datetime) -> tuple[datetime, str] | None:
        if not self.outcomes or self.last.ended:
            return None
        found = []
        for timer in self._open().timers:
            due = due_for_rule(
                timer.rule, self.opened_at[timer.key], self.last.facts, self.version.clocks, self._limits(),
                working_days(),
            )  # fmt: skip
            if due is not None and due.due_at <= until:
                found.append((max(due.due_at, self.events[-1].at), timer.key))
        return min(found, default=None)

    def _limits(self) -> Mapping[str, Limit]:
        return parse_limits({c: r for one in self.version.all_settings.values() for c, r in one.limits.items()})

    def _event(self, kind: str, target: str | None, at: datetime | None = None, **more: Any) -> Self:
        if not self.events:
            told.append(self)
        facts = more.pop("facts", {})
        event = Event(seq=len(self.events) + 1, at=at or self._now(), kind=kind, target=target, facts=facts, **more)
        state = bytes(self.last.state) if self.outcomes else None
        self.outcomes.append(advance(self.version.definition, state, event))
        self.events.append(event)
        self.opened_at |= {timer.key: event.at for timer in self.last.timers_opened}
        for call in self.last.calls:
            if call.operation.startswith("local:"):
                self._event("answered", call.key, facts={"answer": self._do(call.operation, call.input)})
        return self

    def _do(self, operation: str, given: Mapping[str, Any]) -> dict[str, str]:
        """What the shell would do in the same transaction."""
        match operation:
            case "local:record_letter":
                assert self.version.letter_use(given["letter"]), given
                self.letters.append(given["letter"])
                return {"letter_id": f"letter-{len(self.letters)}"}
            case "local:refer":
                self.referrals.append(given["to"])
                return {"referral": f"referral-{len(self.referrals)}"}
            case "local:last_day":
                limit = self._limits()[given["limit"]]
                return {"day": last_day(date.fromisoformat(given["from"]), limit, working_days()).isoformat()}
            case _:
                self.numbers.append(given.get("series", "case"))
                return {"number": f"{self.numbers[-1]}-{len(self.numbers):06d}"}


def _morning(day: date) -> datetime:
    """Nine o'clock in China."""
    return datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI).astimezone(UTC)
