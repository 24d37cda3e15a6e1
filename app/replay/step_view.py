"""One step of a recording as the page shows it: who, what, on which data, under which rule, how the clocks stood."""

from dataclasses import dataclass
from datetime import date, datetime

from app.dmn.shown import ShownTable
from app.forms.filled import Filled
from app.replay.rights import Rights


@dataclass(frozen=True)
class Answer:
    """One answer; `before` is what the same form said when it was filled in before, where that was something else."""

    shown: Filled
    before: str | None = None
    files: tuple[tuple[str, str], ...] = ()
    """Id and what it is, with its digest; what has been erased since is missing."""


@dataclass(frozen=True)
class Ruled:
    """One decision: the inputs it saw, the rows that fired (from 1), what came out, and the table where it is one."""

    title: str
    inputs: tuple[tuple[str, str], ...]
    rows: tuple[int, ...]
    outputs: tuple[tuple[str, str], ...]
    table: ShownTable | None


@dataclass(frozen=True)
class ClockThen:
    """A clock as it stood on the day of the step; `lines` are its reckoning with sources."""

    title: str
    used: int | None
    limit: int | None
    unit: str
    due_on: date | None
    state: str
    """running | stopped | ended"""
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Passed:
    """What came `in`, went `out` or was `moved` with a step; `letter`: id of the paper that was made."""

    way: str
    text: str
    letter: str = ""


@dataclass(frozen=True)
class LookThen:
    """Somebody who read the case between the step before and this one."""

    at: datetime
    who: str
    what: str
    purpose: str


@dataclass(frozen=True)
class RefusedThen:
    """Somebody who tried something meanwhile and was refused, `times` times that day, the first time `at`; `uncounted`: that
    often at least, further ones were not written down."""

    at: datetime
    who: str
    what: str
    why: str
    times: int
    uncounted: bool = False


@dataclass(frozen=True)
class StepView:
    """`happened`: days on which what was entered had happened, where that was another day (补录)."""

    seq: int
    of: int
    at: datetime
    did: str
    who: str
    behalf: str
    second: str
    note: str
    hash: str
    version: str
    rights: Rights | None = None
    happened: tuple[tuple[str, str], ...] = ()
    paper: str = ""
    answers: tuple[Answer, ...] = ()
    facts: tuple[tuple[str, str, str], ...] = ()
    """Label, value, value before."""
    ruled: tuple[Ruled, ...] = ()
    clocks: tuple[ClockThen, ...] = ()
    basis: str = ""
    looks: tuple[LookThen, ...] = ()
    """The latest; `looks_count` says of how many."""
    looks_count: int = 0
    standing: tuple[tuple[str, int], ...] = ()
    """Where the case stood after the step, as the picture shows it: name of the step, how many of it."""
    traffic: tuple[Passed, ...] = ()
    refused: tuple[RefusedThen, ...] = ()
    """After this step and before the next."""
    destroyed: bool = False
