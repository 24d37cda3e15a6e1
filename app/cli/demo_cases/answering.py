"""Fills in a form as a person at the page would: what it opens with, then the usual answers, then what the story says."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from app.cli.demo_cases.papers import scan
from app.cli.demo_cases.people import about, situation
from app.cli.demo_cases.stories import Story, usual_answers
from app.clock import SHANGHAI, legal_day
from app.db import db
from app.documents.inspect import inspect
from app.forms.around import Around
from app.forms.initial import initial
from app.forms.placing import everywhere, place
from app.identity.actor import Actor
from app.instances.answers import Asked
from app.instances.case_files import receive_file
from app.instances.surroundings import Surroundings

DAY = re.compile(r"\$day([+-]\d+)?\Z")
SITUATION = "situation"


class Pen:
    """Writes answers for one story: `$name` is filled in from its people, `@post` from its cast."""

    def __init__(self, story: Story, around: Surroundings, today: date) -> None:
        self.story = story
        self.around = around
        self.known = about(story.family, today)

    def fill(
        self, asked: Asked, process: str, said: Mapping[str, Any], *, case: str, by: Actor, now: datetime
    ) -> dict[str, Any]:
        """The answers, with a scan received for each file that the form demands here."""
        form = asked.form.form
        usual: dict[str, Any] = dict(usual_answers().get(process, {}).get(form.id, {}))
        if usual.pop(SITUATION, False):
            usual |= dict(situation(self.known[SITUATION]))
        answers: dict[str, Any] = initial(form, at=now, facts=asked.facts) | self.written({**usual, **said}, now)
        around = Around(now, asked.facts, previous=asked.context["previous"])
        for each in everywhere(place(form, answers, around)):
            field = each.field
            if field.type == "filepicker" and field.required and not each.hidden and not answers.get(field.key):
                answers[field.key] = [self._scan(f"{form.title}-{field.label}", case=case, by=by, now=now)]
        return answers

    def written(self, told: Any, now: datetime) -> Any:
        """The same with every name filled in."""
        if isinstance(told, Mapping):
            return {key: self.written(value, now) for key, value in told.items()}
        if isinstance(told, list):
            return [self.written(value, now) for value in told]
        return self._word(told, now) if isinstance(told, str) else told

    def _word(self, told: str, now: datetime) -> Any:
        if found := DAY.match(told):
            return (legal_day(now) + timedelta(days=int(found[1] or 0))).isoformat()
        if told == "$month":
            return legal_day(now).replace(day=1).isoformat()
        if told == "$moment":
            return now.astimezone(SHANGHAI).replace(second=0, microsecond=0).isoformat()
        if told.startswith("$"):
            return self.known[told[1:]]
        if told.startswith("@"):
            return self.story.cast[told[1:]]
        return told.format_map(self.known) if "{" in told else told

    def _scan(self, title: str, *, case: str, by: Actor, now: datetime) -> str:
        data = scan(title)
        found = inspect(data, f"{title}.jpg")
        return receive_file(db.session(), self.around, case, data, found, by=by, now=now)
