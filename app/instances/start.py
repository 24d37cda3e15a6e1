"""Starting a case: the newest published version of a process, in the division of the one who starts it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.latest import latest_digest
from app.catalogue.published import Published, published
from app.db import new_id
from app.engine.model import FactValue
from app.errors import Refusal
from app.history import GENESIS, open_case
from app.identity.actor import Actor
from app.identity.may import Verdict, may_start
from app.identity.roles import CASE_ROLES
from app.instances.apply import apply
from app.instances.case import Case
from app.instances.finish import finish
from app.instances.models import Instance
from app.instances.surroundings import Surroundings


def start(
    session: Session,
    around: Surroundings,
    key: str,
    *,
    by: Actor,
    now: datetime,
    division: str | None = None,
    dossier_id: str | None = None,
    facts: Mapping[str, FactValue] | None = None,
) -> Instance:
    """Start a case of the process `key`.

    Args:
        division: where it belongs; the starter's own by default.
        facts: only machines hand facts over at the start; a person's facts come from forms.

    Raises:
        Refusal: `definition_unknown` (404), `dossier_required` (422), or what `may_start` says.
    """
    version = published(session, latest_digest(session, key))
    verdict = _check(version, by, division or by.division)
    if version.settings.start.dossier == "required" and dossier_id is None:
        raise Refusal("dossier_required", 422, {"process": version.settings.title})
    case = _new_case(session, around, version, by, verdict, now, division or by.division, dossier_id)
    apply(
        case,
        "started",
        by=by,
        on_behalf_of=verdict.on_behalf_of,
        facts=dict(facts or {}) | {"case_division": case.row.division},
        dedupe="start",
    )
    finish(case)
    return case.row


def _check(version: Published, by: Actor, division: str) -> Verdict:
    roles = version.settings.start.roles or tuple(sorted(CASE_ROLES))
    return may_start(by, roles, division).check()


def _new_case(
    session: Session,
    around: Surroundings,
    version: Published,
    by: Actor,
    verdict: Verdict,
    now: datetime,
    division: str,
    dossier_id: str | None,
) -> Case:
    row = Instance(
        id=new_id(),
        process=version.settings.key,
        definition=version.digest,
        title=version.settings.title,
        division=division,
        secrecy=version.settings.secrecy,
        owner_id=by.id,
        started_by=by.id,
        starter_natural=by.natural_person,
        starter_role=verdict.role,
        dossier_id=dossier_id,
        head_seq=GENESIS.seq,
        head_hash=GENESIS.hash,
        started_at=now,
        last_at=now,
    )
    session.add(row)
    key = open_case(session, vault=around.vault, case=row.id)
    return Case(session=session, around=around, row=row, key=key, published=version, at=now, state=None)


