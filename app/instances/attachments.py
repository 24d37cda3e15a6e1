"""The documents of a case, as its forms may name them."""

from sqlalchemy import select

from app.documents.hand_out import name_of
from app.documents.models import Document
from app.forms.model import Attachment
from app.instances.case import Case


def attachments_of(case: Case) -> dict[str, Attachment]:
    """The documents of a case by id, as a form's filepicker may name them."""
    rows = case.session.scalars(select(Document).where(Document.case == case.row.id).order_by(Document.received_at))
    return {str(row.id): Attachment(str(row.id), name_of(row, sealer=case.sealer), row.type, row.size) for row in rows}
