"""process.toml read into plain values: what the diagram cannot say. Unknown keys are refused, so a typing error is found."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from app.engine.model import FACT_TYPES, FactType
from app.errors import Refusal
from app.identity.roles import CASEWORKER

CODED = ("code", "codes", "map")
"""Kinds of facts whose values, or keys, are codes."""
OPEN_KINDS = ("code", "number", "boolean", "date", "codes")
"""Kinds of facts that may be declared non-personal; a text may hold anything."""


@dataclass(frozen=True)
class Start:
    """Who may start a case by hand; no roles: only other processes call it."""

    roles: tuple[str, ...] = ()
    dossier: str = "optional"


@dataclass(frozen=True)
class FormUse:
    """How one form is used: its title, the facts it sets (FEEL), and what a multi-instance child leaves."""

    title: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    result: str | None = None


@dataclass(frozen=True)
class MessageUse:
    title: str
    form: str | None = None
    roles: tuple[str, ...] = ()
    """Who may enter it by hand; empty: only machines send it."""
    after_end: str | None = None
    """Process that gets a clue where the case has already ended; without it an ended case takes no message."""


@dataclass(frozen=True)
class CallUse:
    title: str
    basis: str = ""
    manual: str | None = None
    """Form of the way round by hand."""
    sends: Mapping[str, str] = field(default_factory=dict)
    """Identifier of the operation → `<form>.<field>`: read when the request leaves, kept with no call."""


@dataclass(frozen=True)
class LetterUse:
    title: str
    file: str
    fields: Mapping[str, str] = field(default_factory=dict)
    series: str | None = None
    """The letter takes its number from this series …"""
    number: str | None = None
    """… or bears one that the case already has, named as a field's source is."""


@dataclass(frozen=True)
class Warned:
    """Who is told, besides the one who answers for the case, that a clock runs out: 科长, then 分管领导."""

    chief: str = "county_reviewer"
    leader: str = "county_approver"


@dataclass(frozen=True)
class AuditUse:
    """What an auditor asks for that only the drawing knows: `returned` are nodes and flows by which a case goes back
    (退回、补正); `against`: fact that a person decides → FEEL, true where that was against what a rule advised."""

    returned: tuple[str, ...] = ()
    against: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ProcessSettings:
    key: str
    title: str
    code: str
    process: str
    called: tuple[str, ...] = ()
    secrecy: str = "L2"
    basis: str = ""
    """Laws and rules the procedure stands on, as one line."""
    start: Start = field(default_factory=Start)
    lanes: Mapping[str, str] = field(default_factory=dict)
    facts: tuple[FactType, ...] = ()
    open_facts: frozenset[str] = frozenset()
    """Facts that say nothing of a person (`personal = false`): event logs for process mining may hold them."""
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By fact: what its codes are called where no form offers them."""
    forms: Mapping[str, FormUse] = field(default_factory=dict)
    limits: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    clocks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    warnings: Warned = field(default_factory=Warned)
    messages: Mapping[str, MessageUse] = field(default_factory=dict)
    calls: Mapping[str, CallUse] = field(default_factory=dict)
    letters: Mapping[str, LetterUse] = field(default_factory=dict)
    glance: Mapping[str, str] = field(default_factory=dict)
    subject: Mapping[str, str] = field(default_factory=dict)
    audit: AuditUse = field(default_factory=AuditUse)


class _Strict(Schema):
    """Refuses unknown keys; `_makes` says which value the table becomes."""

    _makes: type | None = None

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        data = {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}
        return self._makes(**data) if self._makes else data


def _texts() -> fields.List[str]:
    return fields.List(fields.String())


class _Start(_Strict):
    _makes = Start
    roles = _texts()
    dossier = fields.String(validate=validate.OneOf(["required", "optional", "none"]))


class _Form(_Strict):
    _makes = FormUse
    title = fields.String()
    facts = fields.Dict(fields.String(), fields.String())
    result = fields.String()


class _Message(_Strict):
    _makes = MessageUse
    title = fields.String(required=True)
    form = fields.String()
    roles = _texts()
    after_end = fields.String()


class _Call(_Strict):
    _makes = CallUse
    title = fields.String(required=True)
    basis = fields.String()
    manual = fields.String()
    sends = fields.Dict(fields.String(), fields.String())


class _Letter(_Strict):
    _makes = LetterUse
    title = fields.String(required=True)
    file = fields.String(required=True)
    fields_ = fields.Dict(fields.String(), fields.String(), data_key="fields", attribute="fields")
    series = fields.String()
    number = fields.String()


class _Warned(_Strict):
    _makes = Warned
    chief = fields.String()
    leader = fields.String()


class _Audit(_Strict):
    _makes = AuditUse
    returned = _texts()
    against = fields.Dict(fields.String(), fields.String())


class _Fact(_Strict):
    kind = fields.String(required=True, validate=validate.OneOf(FACT_TYPES))
    label = fields.String()
    values = _texts()
    words = fields.Dict(fields.String(), fields.String())
    personal = fields.Boolean(truthy={True}, falsy={False})

    @validates_schema
    def check_open(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("personal") is False and data.get("kind") not in OPEN_KINDS:
            raise ValidationError(f"只有 {'、'.join(OPEN_KINDS)} 可以写 personal = false", "personal")

    @validates_schema
    def check_words(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("words") and data.get("kind") not in CODED:
            raise ValidationError(f"只有 {'、'.join(CODED)} 可以写 words", "words")
        strange = sorted(set(data.get("words") or ()) - set(data["values"])) if data.get("values") else []
        if strange:
            raise ValidationError(f"{'、'.join(strange)} 不在 values 里", "words")


class _Process(_Strict):
    _makes = ProcessSettings
    key = fields.String(required=True, validate=validate.Regexp(r"^[a-z0-9_][a-z0-9_-]{1,62}\Z"))
    title = fields.String(required=True)
    code = fields.String(required=True, validate=validate.Regexp(r"^[A-Z]{2,4}\Z"))
    process = fields.String(required=True)
    called = _texts()
    basis = fields.String()
    secrecy = fields.String(validate=validate.OneOf(["L1", "L2", "L3", "L4"]))
    start = fields.Nested(_Start)
    lanes = fields.Dict(fields.String(), fields.String())
    facts_ = fields.Dict(fields.String(), fields.Nested(_Fact), data_key="facts", attribute="facts")
    forms = fields.Dict(fields.String(), fields.Nested(_Form))
    limits = fields.Dict(fields.String(), fields.Dict())
    parameters = fields.Dict(fields.String(), fields.Dict())
    clocks = fields.Dict(fields.String(), fields.Dict())
    warnings = fields.Nested(_Warned)
    messages = fields.Dict(fields.String(), fields.Nested(_Message))
    calls = fields.Dict(fields.String(), fields.Nested(_Call))
    letters = fields.Dict(fields.String(), fields.Nested(_Letter))
    glance = fields.Dict(fields.String(), fields.String())
    subject = fields.Dict(fields.String(), fields.String())
    audit = fields.Nested(_Audit)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> ProcessSettings:
        facts = data.get("facts", {})
        data["words"] = {name: said for name, fact in facts.items() if (said := fact.pop("words", None))}
        data["open_facts"] = frozenset(name for name, fact in facts.items() if not fact.pop("personal", True))
        data["facts"] = tuple(FactType(name=name, **fact) for name, fact in facts.items())
        data["called"] = tuple(data.get("called", ()))
        return ProcessSettings(**data)


def read_settings(text: str) -> ProcessSettings:
    """Read a process.toml.

    Raises:
        Refusal: `bundle_settings`, naming the table and what is wrong there.
    """
    try:
        return _Process().load(tomllib.loads(text))  # type: ignore[no-any-return]
    except tomllib.TOMLDecodeError as problem:
        raise Refusal("bundle_settings", 422, {"place": "TOML", "detail": str(problem)}) from problem
    except ValidationError as problem:
        place, detail = _first(problem.messages)
        raise Refusal("bundle_settings", 422, {"place": place, "detail": detail}) from problem


def _first(messages: Any, path: tuple[str, ...] = ()) -> tuple[str, str]:
    while isinstance(messages, dict):
        name = next(iter(messages))
        path, messages = (path if name in {"key", "value"} else (*path, str(name))), messages[name]
    return ".".join(path), str(messages[0] if isinstance(messages, list) else messages)


def bare_settings(key: str, title: str, process: str) -> ProcessSettings:
    """The settings of a diagram that came without any: no facts, no own forms, every caseworker may start it."""
    return ProcessSettings(key=key, title=title, code="JD", process=process, start=Start(roles=(CASEWORKER,)))
