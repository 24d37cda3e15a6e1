"""The player: a recording as a list of steps, and what its pictures need to move."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.clock import legal_day
from app.history.read import RecordedEvent
from app.identity.names import LEFT_OFFICE, names_of
from app.instances.wording import node_of, what_happened
from app.replay.frames import time_spent
from app.replay.story import Story, facts_of

MARKS = {
    "again": "▲ 再办", "late": "■ 超期", "moved": "◆ 改派", "placed": "⟲ 调整", "entered_later": "✎ 补录",
    "behalf": "代", "fault": "✕ 故障", "relaxed": "◇ 放宽", "refused": "⊘ 被拒操作",
}  # fmt: skip
KINDS = {
    "transferred": "moved", "case_handed_over": "moved", "repositioned": "placed", "corrected": "placed",
    "migrated": "placed", "escalated": "late", "call_failed": "fault", "call_unknown": "fault",
    "discarded": "fault", "incident_retried": "fault",
}  # fmt: skip


@dataclass(frozen=True)
class Item:
    """One line of the list that says everything the film shows."""

    seq: int
    at: datetime
    did: str
    who: str
    marks: tuple[str, ...]
    version: str
    """Only where the case goes on under another version from here."""


@dataclass(frozen=True)
class Picture:
    """One diagram. `part` is the number of the version, from 0; `process` the id of the process drawn."""

    part: int
    process: str
    title: str
    bpmn: bytes


@dataclass(frozen=True)
class Spent:
    """Time one step of the diagram was open, over the whole case; `heat` from 1 to 3."""

    node: str
    name: str
    days: str
    heat: int


def items(story: Story) -> tuple[Item, ...]:
    """The list, every entry of the chain in it."""
    actors = {str((event.fields or {}).get("actor") or "") for event in story.events}
    return tuple(_items(story, names_of(story.session, actors)))


def _items(story: Story, names: dict[str, str]) -> Iterator[Item]:
    seen: set[str] = set()
    known: dict[str, Any] = {}
    title, before = story.recording.case.row.title, ""
    for event, frame in zip(story.events, story.frames, strict=True):
        actor = str((event.fields or {}).get("actor") or "")
        human = {name for name in frame.entered if name in story.human}
        yield Item(
            seq=event.seq,
            at=event.at,
            did=what_happened(story.version(event), title, event),
            who=names.get(actor, "系统" if not actor else LEFT_OFFICE),
            marks=tuple(MARKS[code] for code in _marks(story, event, known, bool(human & seen))),
            version=story.version_names.get(event.definition, "") if event.definition != before else "",
        )
        seen |= human
        known |= facts_of(event)
        before = event.definition


def _marks(story: Story, event: RecordedEvent, known: dict[str, Any], again: bool) -> Iterator[str]:
    fields = event.fields or {}
    if again:
        yield "again"
    if event.kind in KINDS:
        yield KINDS[event.kind]
    task = story.tasks.get(str(fields.get("task") or ""))
    if event.kind == "completed" and task is not None and task.due_on and legal_day(event.at) > task.due_on:
        yield "late"
    if _later(story, event, known):
        yield "entered_later"
    if fields.get("on_behalf_of"):
        yield "behalf"
    if fields.get("payload/~marks"):
        yield "relaxed"
    if event.seq in story.knocks:
        yield "refused"


def _later(story: Story, event: RecordedEvent, known: dict[str, Any]) -> bool:
    """Whether a clock hangs on a day entered here that was over by then."""
    day, dates = legal_day(event.at).isoformat(), story.clock_facts(event)
    return any(
        name in dates and isinstance(value, str) and value < day and value != known.get(name)
        for name, value in facts_of(event).items()
    )


def pictures(story: Story) -> tuple[Picture, ...]:
    """The main process of each version and what it called; of a called one only what the case ever entered."""
    return tuple(_pictures(story))


def _pictures(story: Story) -> Iterator[Picture]:
    visited = {name for frame in story.frames for name in frame.entered}
    for part, version in enumerate(story.versions.values()):
        entered = {node.process for name, node in version.definition.nodes.items() if name in visited}
        main = version.settings.process
        for process, settings in version.all_settings.items():
            if process == main or process in entered:
                yield Picture(part, process, settings.title, version.bundle.drawing(settings.key))


def track(story: Story) -> list[dict[str, Any]]:
    """By step what moves: `in` entered, `f` flows taken, `o` open counts, `p` number of the version."""
    parts = {digest: part for part, digest in enumerate(story.versions)}
    return [
        {"in": frame.entered, "f": frame.flows, "o": frame.open, "p": parts.get(event.definition, 0)}
        for event, frame in zip(story.events, story.frames, strict=True)
    ]


def spent(story: Story, now: datetime) -> tuple[Spent, ...]:
    """The steps that took time, longest first."""
    ended = story.recording.case.row.ended_at
    found = time_spent(story.frames, ended or now)
    steps = {name: time for name, time in found.items() if _is_step(story, name) and time >= timedelta(hours=1)}
    most = max(steps.values(), default=timedelta(hours=1))
    return tuple(
        Spent(name, story.nodes[name].name or name, _days(time), 1 + min(2, int(3 * time / most)))
        for name, time in sorted(steps.items(), key=lambda pair: -pair[1])
    )


def _is_step(story: Story, name: str) -> bool:
    """A join that waits for its other branch takes no time of its own."""
    return name in story.nodes and not story.nodes[name].kind.endswith("Gateway")


def _days(time: timedelta) -> str:
    return f"{time.days} 日" if time.days else f"{time.seconds // 3600} 时"


def jumps(story: Story) -> tuple[tuple[int, str], ...]:
    """Where each human step of the diagram was first completed: for 跳到."""
    found: dict[str, tuple[int, str]] = {}
    for event in story.events:
        name = node_of(event.fields or {})
        if event.kind == "completed" and name in story.nodes:
            found.setdefault(name, (event.seq, story.nodes[name].name or name))
    return tuple(found.values())
