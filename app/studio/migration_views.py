"""What people see of a migration: numbers of cases, steps and reasons, never an answer or a name (abuse case 22)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True)
class Told:
    """What a newer version changes for the cases of one older version."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Pairing:
    """A step of older versions that the new one has not, and the new steps of its kind it may correspond to."""

    old: str
    name: str
    choices: tuple[tuple[str, str], ...]
    """Id and name."""
    chosen: str = ""


@dataclass(frozen=True)
class PlanLine:
    """A plan of the same process, by its id."""

    id: str
    version: int
    planned_by: str
    planned_at: datetime
    state: str


@dataclass(frozen=True)
class MigrationForm:
    """Before the plan: what would change, what corresponds to what."""

    today: date
    key: str
    title: str
    version: int
    told: tuple[Told, ...]
    pairings: tuple[Pairing, ...]
    plans: tuple[PlanLine, ...]
    chosen: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Count:
    """A reason, and how many cases stay for it."""

    why: str
    cases: int


@dataclass(frozen=True)
class Stay:
    number: str
    why: str


@dataclass(frozen=True)
class Stays:
    """Cases that stay: all of them counted by reason, and one page of them by number."""

    counts: tuple[Count, ...] = ()
    rows: tuple[Stay, ...] = ()
    page: int = 1
    pages: int = 1


@dataclass(frozen=True)
class MigrationPage:
    """A plan: in words, tried, and how far it is carried out.

    `phase` is waiting (nobody has approved), declined, running, halted (work is left and nobody does it), or done.
    """

    today: date
    id: str
    key: str
    title: str
    version: int
    phase: str
    state: str
    told: tuple[Told, ...]
    pairs: tuple[tuple[str, str], ...]
    reason: str
    planned_by: str
    planned_at: datetime
    tried: int
    would_move: int
    trying: bool
    total: int
    """Running cases of older versions there are now, while nobody has approved; then all the plan is about."""
    moved: int
    stayed: int
    stays: Stays
    may_approve: bool
    told_why_not: str
    declined_why: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(line for part in self.told for line in (part.heading, *part.lines))

    @property
    def left(self) -> int:
        """Cases whose turn has not come."""
        return max(0, self.total - self.moved - self.stayed)

    @property
    def under_way(self) -> bool:
        return self.trying or self.phase == "running"
