"""Publishing what was uploaded, only where four eyes are switched off (abuse cases 20, 26)."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.catalogue.bundle import unpack
from app.catalogue.models import Definition
from app.catalogue.publish import publish
from app.errors import Refusal
from app.identity.actor import Actor
from app.studio.models import Upload
from app.studio.policy import check_policy_officer


def publish_upload(session: Session, *, by: Actor, now: datetime, four_eyes: bool) -> Definition:
    """The officer's upload becomes the newest version of its process.

    Raises:
        Refusal: `not_found` (404), `definition_needs_four_eyes` (403), `upload_absent` (409), what `publish` raises.
    """
    check_policy_officer(by)
    if four_eyes:
        raise Refusal("definition_needs_four_eyes", 403)
    row = session.get(Upload, by.id)
    if row is None:
        raise Refusal("upload_absent", 409)
    published = publish(session, unpack(row.bundle), by=by.id, now=now)
    session.delete(row)
    session.flush()
    return published
