"""The report on what was uploaded: every finding with its number, the diagram it belongs on, and what publishing would do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.calendar.clocks import ClockRefused
from app.catalogue.bundle import DRAWN, Bundle, unpack
from app.catalogue.fit import roles_named
from app.catalogue.importing import import_bpmn
from app.catalogue.latest import latest_digest
from app.catalogue.lint import lint_bundle
from app.catalogue.models import Definition
from app.catalogue.published import compile_bundle, published, settings_of
from app.clock import legal_day
from app.engine.model import DefinitionRefused, Finding
from app.errors import Refusal
from app.forms.model import FormRefused
from app.identity.roles import CASEWORKER, role_name
from app.parameters.register import current

ORDER = {"error": 0, "warning": 1, "notice": 2}


@dataclass(frozen=True)
class Remark:
    """One finding; `number` stands in the list and on the diagram."""

    number: int
    severity: str
    element: str
    name: str
    message: str
    remedy: str


@dataclass(frozen=True)
class Report:
    key: str
    title: str
    next_version: int
    replaces: str
    """Title of the process that is live under the key; empty where there is none."""
    remarks: tuple[Remark, ...]
    drawing: bytes
    gained: tuple[str, ...]
    """Roles that may do something by this version and could not by the live one (abuse case 20)."""
    lost: tuple[str, ...]

    @property
    def errors(self) -> int:
        return sum(remark.severity == "error" for remark in self.remarks)

    @property
    def marks(self) -> Mapping[str, tuple[str, str]]:
        """Element id → the gravest severity there, and the numbers of its remarks."""
        found: dict[str, tuple[str, str]] = {}
        for remark in self.remarks:
            if remark.element:
                severity, numbers = found.get(remark.element, (remark.severity, ""))
                found[remark.element] = (severity, f"{numbers} {remark.number}".strip())
        return found


def report_on(session: Session, bundle: Bundle, *, now: datetime) -> Report:
    """Look at a bundle as publishing would; it is neither stored nor changed."""
    findings = [*_findings(session, bundle, now), *_changes(bundle)]
    findings.sort(key=lambda finding: ORDER[finding.severity])
    live, version = _live(session, bundle.key)
    before = roles_named(published(session, live)) if live else frozenset()
    after = _roles(session, bundle)
    return Report(
        key=bundle.key,
        title=_title(bundle),
        next_version=version + 1,
        replaces=published(session, live).settings.title if live else "",
        remarks=tuple(_remark(number, one) for number, one in enumerate(findings, 1)),
        drawing=bundle.drawing(bundle.key),
        gained=_named(after - before),
        lost=_named(before - after) if after else (),
    )


def _findings(session: Session, bundle: Bundle, now: datetime) -> tuple[Finding, ...]:
    registered = frozenset(current(session, legal_day(now)).limits(""))
    return lint_bundle(bundle, _others(session, bundle), registered)


def _changes(bundle: Bundle) -> tuple[Finding, ...]:
    """What importing changed, where the diagram still is the one that was imported."""
    drawn = bundle.of(bundle.key).get(DRAWN)
    return import_bpmn(drawn.encode(), key=bundle.key).findings if drawn else ()


def _others(session: Session, bundle: Bundle) -> dict[str, Bundle]:
    """The live versions of the processes it calls, as far as there are any."""
    try:
        called = settings_of(bundle, bundle.key).called
    except (Refusal, DefinitionRefused):
        return {}
    newest = {key: _live(session, key)[0] for key in called}
    asked = select(Definition.bundle).where(Definition.digest.in_([digest for digest in newest.values() if digest]))
    return {each.key: each for each in map(unpack, session.scalars(asked).all())}


def _live(session: Session, key: str) -> tuple[str | None, int]:
    """Digest and number of the newest version."""
    number = session.scalar(select(func.max(Definition.version)).where(Definition.key == key))
    return (latest_digest(session, key), number) if number else (None, 0)


def _roles(session: Session, bundle: Bundle) -> frozenset[str]:
    try:
        return roles_named(compile_bundle(bundle.with_called(_others(session, bundle).values())))
    except (Refusal, DefinitionRefused, FormRefused, ClockRefused):
        return frozenset()


def _title(bundle: Bundle) -> str:
    try:
        return settings_of(bundle, bundle.key).title
    except (Refusal, DefinitionRefused):
        return bundle.key


def _named(roles: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted("任何办案人员" if role == CASEWORKER else role_name(role) for role in roles))


def _remark(number: int, one: Finding) -> Remark:
    return Remark(number, one.severity, one.element, " ".join(one.name.split()), one.message, one.remedy)
