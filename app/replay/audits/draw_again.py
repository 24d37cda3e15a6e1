"""Draw a sample again from what the chain says, to see whether it comes out the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.replay.audits.draw import digest_of, draw
from app.replay.audits.population import Population, strata_of
from app.replay.audits.record import Entry


@dataclass(frozen=True)
class Redrawn:
    """`same_list`: the population is that of the day; `same_draw`: the same cases come out of it."""

    seq: int
    same_list: bool
    same_draw: bool


def draw_again(session: Session, chain: Sequence[Entry]) -> list[Redrawn]:
    """Each draw of the chain, done again over the population as it stood then.

    Raises:
        Refusal: `audit_population_large` (422).
    """
    found = []
    for entry in chain:
        if entry.kind == "sample_drawn":
            said = entry.said
            population = Population.of(said["population"])
            strata = strata_of(session, population, entry.text("strata"), at=entry.at)
            everybody = [case for cases in strata.values() for case in cases]
            again = draw(entry.text("seed"), strata, int(entry.text("size")))
            found.append(Redrawn(entry.seq, digest_of(everybody) == said["digest"], again == said["drawn"]))
    return found
