"""What the database is filled with: `data/mix.toml` says it, this chooses."""

import random
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cli.bench.fill.templates import template_ids
from app.cli.demo_cases.tell import KEY
from app.instances.models import Done, Instance

DATA = Path(__file__).parent / "data"
CLOSED, OPEN = "closed", "open"


@dataclass(frozen=True)
class Share:
    """Of the cases of a kind, what part is to be copies of this one."""

    case: str
    kind: str
    part: float


def shares(session: Session) -> list[Share]:
    """The cases of the demonstration that are copied, once it has been told."""
    wanted: Mapping[str, Mapping[str, float]] = tomllib.loads((DATA / "mix.toml").read_text("utf-8"))
    return [*_closed(session, wanted[CLOSED]), *_open(session, wanted[OPEN])]


def _closed(session: Session, wanted: Mapping[str, float]) -> Iterator[Share]:
    told = session.execute(select(Done.key, Done.answer).where(Done.key.startswith(KEY)))
    begun = {row.key.removeprefix(KEY).removesuffix(":0"): row.answer for row in told if row.key.endswith(":0")}
    return (Share(begun[story]["case"], CLOSED, part) for story, part in wanted.items())


def _open(session: Session, wanted: Mapping[str, float]) -> Iterator[Share]:
    running = select(Instance.id, Instance.process).where(Instance.ended_at.is_(None))
    possible = set(template_ids(session))
    found: dict[str, list[str]] = {}
    for row in session.execute(running.order_by(Instance.id)):
        if row.id in possible:
            found.setdefault(row.process, []).append(row.id)
    return (Share(one, OPEN, part / len(found[key])) for key, part in wanted.items() for one in found[key])


def chosen(kind: str, number: int, shares: Sequence[Share], divisions: Sequence[str]) -> tuple[str, str]:
    """Which case the copy of this number is made of, and where it lies: the same whenever it is asked."""
    chance = random.Random(f"{kind}{number}")
    (share,) = chance.choices(shares, [one.part for one in shares])
    return share.case, chance.choice(divisions)
