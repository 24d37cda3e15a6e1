"""一眼看全: the few lines the process declares, and the verifications asked of other departments."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import legal_day
from app.inbox.links import Links
from app.inbox.views import CallEntry, GlanceEntry
from app.instances.case import Case
from app.instances.fields import field_value
from app.instances.models import Call

STATES = {"waiting": "waiting", "answered": "answered", "unknown": "failed", "closed": "answered"}


def glance_entries(case: Case) -> tuple[GlanceEntry, ...]:
    """The lines under `[glance]`; one whose value is not known yet is left out."""
    entries = []
    for label, source in case.published.settings.glance.items():
        value = field_value(case, source)
        if value not in (None, ""):
            entries.append(GlanceEntry(label, str(value), secret="." in source))
    return tuple(entries)


def call_entries(session: Session, case: Case, links: Links) -> tuple[CallEntry, ...]:
    rows = session.scalars(select(Call).where(Call.instance_id == case.row.id).order_by(Call.asked_at, Call.key))
    return tuple(_entry(case, row, links) for row in rows)


def _entry(case: Case, row: Call, links: Links) -> CallEntry:
    use = case.published.call_use(row.operation)
    by_hand = row.status == "answered" and row.answered_by not in (None, "connector")
    open_still = row.status in {"waiting", "unknown"}
    return CallEntry(
        title=row.name,
        state="manual" if by_hand else STATES[row.status],
        result="结果不明，请人工核实" if row.status == "unknown" else "",
        basis=use.basis if use else "",
        asked_at=row.asked_at,
        waiting_days=(case.today - legal_day(row.asked_at)).days,
        manual_href=links.call(row.id) if open_still and use and use.manual else "",
    )
