"""经过: what happened in a case, from its chain, in words. Nothing here proves; that is `history.verify`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.clock import legal_day
from app.history.read import RecordedEvent, read_events
from app.identity.names import LEFT_OFFICE
from app.inbox.links import Links
from app.inbox.views import TimelineEntry
from app.instances.case import Case
from app.instances.wording import SECOND, done_here, note_of, what_happened

FACTS = "facts/"
QUIET = frozenset({"claimed", "released", "due_moved", "clock_behind"})
NOTABLE = frozenset({"repositioned", "corrected", "transferred", "case_handed_over", "urged", "warned", "escalated",
                     "message", "interest_declared", "call_failed", "call_unknown", "message_unmatched",
                     "discarded"})  # fmt: skip


@dataclass(frozen=True)
class Told:
    """An entry whose people are still ids."""

    at: datetime
    who: str
    on_behalf_of: str
    did: str
    note: str = ""
    weight: str = "normal"
    to: tuple[str, ...] = ()
    """Whom it was handed to, who was urged or warned."""
    href: str = ""
    """The form that was handed over, to be read."""

    second: str = ""
    """Who approved it."""
    seq: int = 0

    @property
    def people(self) -> frozenset[str]:
        return frozenset({self.who, self.on_behalf_of, *self.to, self.second})

    def named(self, names: Mapping[str, str]) -> TimelineEntry:
        return TimelineEntry(
            at=self.at,
            who=names.get(self.who, "系统" if not self.who else LEFT_OFFICE),
            did=self.did
            + (f"（{'、'.join(told)}）" if (told := [names[one] for one in self.to if one in names]) else ""),
            on_behalf_of=names.get(self.on_behalf_of, ""),
            note=" ".join(part for part in (self._approved(names), self.note) if part),
            weight=self.weight,
            href=self.href,
            seq=self.seq,
        )

    def _approved(self, names: Mapping[str, str]) -> str:
        return f"{names.get(self.second, LEFT_OFFICE)}批准" if self.second else ""


def record_of(session: Session, case: Case) -> list[RecordedEvent]:
    """The record of the case, which a page reads once for its list and its diagram. Raises as `read_events`."""
    return read_events(session, case.around.vault, case.row.id)


def timeline(case: Case, record: Iterable[RecordedEvent], links: Links) -> list[Told]:
    """The events of the case in order, without those that only a record-keeper needs."""
    entries = []
    known: dict[str, Any] = {}
    for event in record:
        told = _told(case, event)
        if told is not None:
            dates = _fact_dates(case, event, known)
            note = " ".join(part for part in (dates, told.note) if part)
            entries.append(replace(told, note=note, href=_paper(case, event, links), seq=event.seq))
        known |= {name: value for name, value in (event.fields or {}).items() if name.startswith(FACTS)}
    return entries


def _paper(case: Case, event: RecordedEvent, links: Links) -> str:
    """Where the form can be read that the event came with; an entry names it as `id:digest`."""
    evidence = (event.fields or {}).get("evidence")
    first = evidence[0] if isinstance(evidence, list) and evidence else None
    return links.paper(case.row.id, str(first).partition(":")[0]) if first else ""


def _fact_dates(case: Case, event: RecordedEvent, known: Mapping[str, Any]) -> str:
    """The days on which something happened that moves a clock, where they are not the day it was entered (更正 1)."""
    entered = legal_day(event.at).isoformat()
    said = []
    for name in _clock_facts(case):
        value = (event.fields or {}).get(f"{FACTS}{name}")
        if value and value not in (entered, known.get(f"{FACTS}{name}")):
            said.append(f"{case.published.fact_types[name].label} {value}")
    return "、".join(said)


def marks_of(record: Iterable[RecordedEvent]) -> tuple[set[str], set[str]]:
    """Nodes passed and flows taken so far, for the diagram."""
    left: set[str] = set()
    flows: set[str] = set()
    for event in record:
        effects = event.effects
        if isinstance(effects, dict):
            left |= set(effects.get("out", ()))
            flows |= set(effects.get("flows", ()))
    return left, flows


def _clock_facts(case: Case) -> list[str]:
    """Date facts that start, stop or end a clock of the case."""
    found: set[str | None] = set()
    for clock in case.published.clocks.values():
        found |= {clock.start, clock.end}
        found |= {name for stop in clock.stops for name in (stop.from_fact, stop.to_fact)}
    return sorted(name for name in found if name is not None)


def _told(case: Case, event: RecordedEvent) -> Told | None:
    if event.kind in QUIET:
        return None
    fields = event.fields
    if fields is None:
        return Told(event.at, "", "", "内容已依法销毁")
    told = Told(
        at=event.at,
        who=str(fields.get("actor") or ""),
        on_behalf_of=str(fields.get("on_behalf_of") or ""),
        did=what_happened(case.published, case.row.title, event),
        to=_to(fields),
        second=str(fields.get(SECOND) or ""),
        note=note_of(fields),
        weight="notable" if event.kind in NOTABLE else "normal",
    )
    if event.kind == "answered" and not told.who:
        return None if done_here(case.published, fields) else replace(told, who="")
    return told


def _to(fields: Mapping[str, Any]) -> tuple[str, ...]:
    told = fields.get("payload/~told") or [fields.get("payload/~to") or ""]
    return tuple(str(one) for one in told)
