"""Fills in a form as a person would: what it opens with, what the story says, and something fit for the rest.

A story names only the answers it is about; whatever else the form demands at that moment is filled in here, so that
every story also passes the form's own check.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from app.clock import SHANGHAI, legal_day
from app.forms.around import Around
from app.forms.initial import initial
from app.forms.model import Candidates, Field, Form
from app.forms.placing import Placed, blank, place
from app.forms.values import choices

USCC = "12450123MB1A2B3C4M"
"""A unified social credit code with its check character (GB 32100)."""
GROWN_UP = "1985-05-05"
Paper = Callable[[Field], str]
"""Gives the id of a document for a filepicker."""


def fill(
    form: Form,
    said: Mapping[str, Any],
    *,
    at: datetime,
    facts: Mapping[str, Any],
    paper: Paper,
    candidates: Candidates | None = None,
    previous: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The answers as they would be sent. What the story says stands, None leaves a field as it opens."""
    told = {key: value for key, value in said.items() if value is not None}
    answers = initial(form, at=at, facts=facts, previous=previous) | told
    around = Around(at, facts, candidates=candidates or {}, previous=previous or {})
    for _ in range(6):
        pen = _Pen(around, paper, frozenset(f.birth for f in form.walk() if f.birth), frozenset(told))
        answers = pen.level(place(form, answers, around), answers)
        if not pen.wrote:
            break
    return answers


class _Pen:
    def __init__(self, around: Around, paper: Paper, births: frozenset[str], told: frozenset[str]) -> None:
        self.around, self.paper, self.births, self.told = around, paper, births, told
        self.wrote = False

    def level(self, placed: tuple[Placed, ...], answers: Mapping[str, Any]) -> dict[str, Any]:
        filled = dict(answers)
        for each in _same_level(placed):
            if each.hidden or each.fixed:
                continue
            value = self._value(each, filled)
            if value is not None:
                filled[each.field.key] = value
        return filled

    def _value(self, each: Placed, answers: Mapping[str, Any]) -> Any:
        given = answers.get(each.field.key)
        if each.field.type == "dynamiclist":
            return self._rows(each, given)
        if each.field.type == "group":
            return self.level(each.parts, given or {})
        if not each.field.required or not blank(given):
            return given
        self.wrote = True
        return self._something(each.field, answers)

    def _rows(self, each: Placed, given: Any) -> list[Any]:
        rows = list(given or ())
        needed = max(each.field.least, 1) if each.field.required else 0
        if len(rows) < needed:
            self.wrote = True
            rows += [{} for _ in range(needed - len(rows))]
        filled = []
        for index, row in enumerate(rows):
            at = next((one for one in each.rows if one.index == index), None)
            wanted = at is not None and (index < needed or not blank(row) or each.field.key in self.told)
            filled.append(self.level(at.parts, row) if wanted and at else row)
        return filled

    def _something(self, field: Field, answers: Mapping[str, Any]) -> Any:
        if field.kind:
            return self._of_kind(field, answers)
        match field.type:
            case "checkbox":
                return True
            case "radio" | "select":
                return choices(field, self.around)[0].value
            case "checklist" | "taglist":
                return [one.value for one in choices(field, self.around)[: max(field.least, 1)]]
            case "number":
                return int(field.min) if isinstance(field.min, int) or field.min else 0
            case "datetime":
                return self._moment(field)
            case "filepicker":
                return [self.paper(field)]
        return (field.label + "，经核对属实。" * 4)[: max(field.min_length, min(field.max_length or 40, 40))]

    def _moment(self, field: Field) -> str:
        if field.key in self.births:
            return GROWN_UP
        if field.subtype == "date":
            return legal_day(self.around.at).isoformat()
        return self.around.at.astimezone(SHANGHAI).replace(microsecond=0).isoformat()

    def _of_kind(self, field: Field, answers: Mapping[str, Any]) -> Any:
        match field.kind:
            case "cn-id":
                return id_no(str(answers.get(field.birth) or GROWN_UP), str(answers.get(field.sex) or "1"), field.key)
            case "uscc":
                return USCC
            case "mobile" | "phone":
                return "13877112233"
            case "division":
                return "450123"
            case "money":
                return "86000.00"
        people = [one.value for one in choices(field, self.around)]
        return people[0] if field.type in {"textfield", "radio", "select"} else people[: max(field.least, 1)]


def id_no(born: str, sex: str, whose: str) -> str:
    """A resident identity number for these (GB 11643), another for each `whose`."""
    order = sum(map(ord, whose)) % 500 * 2 + (sex == "1")
    first = f"450123{born.replace('-', '')}{order:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return first + "10X98765432"[sum(int(d) * w for d, w in zip(first, weights, strict=True)) % 11]


def _same_level(placed: tuple[Placed, ...]) -> Iterator[Placed]:
    for each in placed:
        if each.field.type == "group" and not each.field.key:
            if not each.hidden:
                yield from _same_level(each.parts)
        elif each.field.answers:
            yield each
