"""The marshmallow schema of a form as it stands at this moment: only what is shown and may be filled in.

Its fields are named by `data_key`, so no key of a form can shadow a part of marshmallow.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validates_schema

from app.forms.around import Around
from app.forms.kinds import birth_date, same_sex
from app.forms.limits import within_limits
from app.forms.model import Field
from app.forms.placing import Placed, same_level
from app.forms.values import read_value
from app.forms.wrong import Wrong

UNKNOWN = "unknown"
_REQUIRED = {
    "checkbox": "required_tick",
    "radio": "required_choice",
    "select": "required_choice",
    "checklist": "required_choice",
    "taglist": "required_choice",
    "filepicker": "required_file",
    "dynamiclist": "required_rows",
}


class AnswerSchema(Schema):
    """One level of a form. Errors are Chinese sentences by key; nested levels nest."""

    error_messages = {UNKNOWN: UNKNOWN, "type": UNKNOWN}
    standing: Mapping[str, Placed] = MappingProxyType({})

    class Meta:
        unknown = RAISE

    def __init__(self, drawn: Mapping[str, fields.Field[Any]], standing: Mapping[str, Placed]) -> None:
        """A schema with these fields. `from_dict` would make a class for each request, which costs more than the check."""
        self._declared_fields = dict(drawn)
        super().__init__()
        self.standing = standing

    @validates_schema(skip_on_field_errors=False)
    def identity_numbers_agree(self, data: Mapping[str, Any], **_: Any) -> None:
        """GB 11643: birth date and sex beside the number must be those in it."""
        errors: dict[str, list[str]] = {}
        for key, placed in self.standing.items():
            if placed.field.kind == "cn-id" and data.get(key):
                wrong = self._disagreement(placed.field, data[key], data)
                errors |= {key: [wrong]} if wrong else {}
        if errors:
            raise ValidationError(errors)

    def _disagreement(self, field: Field, number: str, data: Mapping[str, Any]) -> str | None:
        birth, sex = self._beside(field.birth, data), self._beside(field.sex, data)
        if isinstance(birth, str) and birth_date(number).isoformat() != birth[:10]:
            return Wrong("cn-id_birth", other=self.standing[field.birth].field.label).sentence(field.label)
        if isinstance(sex, str) and not same_sex(number, sex):
            return Wrong("cn-id_sex", other=self.standing[field.sex].field.label).sentence(field.label)
        return None

    def _beside(self, key: str, data: Mapping[str, Any]) -> Any:
        partner = self.standing.get(key)
        if partner is None:
            return None
        return partner.stored if partner.fixed else data.get(key)


def schema_of(placed: tuple[Placed, ...], around: Around) -> AnswerSchema:
    """The schema of one level; hidden and fixed fields are not in it."""
    shown = {p.field.key: p for p in same_level(placed) if not p.hidden}
    drawn = {f"a{i}": _field(p, around) for i, p in enumerate(shown.values()) if not p.fixed}
    return AnswerSchema(drawn, shown)


def _field(placed: Placed, around: Around) -> fields.Field[Any]:
    made = {"group": _Group, "dynamiclist": _Rows}.get(placed.field.type, _Answer)
    return made(placed, around)


class _Placed(fields.Field[Any]):
    def __init__(self, placed: Placed, around: Around) -> None:
        self.placed = placed
        self.around = around
        self.label = placed.field.label
        self.needed = Wrong(_REQUIRED.get(placed.field.type, "required")).sentence(self.label)
        required = placed.field.required
        super().__init__(
            required=required,
            allow_none=not required,
            data_key=placed.field.key,
            attribute=placed.field.key,
            error_messages={"required": self.needed, "null": self.needed},
        )

    def __deepcopy__(self, memo: Any) -> "_Placed":
        """Itself: it is made for one schema of one request, so the copy that marshmallow would take is of no use."""
        return self

    def wrong(self, code: str, **params: Any) -> ValidationError:
        return ValidationError(Wrong(code, **params).sentence(self.label))

    def judge_must(self) -> None:
        """Raises ValidationError when the check of the field against others does not come out true."""
        must = self.placed.field.must
        if must is not None and must.evaluate(self.placed.scope, at=self.around.at) is not True:
            raise ValidationError(self.placed.field.must_message)

    def judge_number(self, count: int) -> None:
        """Raises ValidationError when some, but too few, options, files or rows came."""
        if 0 < count < self.placed.field.least:
            raise self.wrong("too_few", limit=self.placed.field.least, count=count)


class _Answer(_Placed):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        try:
            answer = read_value(self.placed.field, value, self.around)
            within_limits(self.placed.field, answer, self.placed.scope, self.around)
        except Wrong as problem:
            raise ValidationError(problem.sentence(self.label)) from problem
        if self.required and (answer is None or answer is False or answer == []):
            raise ValidationError(self.needed)
        if isinstance(answer, list):
            self.judge_number(len(answer))
        if answer not in (None, []):
            self.judge_must()
        return answer


class _Group(_Placed):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, Mapping):
            raise self.wrong("not_group")
        return schema_of(self.placed.parts, self.around).load(value)


class _Rows(_Placed):
    """A list as long as the rows that came; None where a row was left blank."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        self._judge_length(value)
        rows: list[Any] = []
        errors: dict[int, Any] = {}
        for row in self.placed.rows:
            try:
                given = value[row.index] if row.index < len(value) else {}
                rows.append(None if row.blank else schema_of(row.parts, self.around).load(given))
            except ValidationError as problem:
                errors[row.index] = problem.messages
        if errors:
            raise ValidationError(errors)
        if self.required and all(row is None for row in rows):
            raise ValidationError(self.needed)
        self.judge_number(sum(row is not None for row in rows))
        if any(row is not None for row in rows):
            self.judge_must()
        return rows

    def _judge_length(self, value: Any) -> None:
        field = self.placed.field
        if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
            raise self.wrong("not_rows")
        if field.fixed_rows and len(value) > field.first_rows:
            raise self.wrong("fixed_rows", limit=field.first_rows)
        if len(value) > field.most_rows:
            raise self.wrong("too_many_rows", limit=field.most_rows)
