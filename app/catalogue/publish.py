"""Publishing: a checked bundle becomes the newest version of its process, stored as bytes under its digest."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.calendar.clocks import ClockRefused
from app.catalogue.bundle import Bundle, pack, unpack
from app.catalogue.fit import check_characters, check_drawn, check_roles
from app.catalogue.latest import latest_digest
from app.catalogue.models import Definition
from app.catalogue.named import unknown_names
from app.catalogue.published import Published, compile_bundle, settings_of
from app.clock import legal_day
from app.engine.model import DefinitionRefused
from app.errors import Refusal
from app.forms.model import FormRefused
from app.parameters.register import current
from app.parameters.seed_parameters import seed_parameters

T = TypeVar("T")


def publish(session: Session, bundle: Bundle, *, by: str, now: datetime, approved_by: str | None = None) -> Definition:
    """Publish the bundle together with the live versions of the processes it calls. Publishing it again changes nothing.

    Raises:
        Refusal: `bundle_calls_absent`, `bundle_settings`, `bundle_characters`, `bundle_drawn`, `bundle_role`, `definition_refused`
            (422, findings in `params`).
    """
    whole = _refusing(lambda: _closure(session, bundle))
    existing = session.get(Definition, whole.digest)
    if existing is not None:
        return existing
    _take_time(session)
    check_characters(whole)
    check_drawn(bundle)
    version = _refusing(lambda: _compiled(session, whole, now))
    check_roles(version)
    row = Definition(
        digest=whole.digest,
        key=whole.key,
        version=1 + (session.scalar(select(func.max(Definition.version)).where(Definition.key == whole.key)) or 0),
        title=version.settings.title,
        bundle=pack(whole),
        published_at=now,
        published_by=by,
        approved_by=approved_by,
    )
    session.add(row)
    session.flush()
    for settings in version.all_settings.values():
        seed_parameters(session, {**settings.limits, **settings.parameters}, by=by, at=now)
    return row


def _take_time(session: Session) -> None:
    """PostgreSQL ends a transaction that has been still for ten seconds; compiling a large process on a busy machine may
    take longer. For this transaction alone."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL idle_in_transaction_session_timeout = '5min'"))


def _refusing(step: Callable[[], T]) -> T:
    """What the rooms below find, as the refusal of both doors. Reading the key of a bare diagram may find it already."""
    try:
        return step()
    except DefinitionRefused as problem:
        raise refused(
            [f"{_place(one.name or one.element)}{one.message}{one.remedy}" for one in problem.findings]
        ) from problem
    except (FormRefused, ClockRefused) as problem:
        raise refused([str(one) for one in problem.findings]) from problem


def _place(name: str) -> str:
    """Nothing for a finding about the whole file."""
    return f"{name}：" if name else ""


def refused(findings: list[str]) -> Refusal:
    """Every finding is counted, the first is named; `flask process lint` lists them all."""
    return Refusal("definition_refused", 422, {"count": len(findings), "first": findings[0]})


def _compiled(session: Session, whole: Bundle, now: datetime) -> Published:
    version = compile_bundle(whole)
    registered = frozenset(current(session, legal_day(now)).limits(""))
    if found := unknown_names(version, registered):
        raise DefinitionRefused(found)
    return version


def _closure(session: Session, bundle: Bundle) -> Bundle:
    called: list[Bundle] = []
    for key in settings_of(bundle, bundle.key).called:
        try:
            digest = latest_digest(session, key)
        except Refusal as problem:
            raise Refusal("bundle_calls_absent", 422, {"key": key}) from problem
        content = session.scalar(select(Definition.bundle).where(Definition.digest == digest))
        called.append(unpack(content or b""))
    return bundle.with_called(called)
