"""Uploading: a file from any tool becomes the officer's own bundle to look at. Nothing of it is live."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.catalogue.bundle import DRAWN, Bundle, pack, unpack
from app.catalogue.fit import made_of
from app.catalogue.importing import import_bpmn
from app.catalogue.importing.keys import check_key, key_for
from app.catalogue.importing.reading import read
from app.catalogue.zipped import from_zip
from app.engine.safe_xml import XmlRefused
from app.errors import Refusal, not_found
from app.identity.actor import Actor
from app.studio.models import Upload
from app.studio.policy import check_policy_officer
from app.studio.versions import version_of

LIMIT = 2 * 1024 * 1024
"""Bytes of the file."""
ZIP = b"PK\x03\x04"
NAME = 120
"""Characters of the file's name that are kept."""


@dataclass(frozen=True)
class Base:
    """The published version whose diagram a single .bpmn file replaces."""

    key: str
    version: int


def upload(
    session: Session, data: bytes, name: str, *, by: Actor, now: datetime, key: str = "", base: Base | None = None
) -> Upload:
    """Keep the bundle of the file in place of what the officer had uploaded before.

    Args:
        data: a bundle as a zip, or one BPMN file.
        key: of the process a BPMN file becomes; empty: made of the file's name.
        base: a BPMN file is put into this version in place of its diagram, as edited in a tool.

    Raises:
        Refusal: `not_found` (404); `upload_empty`, `upload_too_large`, `import_nothing`, what `from_zip` raises.
    """
    check_policy_officer(by)
    if not data:
        raise Refusal("upload_empty", 422)
    if len(data) > LIMIT:
        raise Refusal("upload_too_large", 413)
    bundle = without_stale_drawing(_bundle(session, data, name, key, base))
    row = session.get(Upload, by.id) or Upload(person_id=by.id)
    row.at, row.name, row.bundle = now, name[:NAME], pack(bundle)
    session.add(row)
    session.flush()
    return row


def _bundle(session: Session, data: bytes, name: str, key: str, base: Base | None) -> Bundle:
    if data.startswith(ZIP) or name.lower().endswith(".zip"):
        return from_zip(data)
    if base is not None:
        return _edited(session, data, base)
    chosen = check_key(key) if key else key_for(name.rpartition(".")[0] or name)
    made = import_bpmn(data, key=chosen, source=name)
    if not made.files:
        raise Refusal("import_nothing", 422, {"detail": made.findings[0].message})
    return Bundle(chosen, {f"{chosen}/{path}": text for path, text in made.files.items()})


def _edited(session: Session, data: bytes, base: Base) -> Bundle:
    """The version with the diagram replaced. Its called processes are left out: publishing takes their live versions."""
    version = version_of(session, base.key, base.version)
    try:
        text, _ = read(data)
    except XmlRefused as problem:
        raise Refusal("import_nothing", 422, {"detail": problem.message}) from problem
    files = version.of(base.key) | {"process.bpmn": text}
    return Bundle(base.key, {f"{base.key}/{path}": content for path, content in files.items()})


def without_stale_drawing(bundle: Bundle) -> Bundle:
    """A diagram kept as drawn is let go once what runs has been edited: pages then show what runs."""
    files = bundle.of(bundle.key)
    if DRAWN not in files or made_of(files[DRAWN], files["process.bpmn"]):
        return bundle
    return Bundle(bundle.key, {name: text for name, text in bundle.files.items() if name != f"{bundle.key}/{DRAWN}"})


def uploaded(session: Session, *, by: Actor) -> tuple[Upload, Bundle] | None:
    """What the officer has uploaded, if anything."""
    check_policy_officer(by)
    row = session.get(Upload, by.id)
    return None if row is None else (row, unpack(row.bundle))


def put_away(session: Session, *, by: Actor) -> None:
    """Forget what the officer has uploaded.

    Raises:
        Refusal: `not_found` (404) also where there is nothing.
    """
    check_policy_officer(by)
    row = session.get(Upload, by.id)
    if row is None:
        raise not_found()
    session.delete(row)
    session.flush()
