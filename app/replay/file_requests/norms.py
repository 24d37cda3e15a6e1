"""The norms in force on a day, as far as the program applied them: versions of the procedure, what their clocks cite, and
the parameters they reckon with."""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import select

from app.calendar.limits import MARKS, UNITS
from app.catalogue.models import Definition
from app.catalogue.published import Published
from app.clock import legal_day
from app.parameters import register
from app.parameters.register import Register
from app.replay.case_history import chinese_date, chinese_day
from app.replay.story import Story

Norm = tuple[str, str, str]
"""What, its content, where it comes from and how certain that is."""
YES_OR_NO = {"true": "是", "false": "否"}


def norms(story: Story, *, now: datetime) -> tuple[date, list[Norm]]:
    """The day asked about (that of the last step that moved the case) and what was in force on it."""
    ended = story.recording.case.row.ended_at
    day = legal_day(ended or story.events[-1].at)
    found = register.current(story.session, day)
    return day, [*_versions(story), *dict.fromkeys(_cited(story)), *_parameters(story, found)]


def _versions(story: Story) -> Iterator[Norm]:
    rows = story.session.scalars(select(Definition).where(Definition.digest.in_(story.versions)))
    for row in sorted(rows, key=lambda one: (one.key, one.version)):
        yield (
            f"流程“{row.title}”第 {row.version} 版",
            f"{chinese_day(row.published_at)}发布，全部文件的摘要见右",
            row.digest,
        )


def _cited(story: Story) -> Iterator[Norm]:
    for version in story.versions.values():
        for clock in version.clocks.values():
            yield f"期限“{clock.title}”", clock.start_title or "", clock.source or "设计值"
            for stop in clock.stops:
                yield f"停表“{stop.title}”", f"用于“{clock.title}”", f"{stop.source or '设计值'}（{MARKS[stop.mark]}）"


def _parameters(story: Story, found: Register) -> Iterator[Norm]:
    codes = sorted({code for version in story.versions.values() for code in _codes(version)})
    for code in codes:
        row = found.find(code, story.recording.case.row.division)
        if row is not None:
            since = f"，{chinese_date(row.valid_from)}起" if row.version and row.valid_from.year > 1949 else ""
            unit = UNITS.get(row.unit, "" if row.unit == "text" else row.unit)
            value = YES_OR_NO.get(row.value, row.value)
            yield f"参数“{row.title}”", f"{value} {unit}{since}".strip(), f"{row.source}（{MARKS[row.mark]}）"


def _codes(version: Published) -> Iterator[str]:
    for settings in version.all_settings.values():
        yield from settings.limits
        yield from settings.parameters
