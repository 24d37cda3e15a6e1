"""一眼看全: the few lines the process declares, and the verifications asked of other departments."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import legal_day
from app.dossiers.read import latest_submission
from app.errors import Refusal
from app.identity.actor import Actor
from app.inbox.links import Links
from app.inbox.subjects import mask_name
from app.inbox.views import CallEntry, GlanceEntry
from app.instances.answer_call import OPEN
from app.instances.answer_call_by_hand import may_answer
from app.instances.case import Case
from app.instances.fields import worded
from app.instances.local_calls.record_letter import written
from app.instances.masked_fields import masks_beside
from app.instances.models import Call
from app.texts import known_codes, sentence


def glance_entries(case: Case, links: Links) -> tuple[GlanceEntry, ...]:
    """The lines under `[glance]`; one whose value is not known yet is left out. The child is named as on the lists, numbers
    are masked as on the form they stand on, which is where one is shown whole."""
    settings = case.published.settings
    known = {source: worded(case, source) for source in settings.glance.values()}
    masks = masks_beside(case, known)
    entries = []
    for label, source in settings.glance.items():
        value = known[source]
        if value in (None, "", []):
            continue
        if source in masks:
            entries.append(GlanceEntry(label, masks[source], secret=True, whole_href=_whole(case, source, links)))
            continue
        child = source == settings.subject.get("child")
        entries.append(GlanceEntry(label, mask_name(str(value)) if child else written(value), secret="." in source))
    return tuple(entries)


def _whole(case: Case, source: str, links: Links) -> str:
    form, _, field = source.split("、", 1)[0].partition(".")
    kept = latest_submission(case.session, case.row.id, form)
    return f"{links.paper(case.row.id, str(kept.id))}#ask-{field}" if kept else ""


def call_entries(session: Session, case: Case, actor: Actor, links: Links) -> tuple[CallEntry, ...]:
    """What was asked of other departments, and for whom may: the way round by hand."""
    may = may_answer(session, actor, case.row).allowed
    rows = session.scalars(select(Call).where(Call.instance_id == case.row.id).order_by(Call.asked_at, Call.key))
    return tuple(_entry(case, row, links, may) for row in rows)


def _entry(case: Case, row: Call, links: Links, may: bool) -> CallEntry:
    use = case.published.call_use(row.operation)
    by_hand = row.status == "answered" and row.answered_by not in (None, "connector")
    open_still = row.status in OPEN
    return CallEntry(
        title=row.name,
        state="manual" if by_hand else row.status,
        result=sentence(Refusal(row.last_error)) if open_still and row.last_error in known_codes() else "",
        basis=use.basis if use else "",
        asked_at=row.asked_at,
        waiting_days=(case.today - legal_day(row.asked_at)).days,
        urged=open_still and row.due_on is not None and row.due_on < case.today,
        manual_href=links.call(row.id) if open_still and may else "",
    )
