"""What administrators see of incidents and planned acts: numbers, steps, kinds of errors, never an answer or a name of a
child (abuse case 22). Same rules as in `views`."""

from dataclasses import dataclass
from datetime import date, datetime

from app.inbox.views import DiagramView


@dataclass(frozen=True)
class IncidentRow:
    """One place where a case stands still. `followers` are automatic events that wait behind it."""

    id: str
    href: str
    number: str
    process: str
    what: str
    step: str
    error: str
    since: datetime
    attempts: int
    followers: int


@dataclass(frozen=True)
class PlanRow:
    """A planned act that nobody has approved yet."""

    href: str
    number: str
    process: str
    title: str
    planned_by: str
    planned_at: datetime
    mine_to_approve: bool


@dataclass(frozen=True)
class IncidentsPage:
    today: date
    rows: tuple[IncidentRow, ...]
    plans: tuple[PlanRow, ...]
    reposition_href: str = ""
    """Only for who may plan."""
    more: int = 0
    """Further incidents that are not listed."""


@dataclass(frozen=True)
class IncidentPage:
    """One incident, where it is on the diagram, and what may be done."""

    today: date
    row: IncidentRow
    diagram: DiagramView
    back_href: str
    nonce: str
    retry_href: str = ""
    correct_href: str = ""
    discard_href: str = ""
    reposition_href: str = ""
    plans: tuple[PlanRow, ...] = ()


@dataclass(frozen=True)
class PlanPage:
    """What is planned, in words; the acts only for who may do them."""

    today: date
    title: str
    number: str
    process: str
    words: tuple[str, ...]
    reason: str
    planned_by: str
    planned_at: datetime
    state: str
    back_href: str
    nonce: str
    approve_href: str = ""
    decline_href: str = ""
    told: str = ""
    """Why the reader cannot approve, where they might expect to."""


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    note: str = ""
    chosen: bool = False


@dataclass(frozen=True)
class Place:
    """One scope of a case: what is open there, and what could be opened."""

    scope: str
    title: str
    open: tuple[Choice, ...]
    nodes: tuple[Choice, ...]


@dataclass(frozen=True)
class RepositionPage:
    case: str
    """Number or id as typed; empty asks for it."""
    number: str
    process: str
    places: tuple[Place, ...]
    action: str
    back_href: str
    nonce: str
    incident: str = ""
    reason: str = ""
    error: str = ""


@dataclass(frozen=True)
class FactField:
    """A fact that may be put right; its present value is not shown."""

    name: str
    label: str
    kind: str
    hint: str
    choices: tuple[Choice, ...] = ()
    value: str = ""
    clear: bool = False
    error: str = ""


@dataclass(frozen=True)
class CorrectionPage:
    row: IncidentRow
    fields: tuple[FactField, ...]
    action: str
    back_href: str
    nonce: str
    reason: str = ""
    error: str = ""
