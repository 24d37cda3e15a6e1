"""一人办两头: one natural person on two of the sides 登记, 审查, 审批 of a case, or who starts it and ends it.

Only 登记 and 审查 can be relaxed for one office; one who approves their own case is refused, so whoever is found here
with 审批 was found in spite of that.

Two accounts of one human being count as one, and so do deputy and principal (abuse case 16).
"""

from collections.abc import Iterator, Sequence

from app.identity.roles import APPROVING, REGISTRATION, REVIEW
from app.replay.analysis.findings import BOTH_ENDS, Finding, Place
from app.replay.analysis.steps import Step

SIDES = {REGISTRATION: "登记", REVIEW: "审查", APPROVING: "审批"}
"""In the order of a procedure."""
RANK = {side: rank for rank, side in enumerate(SIDES)}
SHORT = 3
"""Steps of a case below which starting and ending it says nothing."""


def both_ends(steps: Sequence[Step]) -> Iterator[Finding]:
    """Of one case, all its completed steps in order."""
    for later in (one for one in steps if RANK.get(one.group)):
        earlier = next((one for one in steps if _entered(one, later)), None)
        if earlier is not None:
            did = f"{SIDES[earlier.group]}“{earlier.name}”"
            yield _finding(
                f"同一人{did}，又{SIDES[later.group]}“{later.name}”", later, earlier, weight=1 + RANK[later.group]
            )
        elif later.group == APPROVING and later.people & later.starters:
            yield _finding(f"同一人发起，又审批“{later.name}”", later, None, weight=3)
    last = steps[-1] if steps else None
    if last and last.case_ended and len(steps) >= SHORT and last.people & last.starters:
        yield _finding(f"同一人发起，又办结最后一步“{last.name}”", last, None, weight=1)


def _entered(one: Step, later: Step) -> bool:
    earlier_side = RANK.get(one.group, len(RANK)) < RANK[later.group]
    return earlier_side and one.seq < later.seq and bool(one.people & later.people)


def _finding(said: str, step: Step, earlier: Step | None, *, weight: float) -> Finding:
    places = [Place(step.case, step.number, step.title, step.seq, step.name)]
    if earlier is not None:
        places.insert(0, Place(earlier.case, earlier.number, earlier.title, earlier.seq, earlier.name))
    return Finding(BOTH_ENDS, said, tuple(places), step.closed_at, weight, (step.by,))
