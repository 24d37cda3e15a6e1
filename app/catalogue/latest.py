"""Which version of a process a new case gets."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.models import Definition
from app.errors import Refusal


def latest_digest(session: Session, key: str) -> str:
    """Digest of the newest published version.

    Raises:
        Refusal: `definition_unknown` (404).
    """
    digest = session.scalar(
        select(Definition.digest).where(Definition.key == key).order_by(Definition.version.desc()).limit(1)
    )
    if digest is None:
        raise Refusal("definition_unknown", 404, {"key": key})
    return digest


def process_titles(session: Session) -> dict[str, str]:
    """Key → title of the newest version of every process."""
    rows = session.execute(select(Definition.key, Definition.title).order_by(Definition.version)).all()
    return {row[0]: row[1] for row in rows}
