"""Starting a case: the newest published version of a process, in the division of the one who starts it."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.catalogue.latest import latest_digest
from app.catalogue.parameter_facts import parameter_facts
from app.catalogue.published import Published, published
from app.db import new_id
from app.dossiers.read import has_dossier
from app.engine.model import FactValue
from app.errors import Refusal, not_found
from app.history import GENESIS, open_case
from app.identity.actor import Actor
from app.identity.may import Verdict, may_start
from app.identity.roles import named_roles
from app.instances.apply import apply
from app.instances.case import Case
from app.instances.finish import finish
from app.instances.models import Instance
from app.instances.surroundings import Surroundings

MACHINE = "machine"
"""In place of a person where a case set off another one."""


def start(
    session: Session,
    around: Surroundings,
    key: str,
    *,
    by: Actor,
    now: datetime,
    division: str | None = None,
    dossier_id: str | None = None,
) -> Instance:
    """Start a case of the process `key`.

    Args:
        division: where it belongs; the starter's own by default.
        dossier_id: of a child whose dossier this division keeps.

    Raises:
        Refusal: `definition_unknown` (404), `division_unknown`, `dossier_required` (422), `not_found`, or what `may_start` says.
    """
    case = new_case(session, around, key, instance_id=new_id(), division=division or by.division, now=now)
    verdict = _check(case.published, by, case.row.division)
    if division is not None and not case.knows_division(division):
        raise Refusal("division_unknown", 422, {"division": division})
    if dossier_id is not None and not has_dossier(session, dossier_id, case.row.division):
        raise not_found()
    if case.published.settings.start.dossier == "required" and dossier_id is None:
        raise Refusal("dossier_required", 422, {"process": case.published.settings.title})
    case.row.owner_id, case.row.started_by = verdict.on_behalf_of or by.id, by.id
    case.row.starter_natural, case.row.starter_role = by.natural_person, verdict.role
    case.row.starter_behalf = verdict.behalf_natural_person
    case.row.dossier_id = dossier_id
    session.flush()
    apply(
        case,
        "started",
        by=by,
        on_behalf_of=verdict.on_behalf_of,
        facts=first_facts(case),
        dedupe="start",
    )
    finish(case)
    return case.row


def first_facts(case: Case) -> dict[str, FactValue]:
    """What every case knows from the start: its division, and the parameters its process keeps as facts."""
    version, division = case.published, case.row.division
    settings = version.all_settings.values()
    known = parameter_facts(settings, version.fact_types, lambda code: str(case.register.get(code, division).value))
    return known | {"case_division": division}


def _check(version: Published, by: Actor, division: str) -> Verdict:
    roles = named_roles(version.settings.start.roles)
    if not roles:
        raise Refusal("not_started_by_hand", 403, {"process": version.settings.title})
    return may_start(by, sorted(roles), division).check()


def new_case(
    session: Session, around: Surroundings, key: str, *, instance_id: str, division: str, now: datetime
) -> Case:
    """An empty case of the newest version, with its data key, before its first event."""
    version = published(session, latest_digest(session, key))
    row = Instance(
        id=instance_id,
        process=version.settings.key,
        definition=version.digest,
        title=version.settings.title,
        division=division,
        secrecy=version.settings.secrecy,
        owner_id=MACHINE,
        started_by=MACHINE,
        starter_natural=MACHINE,
        head_seq=GENESIS.seq,
        head_hash=GENESIS.hash,
        started_at=now,
        last_at=now,
    )
    session.add(row)
    data_key = open_case(session, vault=around.vault, case=row.id)
    return Case(session=session, around=around, row=row, key=data_key, published=version, at=now, state=None)
