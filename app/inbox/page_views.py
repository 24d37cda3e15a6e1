"""The pages about one thing: a task, a case, a letter, a confirmation. Same rules as in `views`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from app.forms.filled import Filled
from app.inbox.views import (
    Act,
    CallEntry,
    DiagramView,
    Due,
    Facet,
    FileEntry,
    GlanceEntry,
    LetterEntry,
    Pager,
    StepEntry,
    Subject,
    TimelineEntry,
)


@dataclass(frozen=True)
class TaskPage:
    """One task to be done: form left, everything one needs to know right.

    The door passes the form beside this page: `form.fields`, `form.errors`, `form.dropped`, as the form macros
    take them.
    """

    today: date
    number: str
    case_href: str
    back_href: str
    process: str
    step: str
    subject: Subject
    basis: str = ""
    saved_at: datetime | None = None
    draft: int = 0
    submit_href: str = ""
    save_href: str = ""
    """Takes the same form; answers autosave with one plain sentence, e.g. 已存 10:42 · 第 2 稿."""
    preview_href: str = ""
    """Answers with the form's fields as the present answers make them (htmx)."""
    claim_href: str = ""
    """Only while nobody has claimed the task; there is no form to submit then."""
    nonce: str = ""
    next_step: str = ""
    phone_href: str = ""
    notes: int = 0
    notes_href: str = ""
    held_by: str = ""
    """Who has the task, where the reader does not."""
    acts: tuple[Act, ...] = ()
    clocks: tuple[Due, ...] = ()
    glance: tuple[GlanceEntry, ...] = ()
    calls: tuple[CallEntry, ...] = ()
    files: tuple[FileEntry, ...] = ()
    timeline: tuple[TimelineEntry, ...] = ()
    timeline_total: int = 0
    diagram: DiagramView | None = None
    letters: tuple[Act, ...] = ()
    """Papers to print before submitting: 打印第 2 稿."""


@dataclass(frozen=True)
class CasePage:
    """One case: where it stands, its clocks, its record."""

    today: date
    number: str
    process: str
    version: str
    subject: Subject
    started_at: datetime
    state: str
    """A word: 办理中, 停表中, 已办结, 已撤回, 等待处理故障."""
    back_href: str = ""
    incident: str = ""
    ended_at: datetime | None = None
    steps: tuple[StepEntry, ...] = ()
    clocks: tuple[Due, ...] = ()
    glance: tuple[GlanceEntry, ...] = ()
    calls: tuple[CallEntry, ...] = ()
    letters: tuple[LetterEntry, ...] = ()
    files: tuple[FileEntry, ...] = ()
    timeline: tuple[TimelineEntry, ...] = ()
    diagram: DiagramView | None = None
    acts: tuple[Act, ...] = ()
    phone_href: str = ""
    replay_href: str = ""


@dataclass(frozen=True)
class DoneRow:
    """A task I finished. `href` only while the case is open to me."""

    at: datetime
    number: str
    subject: Subject
    process: str
    step: str
    href: str = ""
    """Empty where the case is no longer open to the one who did its step."""
    case_state: str = ""
    on_behalf_of: str = ""
    take_back_href: str = ""
    """Only while nobody has opened what the step led to."""


@dataclass(frozen=True)
class DonePage:
    today: date
    rows: tuple[DoneRow, ...]
    facets: tuple[Facet, ...] = ()
    pager: Pager | None = None


@dataclass(frozen=True)
class ProcessRow:
    """A published process. `start_href` only for who may start it."""

    title: str
    code: str
    version: str
    valid_from: date
    basis: str = ""
    running: int = 0
    start_href: str = ""
    diagram_href: str = ""


@dataclass(frozen=True)
class Asking:
    """What somebody asks to see whole: the address of one answer, what they typed why, and the number once it is shown."""

    field: str = ""
    usual: str = ""
    purpose: str = ""
    error: str = ""
    whole: str = ""


@dataclass(frozen=True)
class PaperPage:
    """A form as somebody handed it over, to be read. `files` are those it names, by id.

    `usual`: purposes to choose from, for whose post sees the case anyway; `stated`: what an auditor has said already.
    """

    today: date
    title: str
    process: str
    number: str
    subject: Subject
    by: str
    on_behalf_of: str
    at: datetime
    entries: tuple[Filled, ...]
    files: Mapping[str, FileEntry]
    back_href: str
    number_href: str = ""
    nonce: str = ""
    usual: tuple[str, ...] = ()
    stated: str = ""
    asking: Asking = Asking()


@dataclass(frozen=True)
class LetterPage:
    """An official paper as sealed. `paragraphs` are text, one paragraph each; `kind` is letter or certificate."""

    kind: str
    authority: str
    title: str
    number: str
    addressee: str
    paragraphs: tuple[str, ...]
    made_on: date
    signed_by: str = ""
    copies_to: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    """For a certificate: its table of labels and values, in order."""
    digest: str = ""
    draft: bool = False
    case: str = ""
    """Id of the case it belongs to."""
    purpose: str = ""
    """For which a reader from outside looks at it."""
    back_href: str = ""
    signed: tuple[str, ...] = ()
    """Organ and day as the paper itself ends with them; else those above are shown."""


@dataclass(frozen=True)
class PhoneAnswer:
    """What may be said on the telephone about a case, ready to be read aloud, and what may not."""

    number: str
    subject: Subject
    stands: str
    by_when: str = ""
    due: Due | None = None
    next_step: str = ""
    missing: tuple[str, ...] = ()
    may_not_say: tuple[str, ...] = ()
    log_href: str = ""


@dataclass(frozen=True)
class Person:
    """A candidate in a picker: login and name only (abuse case 3)."""

    login: str
    name: str
    post: str = ""
    load: int | None = None


@dataclass(frozen=True)
class ConfirmPage:
    """A second look before an act: what it does, whom it affects, a reason where one is due."""

    title: str
    lead: str
    action: str
    submit: str
    back_href: str
    nonce: str = ""
    changes: tuple[str, ...] = ()
    reason_label: str = ""
    reason: str = ""
    people_label: str = ""
    people: tuple[Person, ...] = ()
    chosen: str = ""
    day_label: str = ""
    day: str = ""
    """A day that may be left empty; as YYYY-MM-DD."""
    serious: bool = False
    error: str = ""


@dataclass(frozen=True)
class MessagePage:
    """A message entered by hand: what it is, whom the case is about. The door passes the form beside it."""

    number: str
    process: str
    title: str
    subject: Subject
    case_href: str
    submit_href: str
    preview_href: str
    nonce: str = ""


@dataclass(frozen=True)
class DelegationRow:
    """A 代理, given or received. `state` is a word; `end_href` only for who may end it now."""

    person: str
    from_day: date
    to_day: date
    reason: str
    state: str
    recorded_by: str = ""
    end_href: str = ""


@dataclass(frozen=True)
class DelegationsPage:
    """My 代理: whom I asked, whom I stand in for, and the form to ask somebody; the posted values come back on error."""

    given: tuple[DelegationRow, ...]
    received: tuple[DelegationRow, ...]
    people: tuple[Person, ...]
    action: str
    nonce: str
    today: date
    may_give: bool = True
    chosen: str = ""
    from_day: str = ""
    to_day: str = ""
    reason: str = ""
    error: str = ""


@dataclass(frozen=True)
class Problem:
    """A refusal as a page.

    `kept` are the answers just typed, label and value, so that nothing typed is lost.
    """

    status: int
    title: str
    sentence: str
    fields: tuple[tuple[str, str], ...] = ()
    """Field id and sentence, for 422."""
    kept: tuple[tuple[str, str], ...] = ()
    reference: str = ""
    back_href: str = "/"
    back_label: str = ""
