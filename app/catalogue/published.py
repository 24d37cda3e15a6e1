"""A published version, compiled and ready: the diagram, its forms, its mappings. Kept in memory by digest."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.calendar.clocks import ClockSpec, parse_clocks, parse_limits
from app.catalogue import models
from app.catalogue.audit_use import Audited, compile_audit
from app.catalogue.bundle import Bundle, unpack
from app.catalogue.process_settings import (
    CallUse,
    LetterUse,
    MessageUse,
    ProcessSettings,
    Warned,
    bare_settings,
    read_settings,
)
from app.dmn.feel import Expression
from app.engine import Definition, Sources, compile_definition
from app.engine.model import FactType, Finding
from app.engine.outline import outline
from app.errors import Refusal
from app.forms.mapping import compile_mapping
from app.forms.model import Form
from app.forms.schema import parse
from app.forms.standard import opinion_form

CACHED = 200
OPINION = "opinion"
"""Id of the form that a user task without one gets."""


OFFICE_NAMES = frozenset({"case_authority", "case_government"})
"""Names a form may open with: the authority that decides the case, and the government of its level."""


@dataclass(frozen=True)
class PublishedForm:
    """A form as one process uses it."""

    form: Form
    facts: Mapping[str, Expression]
    result: Expression | None = None


@dataclass(frozen=True)
class Published:
    """Everything a running case reads. `settings` are the main process's; `forms` are found by process and form id."""

    digest: str
    bundle: Bundle
    settings: ProcessSettings
    all_settings: Mapping[str, ProcessSettings]
    """By id of the BPMN process."""
    definition: Definition
    forms: Mapping[tuple[str, str], PublishedForm]
    clocks: Mapping[str, ClockSpec]
    fact_types: Mapping[str, FactType]
    warnings: tuple[Finding, ...] = ()
    audited: Audited = field(default_factory=Audited)

    @property
    def has_limits(self) -> bool:
        return any(one.limits for one in self.all_settings.values())

    def call_use(self, operation: str) -> CallUse | None:
        """What the settings say of a remote call; None when they say nothing."""
        return next((one.calls[operation] for one in self.all_settings.values() if operation in one.calls), None)

    def letter_use(self, letter: str) -> tuple[str, LetterUse] | None:
        """Key of the process whose file it is, and the settings of the letter."""
        found = (one for one in self.all_settings.values() if letter in one.letters)
        return next(((one.key, one.letters[letter]) for one in found), None)

    def message_use(self, name: str) -> MessageUse | None:
        return next((one.messages[name] for one in self.all_settings.values() if name in one.messages), None)

    def form_of(self, process: str, form: str | None) -> PublishedForm:
        """The form of a task; the standard opinion form where the diagram names none. An empty name is the process itself, and one
        that is called inside its file has the forms of that file."""
        if not form:
            return OPINION_FORM
        return self.forms[process if process in self.all_settings else self.settings.process, form]

    def warned(self, clock: str) -> Warned:
        """Who is told that a clock runs out, as the process says that declares it."""
        return next((one.warnings for one in self.all_settings.values() if clock in one.clocks), self.settings.warnings)

    def role_of(self, process: str, lane: str | None) -> str | None:
        settings = self.all_settings.get(process, self.settings)
        return settings.lanes.get(lane or "")


OPINION_FORM = PublishedForm(opinion_form(), {})
_cache: OrderedDict[str, Published] = OrderedDict()
_lock = Lock()


def published(session: Session, digest: str) -> Published:
    """The version of that digest; compiled at most once per process of the server.

    Raises:
        Refusal: `definition_unknown` when the digest is not in the catalogue.
    """
    with _lock:
        if digest in _cache:
            _cache.move_to_end(digest)
            return _cache[digest]
    content = session.scalar(select(models.Definition.bundle).where(models.Definition.digest == digest))
    if content is None:
        raise Refusal("definition_unknown", 404, {"key": digest[:12]})
    found = compile_bundle(unpack(content))
    with _lock:
        _cache[digest] = found
        while len(_cache) > CACHED:
            _cache.popitem(last=False)
    return found


def compile_bundle(bundle: Bundle) -> Published:
    """Compile a bundle with its called processes.

    Raises:
        Refusal: `bundle_settings`, …
        DefinitionRefused, FormRefused: with every finding.
    """
    settings = {key: settings_of(bundle, key) for key in bundle.keys()}
    facts = _facts(settings)
    names = frozenset(facts) | {"case_division"}
    forms = _forms(bundle, settings, names)
    sources = _sources(bundle, settings, facts, forms)
    definition = compile_definition(sources)
    return Published(
        digest=bundle.digest,
        bundle=bundle,
        settings=settings[bundle.key],
        all_settings={one.process: one for one in settings.values()},
        definition=definition,
        forms=forms,
        clocks=_clocks(settings, facts),
        fact_types=facts,
        warnings=definition.warnings,
        audited=compile_audit(settings, definition, facts),
    )


def settings_of(bundle: Bundle, key: str) -> ProcessSettings:
    files = bundle.of(key)
    if "process.toml" in files:
        return read_settings(files["process.toml"])
    process, title = _main_process(files["process.bpmn"])
    return bare_settings(key, title, process)


def _facts(settings: Mapping[str, ProcessSettings]) -> dict[str, FactType]:
    facts: dict[str, FactType] = {}
    for one in settings.values():
        for fact in one.facts:
            if fact.name in facts and facts[fact.name].kind != fact.kind:
                raise Refusal(
                    "bundle_settings", 422, {"place": f"facts.{fact.name}", "detail": "两个流程以不同类型声明了它"}
                )
            facts.setdefault(fact.name, fact)
    return facts


def _forms(
    bundle: Bundle, settings: Mapping[str, ProcessSettings], names: frozenset[str]
) -> dict[tuple[str, str], PublishedForm]:
    forms: dict[tuple[str, str], PublishedForm] = {}
    for key, one in settings.items():
        for path, text in bundle.of(key).items():
            if path.startswith("forms/") and path.endswith(".json"):
                form_id = path.removeprefix("forms/").removesuffix(".json")
                forms[one.process, form_id] = _form(form_id, text, one, names)
    return forms


def _form(form_id: str, text: str, settings: ProcessSettings, names: frozenset[str]) -> PublishedForm:
    use = settings.forms.get(form_id)
    form = parse(text.encode(), form_id=form_id, title=use.title if use else "", facts=names | OFFICE_NAMES)
    if use is None:
        return PublishedForm(form, {})
    result = compile_mapping({"result": use.result}, form, names | {"result"})["result"] if use.result else None
    return PublishedForm(form, compile_mapping(use.facts, form, names), result)


def _sources(
    bundle: Bundle,
    settings: Mapping[str, ProcessSettings],
    facts: Mapping[str, FactType],
    forms: Mapping[tuple[str, str], PublishedForm],
) -> Sources:
    diagrams = [bundle.of(key)["process.bpmn"].encode() for key in settings]
    tables = [text.encode() for path, text in sorted(bundle.files.items()) if path.endswith(".dmn")]
    return Sources(
        main=diagrams[0],
        called=tuple(diagrams[1:]),
        decisions=tuple(tables),
        facts=tuple(facts.values()),
        process=settings[bundle.key].process,
        writes=_writes(bundle, settings, forms),
    )


def _writes(
    bundle: Bundle, settings: Mapping[str, ProcessSettings], forms: Mapping[tuple[str, str], PublishedForm]
) -> dict[str, frozenset[str]]:
    """Facts that each node's form sets, for the linter; a form the bundle lacks is refused here."""
    writes: dict[str, frozenset[str]] = {}
    for key, one in settings.items():
        drawn = outline(bundle.of(key)["process.bpmn"].encode())
        for node, form in drawn.forms.items() if drawn else ():
            if (one.process, form) not in forms:
                raise Refusal("bundle_form_absent", 422, {"node": node, "form": form})
            writes[node] = frozenset(forms[one.process, form].facts)
    return writes


def _main_process(bpmn: str) -> tuple[str, str]:
    """Id and name of the executable process of a diagram that came alone; unreadable ones are refused by the engine."""
    drawn = outline(bpmn.encode())
    if drawn is None:
        compile_definition(Sources(main=bpmn.encode()))
    if drawn is None or not drawn.executable:
        raise Refusal("diagram_not_executable", 422)
    return drawn.process, drawn.title


def _clocks(settings: Mapping[str, ProcessSettings], facts: Mapping[str, FactType]) -> dict[str, ClockSpec]:
    declared = {name: {"kind": fact.kind, "label": fact.label} for name, fact in facts.items()}
    limits = parse_limits({code: row for one in settings.values() for code, row in one.limits.items()})
    clocks: dict[str, ClockSpec] = {}
    for one in settings.values():
        clocks |= parse_clocks(one.clocks, facts=declared, limits=limits)
    return clocks
