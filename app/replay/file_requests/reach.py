"""Who registers and extracts, who approves, who only reads."""

from sqlalchemy.orm import Session

from app.errors import Refusal, not_found
from app.identity.actor import Actor
from app.identity.divisions import covers, widest
from app.identity.office import holds_over
from app.identity.roles import AUDITOR
from app.instances.may_extract import EXTRACTING, may_extract
from app.replay.file_requests.models import FileRequest

APPROVING = frozenset({"county_approver", "city_civil"})
"""Held in their own right, over the division of the case, in the organisation that registered the request (handbook 5.2 S8)."""


def approves(by: Actor, division: str) -> bool:
    return holds_over(by, APPROVING, division)


def works_with_requests(by: Actor) -> bool:
    """Whether the list is anything to this person."""
    return bool(places(by))


def places(by: Actor) -> tuple[str, ...]:
    """Where this person may read requests."""
    posts = EXTRACTING | APPROVING | {AUDITOR}
    return widest(grant.division for grant in by.grants if grant.role in posts and grant.on_behalf_of is None)


def of_the_office(by: Actor, row: FileRequest) -> bool:
    """Whether the person extracts or approves where it was registered: they alone hold the file itself."""
    return row.organisation == by.organisation and (may_extract(by, row.division) or approves(by, row.division))


def reads(by: Actor, row: FileRequest) -> bool:
    """Auditors inside their mandate; the office itself."""
    return of_the_office(by, row) or any(
        grant.role == AUDITOR and covers(grant.division, row.division) for grant in by.grants
    )


def request_of(session: Session, request_id: str, *, by: Actor, to_change: bool = False) -> FileRequest:
    """A request that this person may read; `to_change` locks it, for the office alone.

    Raises:
        Refusal: `not_found` (404).
    """
    row = session.get(FileRequest, request_id, with_for_update=True if to_change else None, populate_existing=to_change)
    if row is None or not reads(by, row) or (to_change and row.organisation != by.organisation):
        raise not_found()
    return row


def must_extract(by: Actor, row: FileRequest) -> None:
    """Raises Refusal: `file_request_not_extractor` (403)."""
    if row.organisation != by.organisation or not may_extract(by, row.division):
        raise Refusal("file_request_not_extractor", 403)


def must_approve(by: Actor, row: FileRequest) -> None:
    """Raises Refusal: `file_request_not_approver` (403)."""
    if row.organisation != by.organisation or not approves(by, row.division):
        raise Refusal("file_request_not_approver", 403)
