"""The published processes with all their versions: who published each, and when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.bundle import Bundle, unpack
from app.catalogue.models import Definition
from app.catalogue.published import Published, published
from app.clock import legal_day
from app.engine.model import Finding
from app.errors import Refusal
from app.identity.actor import Actor
from app.identity.names import names_of
from app.instances.cases_behind import still_behind
from app.instances.plan_migration import planning_divisions
from app.studio.migration_form import plan_lines
from app.studio.migration_views import PlanLine
from app.studio.policy import check_policy_officer

MACHINES = {"cli": "命令行", "demo": "演示数据", "install": "安装"}
"""Who published, where it was no person signed in."""


@dataclass(frozen=True)
class VersionRow:
    """One version; `by` and `approved_by` are names."""

    key: str
    version: int
    title: str
    on: date
    by: str
    approved_by: str
    digest: str


@dataclass(frozen=True)
class ProcessVersions:
    """A process: its newest version and the older ones, newest first."""

    newest: VersionRow
    older: tuple[VersionRow, ...]


@dataclass(frozen=True)
class VersionPage:
    """One version with what it is made of."""

    row: VersionRow
    process: ProcessVersions
    published: Published
    files: tuple[str, ...]
    remarks: tuple[Finding, ...]
    behind: int
    """Running cases of older versions where the reader plans."""
    plans: tuple[PlanLine, ...]
    today: date

    @property
    def drawing(self) -> bytes:
        return self.published.bundle.drawing(self.row.key)


def processes(session: Session, *, by: Actor) -> tuple[ProcessVersions, ...]:
    """Every process by title. Raises Refusal: `not_found` (404)."""
    check_policy_officer(by)
    found: dict[str, list[VersionRow]] = {}
    for row in _rows(session):
        found.setdefault(row.key, []).append(row)
    listed = (ProcessVersions(rows[0], tuple(rows[1:])) for rows in found.values())
    return tuple(sorted(listed, key=lambda one: (one.newest.title, one.newest.key)))


def version_page(session: Session, key: str, version: int, *, by: Actor, now: datetime) -> VersionPage:
    """Raises Refusal: `not_found` (404), `definition_unknown` (404)."""
    check_policy_officer(by)
    rows = list(_rows(session, key))
    row = next((one for one in rows if one.version == version), None)
    if row is None:
        raise Refusal("definition_unknown", 404, {"key": f"{key[:60]} 第 {version} 版"})
    whole = published(session, row.digest)
    return VersionPage(
        row=row,
        process=ProcessVersions(rows[0], tuple(rows[1:])),
        published=whole,
        files=tuple(sorted(whole.bundle.of(key))),
        remarks=whole.warnings,
        behind=still_behind(session, session.get_one(Definition, row.digest), planning_divisions(by)),
        plans=plan_lines(session, key, planning_divisions(by)),
        today=legal_day(now),
    )


def version_of(session: Session, key: str, version: int) -> Bundle:
    """The bundle of a version, the processes it calls included. Raises Refusal: `definition_unknown` (404)."""
    content = session.scalar(select(Definition.bundle).where(Definition.key == key, Definition.version == version))
    if content is None:
        raise Refusal("definition_unknown", 404, {"key": f"{key[:60]} 第 {version} 版"})
    return unpack(content)


def _rows(session: Session, key: str | None = None) -> Iterable[VersionRow]:
    """Newest first; the bundles themselves are not read."""
    columns = (
        Definition.key, Definition.version, Definition.title, Definition.published_at, Definition.published_by,
        Definition.approved_by, Definition.digest,
    )  # fmt: skip
    asked = select(*columns).order_by(Definition.key, Definition.version.desc())
    rows = session.execute(asked if key is None else asked.where(Definition.key == key)).all()
    names = names_of(session, {who for row in rows for who in (row.published_by, row.approved_by)})
    return [
        VersionRow(
            row.key, row.version, row.title, legal_day(row.published_at), _who(names, row.published_by),
            _who(names, row.approved_by), row.digest,
        )
        for row in rows
    ]  # fmt: skip


def _who(names: dict[str, str], who: str | None) -> str:
    return names.get(who or "", MACHINES.get(who or "", who or ""))
