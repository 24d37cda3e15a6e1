"""The clocks of a case as they stood on the day of a step, with their reckoning."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from app.calendar import versions as calendars
from app.calendar.clocks import ClockRefused, reckon
from app.calendar.limits import UNITS
from app.clock import legal_day
from app.history.read import RecordedEvent
from app.parameters import register
from app.parameters.register import TimeLimit
from app.replay.step_view import ClockThen
from app.replay.story import Story, facts_of


def clocks_then(story: Story, event: RecordedEvent) -> Iterator[ClockThen]:
    """After the step, under the holiday table and the limits that the record names; none where something before it is
    hidden: a stop may be among it."""
    version, day = story.version(event), legal_day(event.at)
    if not version.clocks or not story.knows_before(event.seq):
        return
    known = {**story.facts_before(event.seq), **facts_of(event)}
    facts = {name: value for name, value in known.items() if value is not None}
    digest = _named(story, event, "calendar")[1]
    days = calendars.of_digest(story.session, digest) if digest else calendars.current(story.session)
    limits = _limits(story, event, day)
    for spec in version.clocks.values():
        try:
            standing = reckon(spec, facts, limits, days, day)
        except (ClockRefused, LookupError):
            continue
        if standing.started_on is not None:
            yield ClockThen(
                standing.title,
                standing.used,
                standing.limit,
                UNITS.get(standing.unit, standing.unit),
                standing.due_on,
                "ended" if standing.ended_on else "stopped" if standing.stopped_now else "running",
                tuple((line.text, line.source) for line in standing.lines),
            )


def _limits(story: Story, event: RecordedEvent, day: date) -> Mapping[str, TimeLimit]:
    """Of the register approved by then; of the newest, where that is the one the entry was reckoned with (a case that was
    told afterwards, as those of the demonstration are)."""
    named_on, digest = _named(story, event, "parameters")
    division = story.recording.case.row.division
    then = register.current(story.session, day, known_at=event.at)
    if digest and register.current(story.session, named_on, known_at=event.at).digest != digest:
        newest = register.current(story.session, named_on)
        then = register.current(story.session, day) if newest.digest == digest else then
    return then.limits(division)


def _named(story: Story, event: RecordedEvent, field: str) -> tuple[date, str]:
    """Day and digest of the nearest entry up to this one that names the register in force; notes name none."""
    for one in reversed(story.events[: event.seq]):
        found: Any = (one.fields or {}).get(field)
        if found:
            return legal_day(one.at), str(found)
    return legal_day(event.at), ""
