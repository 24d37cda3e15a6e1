"""What the pages show of tasks and cases: plain frozen data, filled from the rows, read by the templates.

Addresses (`href`) come ready-made, already filtered by what the reader may do: an empty one means "not offered".
Instants are aware UTC, legal days are dates of Asia/Shanghai; the templates write them. Counts are computed after the
permission filter (abuse case 2), and every name is already masked for this reader.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

URGENCIES = ("overdue", "today", "week", "later", "stopped", "none")
"""How near a due date is. `stopped`: the clock stands still or somebody outside must act; `none`: no limit."""

CALL_STATES = ("waiting", "answered", "failed", "unknown", "manual", "closed")
"""A request to another department: not back, back, could not be delivered, 结果不明, verified by hand instead, not needed
any more."""

STEP_STATES = ("done", "active", "waiting")


@dataclass(frozen=True)
class WhyLine:
    """One line of the arithmetic of a due date: what was reckoned, and the article it follows."""

    text: str
    source: str = ""


@dataclass(frozen=True)
class Why:
    """The reckoning behind a date, line by line. `marked`: some step has no law behind it and is written as 参考."""

    lines: tuple[WhyLine, ...]
    marked: bool = False


@dataclass(frozen=True)
class Due:
    """A limit as it stands today. `used` and `limit` count `unit` (日, 工作日, 个月, 小时)."""

    urgency: str = "none"
    day: date | None = None
    title: str = ""
    basis: str = ""
    used: int | None = None
    limit: int | None = None
    unit: str = "日"
    days_over: int = 0
    stopped_for: str = ""
    """Why the clock stands still now, e.g. 补正; empty while it runs."""
    provisional: bool = False
    done: bool = False
    """The clock has done its work: its date binds nobody any more."""
    waits: bool = False
    """A period that only has to pass."""
    why: Why | None = None


@dataclass(frozen=True)
class Subject:
    """Whom a case is about, as the reader may see it: adults in clear in own cases, children masked."""

    party: str
    child: str = ""
    age: str = ""


@dataclass(frozen=True)
class TaskRow:
    """A human task on a list. `number_tail` is the end of the case number by which people call it."""

    id: str
    href: str
    number: str
    number_tail: str
    case_href: str
    subject: Subject
    process: str
    step: str
    due: Due
    waiting_for: str
    mine: bool = True
    unclaimed: bool = False
    follow_up: str = ""
    urge_href: str = ""
    returned: str = ""
    """Who sent it back, when it came back."""


@dataclass(frozen=True)
class CaseRow:
    """A running case on a list: where it stands, whom it waits for, when to ask again."""

    id: str
    href: str
    number: str
    subject: Subject
    process: str
    step: str
    due: Due
    waiting_for: str
    waiting_days: int | None = None
    follow_up: str = ""
    follow_up_near: bool = False
    """The day to ask again has come."""
    follow_up_href: str = ""
    urge_href: str = ""
    urged: str = ""
    incident: str = ""
    """What stopped the engine on this case, in words; empty when nothing did."""


@dataclass(frozen=True)
class Facet:
    """One choice of a filter, with the number of rows it leads to."""

    label: str
    count: int
    href: str
    chosen: bool = False
    urgency: str = ""
    """One of URGENCIES: its shape is drawn before the label."""


@dataclass(frozen=True)
class Resume:
    """A draft to go on with: the strip 继续 above the list."""

    label: str
    href: str
    note: str = ""


@dataclass(frozen=True)
class Urging:
    """Somebody waits for a step: read above the list until it is done."""

    text: str
    href: str


@dataclass(frozen=True)
class Group:
    """Rows of one urgency. A closed group shows its count and note only; `toggle_href` opens or closes it."""

    urgency: str
    count: int
    rows: tuple[TaskRow, ...] | tuple[CaseRow, ...] = ()
    opened: bool = True
    toggle_href: str = ""
    note: str = ""


@dataclass(frozen=True)
class Pager:
    page: int
    pages: int
    total: int
    previous_href: str = ""
    next_href: str = ""


@dataclass(frozen=True)
class InboxPage:
    """待办: tasks grouped by how near their due date is, nearest first."""

    today: date
    groups: tuple[Group, ...]
    facets: tuple[Facet, ...] = ()
    processes: tuple[Facet, ...] = ()
    resume: tuple[Resume, ...] = ()
    pager: Pager | None = None
    print_href: str = ""
    export_href: str = ""
    urged: tuple[Urging, ...] = ()
    """To read first: who urges what."""


@dataclass(frozen=True)
class CasesPage:
    """在办件: every running case the reader answers for, with whom it waits for."""

    today: date
    groups: tuple[Group, ...]
    facets: tuple[Facet, ...] = ()
    processes: tuple[Facet, ...] = ()
    query: str = ""
    by_number: bool = False
    """The reader works on no case and may open one by its whole number, with a purpose."""
    pager: Pager | None = None
    print_href: str = ""
    export_href: str = ""


@dataclass(frozen=True)
class GlanceEntry:
    """One line of 一眼看全. `secret` is hidden while the screen is covered; `whole_href` leads to where a masked number is
    shown whole for a purpose."""

    label: str
    value: str
    note: str = ""
    secret: bool = False
    whole_href: str = ""


@dataclass(frozen=True)
class CallEntry:
    """A verification asked of another department, and the way round by hand (`manual_href`)."""

    title: str
    state: str
    result: str = ""
    basis: str = ""
    asked_at: datetime | None = None
    waiting_days: int | None = None
    urged: bool = False
    manual_href: str = ""


@dataclass(frozen=True)
class TimelineEntry:
    """One thing that happened, newest last. `on_behalf_of` is named when somebody stood in (abuse case 16)."""

    at: datetime
    who: str
    did: str
    on_behalf_of: str = ""
    note: str = ""
    href: str = ""
    weight: str = "normal"
    """`normal`, or `notable` for a return, a missed date, a correction."""
    seq: int = 0
    """Number of the step in the record, by which findings and outside requests name it; 0: not said."""


@dataclass(frozen=True)
class LetterEntry:
    title: str
    number: str
    made_on: date
    href: str
    state: str = ""


@dataclass(frozen=True)
class FileEntry:
    name: str
    size: str
    href: str
    added_at: datetime | None = None


@dataclass(frozen=True)
class Act:
    """Something else that can be done here, one link each: 转办, 退还, 催办, 撤回 …"""

    label: str
    href: str
    serious: bool = False


@dataclass(frozen=True)
class StepEntry:
    """A step of the case: what the diagram marks, in words. `state` is one of STEP_STATES."""

    name: str
    state: str
    who: str = ""
    since: datetime | None = None
    href: str = ""
    act: Act | None = None
    """What ends the waiting, for who may enter it."""


@dataclass(frozen=True)
class DiagramView:
    """A diagram with its marks; `app.web.diagram.draw` makes the picture. Ids are the diagram's node and flow ids."""

    bpmn: bytes
    title: str
    active: frozenset[str] = frozenset()
    done: frozenset[str] = frozenset()
    flows: frozenset[str] = frozenset()
    counts: dict[str, int] = field(default_factory=dict)
    href: str = ""
    focus: str = ""
    """The active node to look at first."""
