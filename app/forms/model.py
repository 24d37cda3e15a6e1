"""What a form is, once its JSON has been read and found fit: frozen data, the same for page, API and check.

Vocabulary: an *answer* is a value under a field's key; an *address* names one answer on the wire of an HTML
form, row numbers included (`own_children.0.name`); facts are the declared facts of the case as FEEL values.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from app.dmn.feel import Expression

KINDS = ("cn-id", "uscc", "mobile", "phone", "division", "money", "person")
"""Own kinds, in `properties.kind` (docs/process-format.md §4)."""
SHOWN_ONLY = ("text", "separator", "spacer")
"""Types that carry no answer."""
NESTING = ("group", "dynamiclist")

Answers: TypeAlias = Mapping[str, Any]
"""JSON-shaped, by key; a group with a path nests a mapping, a dynamic list holds a list of mappings."""
Flag: TypeAlias = bool | Expression
Limit: TypeAlias = Decimal | date | str | Expression | None
Divisions: TypeAlias = Callable[[str], bool]
"""Is this a division code in force (GB/T 2260)?"""
Candidates: TypeAlias = Mapping[str, Mapping[str, str]]
"""Role code of a person field (`properties.role`, may be empty) → login → name."""


@dataclass(frozen=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True)
class Attachment:
    """A file already received by the server for this task; `id` is what the answer holds."""

    id: str
    name: str
    type: str
    """Media type as sniffed by the server."""
    size: int
    """Bytes."""


@dataclass(frozen=True)
class Field:
    """One component of the form. Lengths count characters after trimming."""

    type: str
    key: str = ""
    kind: str = ""
    label: str = ""
    help: str = ""
    text: str = ""
    """For `text`: what is shown, as it stands; neither HTML nor a template."""
    required: bool = False
    choices: tuple[Choice, ...] = ()
    hide: Expression | None = None
    readonly: Flag = False
    disabled: Flag = False
    default: Any = None
    min: Limit = None
    max: Limit = None
    min_length: int = 0
    max_length: int = 0
    pattern: str = ""
    pattern_message: str = ""
    places: int = 6
    """Most decimal places of a number."""
    subtype: str = ""
    """Of a datetime: date, time or datetime."""
    multiple: bool = False
    accept: tuple[str, ...] = ()
    fields: tuple["Field", ...] = ()
    fixed_rows: bool = False
    first_rows: int = 1
    most_rows: int = 0
    least: int = 0
    """Fewest options, files or rows, where any are given."""
    must: Expression | None = None
    """What must come out true once something is answered: a check against other fields or facts."""
    must_message: str = ""
    birth: str = ""
    sex: str = ""
    """Of a cn-id: keys beside it that must agree with the number (GB 11643)."""
    role: str = ""
    """Of a person: role code whose candidates the server offers."""
    prefix: str = ""
    suffix: str = ""
    autocomplete: str = ""

    @property
    def answers(self) -> bool:
        return self.type not in SHOWN_ONLY and bool(self.key)


@dataclass(frozen=True)
class Form:
    id: str
    title: str
    fields: tuple[Field, ...]
    digest: bytes
    """SM3 of the canonical JSON of the schema, 32 bytes."""
    facts: frozenset[str] | None = None
    """Fact names its expressions may use; None when they were not checked."""

    def walk(self) -> Iterator[Field]:
        """Every field, those inside groups and rows too, in order."""
        yield from _walk(self.fields)

    @property
    def roles(self) -> frozenset[str]:
        """Role codes for which `check` and `view` want candidates."""
        return frozenset(f.role for f in self.walk() if f.kind == "person")

    @property
    def names(self) -> frozenset[str]:
        """Names an expression over the whole form may use for its answers."""
        return frozenset(f.key for f in level(self.fields))


def level(fields: tuple[Field, ...]) -> Iterator[Field]:
    """Fields whose answers stand on the same level: groups without a path are seen through."""
    for each in fields:
        if each.type == "group" and not each.key:
            yield from level(each.fields)
        elif each.answers:
            yield each


def _walk(fields: tuple[Field, ...]) -> Iterator[Field]:
    for each in fields:
        yield each
        yield from _walk(each.fields)


@dataclass(frozen=True)
class FormFinding:
    """Why a schema cannot be published: form, field, position in an expression or pattern, what to do."""

    form: str
    field: str
    code: str
    message: str
    position: int | None = None

    def __str__(self) -> str:
        where = f"，第 {self.position + 1} 个字符" if self.position is not None else ""
        field_part = f"，字段“{self.field}”" if self.field else ""
        return f"表单“{self.form}”{field_part}{where}：{self.message}"


class FormRefused(Exception):
    """The schema is not fit to publish; `findings` say why, field by field, in Chinese."""

    def __init__(self, findings: tuple[FormFinding, ...]) -> None:
        super().__init__("；".join(str(f) for f in findings))
        self.findings = findings


@dataclass(frozen=True)
class Clean:
    """Answers found right. `answers` is JSON-safe: integers, decimal strings, ISO dates, document ids."""

    answers: dict[str, Any]
    dropped: tuple[str, ...] = ()
    """Labels of answered fields that a condition hides: not stored, and the page says so."""
    kept: tuple[str, ...] = ()
    """Labels of read-only fields that came back changed: the stored value stands."""
    files: tuple[str, ...] = ()
    """Ids of the documents the answers refer to, in order."""


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True)
class FieldView:
    """All a template needs to draw one field; text is text, to be escaped by the template."""

    type: str
    widget: str
    """input, textarea, select, choices, checkbox, files, text, group, rows, separator, spacer"""
    name: str = ""
    """Address, and the HTML name."""
    id: str = ""
    label: str = ""
    help: str = ""
    text: str = ""
    value: str = ""
    checked: bool = False
    options: tuple[Option, ...] = ()
    required: bool = False
    hidden: bool = False
    readonly: bool = False
    error: str = ""
    files: tuple[Attachment, ...] = ()
    fields: tuple["FieldView", ...] = ()
    rows: tuple["RowView", ...] = ()
    may_add: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)
    """Further HTML attributes of the control: type, inputmode, autocomplete, maxlength, accept, multiple."""
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True)
class RowView:
    name: str
    number: int
    """From 1."""
    fields: tuple[FieldView, ...]
    may_remove: bool = True
