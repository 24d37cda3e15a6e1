"""What a page draws: every field with its words, its value, its options, and whether it is hidden or wrong."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.forms.around import Around
from app.forms.model import Answers, Attachment, Candidates, Field, FieldView, Form, Option, RowView
from app.forms.placing import Placed, Row, place
from app.forms.values import TEXT_LENGTH, choices

_WIDGETS = {
    "textarea": "textarea",
    "select": "select",
    "radio": "choices",
    "checklist": "choices",
    "taglist": "choices",
    "checkbox": "checkbox",
    "filepicker": "files",
    "group": "group",
    "dynamiclist": "rows",
    "text": "text",
    "separator": "separator",
    "spacer": "spacer",
}
_KIND_INPUT: dict[str, dict[str, str]] = {
    "cn-id": {"type": "text", "maxlength": "18", "autocomplete": "off"},
    "uscc": {"type": "text", "maxlength": "18", "autocomplete": "off"},
    "mobile": {"type": "tel", "inputmode": "numeric", "maxlength": "13", "autocomplete": "off"},
    "phone": {"type": "tel", "maxlength": "20", "autocomplete": "off"},
    "division": {"type": "text", "list": "divisions", "maxlength": "12", "autocomplete": "off"},
    "money": {"type": "text", "inputmode": "decimal", "autocomplete": "off"},
}
_MOMENT_INPUT = {"date": "date", "time": "time", "datetime": "datetime-local"}


def view(
    form: Form,
    answers: Answers,
    *,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    files: Mapping[str, Attachment] | None = None,
    candidates: Candidates | None = None,
    previous: Answers | None = None,
) -> tuple[FieldView, ...]:
    """The form as it stands with these answers, right or wrong; wrong ones are shown as typed.

    Args:
        errors: `Refusal.fields` of a refused check, by address.

    Raises:
        Refusal: `form_too_many_answers` (422).
    """
    around = Around(at, facts or {}, files or {}, candidates=candidates or {}, previous=previous or {})
    return _Views(around, errors or {}).all(place(form, answers, around))


class _Views:
    def __init__(self, around: Around, errors: Mapping[str, str]) -> None:
        self.around = around
        self.errors = errors

    def all(self, placed: tuple[Placed, ...]) -> tuple[FieldView, ...]:
        return tuple(self.one(each) for each in placed)

    def one(self, placed: Placed) -> FieldView:
        field = placed.field
        value = placed.stored if placed.fixed else placed.raw
        options = self._options(field, value)
        widget = "select" if field.kind == "person" and field.type == "textfield" else _WIDGETS.get(field.type, "input")
        return FieldView(
            type=field.type,
            widget=widget,
            name=placed.name,
            id=_id(placed.name),
            label=field.label,
            help=field.help,
            text=field.text,
            value=_shown_value(field, value),
            checked=value is True,
            options=options,
            required=field.required,
            hidden=placed.hidden,
            readonly=placed.fixed,
            error=self.errors.get(placed.name, "") if placed.name else "",
            files=self._files(field, value),
            fields=self.all(placed.parts),
            rows=tuple(self._row(placed, row) for row in placed.rows),
            may_add=field.type == "dynamiclist" and not field.fixed_rows and len(placed.rows) < field.most_rows,
            attributes=_attributes(field, widget),
            prefix=field.prefix,
            suffix=unit_of(field),
        )

    def _row(self, placed: Placed, row: Row) -> RowView:
        return RowView(f"{placed.name}.{row.index}", row.index + 1, self.all(row.parts), not placed.field.fixed_rows)

    def _options(self, field: Field, value: Any) -> tuple[Option, ...]:
        given = value if isinstance(value, list) else [value]
        chosen = {each for each in given if isinstance(each, str)}
        return tuple(Option(c.value, c.label, c.value in chosen) for c in choices(field, self.around))

    def _files(self, field: Field, value: Any) -> tuple[Attachment, ...]:
        if field.type != "filepicker":
            return ()
        ids = value if isinstance(value, list) else [value]
        return tuple(self.around.files[each] for each in ids if isinstance(each, str) and each in self.around.files)


def _id(name: str) -> str:
    return "f-" + name.replace(".", "-") if name else ""


def _shown_value(field: Field, value: Any) -> str:
    if isinstance(value, bool) or value is None or isinstance(value, list | Mapping):
        return ""
    text = str(value)
    if field.type == "datetime" and field.subtype == "datetime":
        return text[:16]
    return text[:5] if field.type == "datetime" and field.subtype == "time" else text


def unit_of(field: Field) -> str:
    """What stands behind its value."""
    return field.suffix or ("元" if field.kind == "money" else "")


def _attributes(field: Field, widget: str) -> dict[str, str]:
    attributes = dict(_KIND_INPUT.get(field.kind, {})) if widget == "input" else {}
    if field.autocomplete:
        attributes["autocomplete"] = field.autocomplete
    if field.type in TEXT_LENGTH and not field.kind:
        attributes |= _text_attributes(field)
    elif field.type == "number":
        attributes |= {"type": "text", "inputmode": "decimal" if field.places else "numeric", "autocomplete": "off"}
    elif field.type == "datetime":
        attributes |= {"type": _MOMENT_INPUT[field.subtype]}
    elif field.type == "filepicker":
        attributes |= _file_attributes(field)
    return attributes


def _text_attributes(field: Field) -> dict[str, str]:
    """The length is not cut by the browser: people paste, and must see what is too long."""
    typed = {"email": {"type": "email"}, "phone": {"type": "tel"}}.get(field.subtype, {"type": "text"})
    return typed if field.type == "textfield" else {}


def _file_attributes(field: Field) -> dict[str, str]:
    attributes = {"accept": ",".join(field.accept)} if field.accept else {}
    return attributes | ({"multiple": "multiple"} if field.multiple else {})
