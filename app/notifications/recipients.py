"""Who is told that a clock runs out: 经办, then 科长 as well, at last 分管领导 too.

Told are only people who may see the case, and nobody who declared an interest in it.
"""

from collections.abc import Callable, Iterable

from app.calendar.clocks import OVER
from app.errors import Refusal
from app.identity.actor import Actor, load_actor
from app.identity.candidates import holders
from app.identity.see import Sight
from app.instances.case import Case
from app.instances.people import avoiding
from app.instances.see_case import sight


def recipients(case: Case, clock: str, level: int) -> tuple[str, ...]:
    """Ids of the people a warning goes to. Where a rung of the ladder is empty, the next one is told in its stead."""
    rungs = _rungs(case, clock)
    reached = len(rungs) if level == OVER else min(level, len(rungs))
    told: dict[str, None] = {}
    for height, rung in enumerate(rungs):
        if height < reached or not told:
            told |= {person.id: None for person in rung() if _may_be_told(case, person)}
    return tuple(told)


def _rungs(case: Case, clock: str) -> tuple[Callable[[], Iterable[Actor]], ...]:
    warned = case.published.warned(clock)
    return (
        lambda: _owner(case),
        lambda: holders(case.session, warned.chief, case.row.division, case.today),
        lambda: holders(case.session, warned.leader, case.row.division, case.today),
    )


def _owner(case: Case) -> Iterable[Actor]:
    """Nobody once the account is closed."""
    try:
        return (load_actor(case.session, case.row.owner_id, case.today),)
    except Refusal:
        return ()


def _may_be_told(case: Case, person: Actor) -> bool:
    return person.natural_person not in avoiding(case.row) and sight(case.session, case.row, person) is Sight.OPEN
