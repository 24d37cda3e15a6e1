"""One form as it was handed over. Identity numbers and telephone numbers are masked as everywhere on the screen."""

from datetime import date

from sqlalchemy.orm import Session

from app.forms.filled import filled
from app.identity.names import LEFT_OFFICE, names_of
from app.inbox.files import size_text
from app.inbox.links import Links
from app.inbox.page_views import Asking, PaperPage
from app.inbox.subjects import subject_of
from app.inbox.views import FileEntry
from app.instances.attachments import Attachments
from app.instances.case import Case
from app.instances.paper_words import words
from app.instances.read_paper import Paper

USUAL = ("与证件原件核对", "电话联系当事人", "向其他部门核实", "制作文书、证件")
"""Purposes for which an office needs a whole number day by day; whatever else is written out."""


def paper_page(session: Session, paper: Paper, links: Links, *, today: date, asking: Asking, nonce: str) -> PaperPage:
    """The page of what `read_paper` found; numbers masked but the one in `asking`."""
    case, kept = paper.case, paper.kept
    names = names_of(session, {kept.by, kept.on_behalf_of})
    return PaperPage(
        today=today,
        title=paper.title,
        process=case.row.title,
        number=case.row.number or "未编号",
        subject=subject_of(case.around.vault, case.row, case.stored_key, case.today),
        by=names.get(kept.by, LEFT_OFFICE),
        on_behalf_of=names.get(kept.on_behalf_of or "", ""),
        at=kept.at,
        entries=filled(paper.form, paper.answers, words(session, paper.answers)),
        files=_files(case, links),
        back_href=links.case(case.row.id),
        number_href=f"{links.paper(case.row.id, str(kept.id))}/number",
        nonce=nonce,
        usual=() if paper.purpose else USUAL,
        stated=paper.purpose,
        asking=asking,
    )


def _files(case: Case, links: Links) -> dict[str, FileEntry]:
    return {
        one.id: FileEntry(one.name, size_text(one.size), links.document(one.id)) for one in Attachments(case).values()
    }
