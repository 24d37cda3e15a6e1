"""Asking another department: lease → begin → ask outside any transaction, with nothing locked (rule 21) → answer.

The call's id goes along over all tries. A try counts when it begins, so that a worker that died while asking is
noticed: an idempotent operation is asked again, any other becomes 结果不明 for a person (rule 16).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from app.connectors.ask import permitted
from app.connectors.operation import Answer, Operation, Question
from app.connectors.trouble import NoAnswer, NoConnection, NotReached, Rejected
from app.instances.answer_call import OPEN, lock_call
from app.instances.case import Case
from app.instances.fields import field_value
from app.instances.finish import finish
from app.instances.incidents import error_of, open_incident
from app.instances.models import Call, Instance
from app.instances.read_case import read_case
from app.instances.record import note
from app.instances.surroundings import Surroundings
from app.jobs.leases import LEASE, NOW, TRIES, Lease, pause_after

WORKER_LOST = "call_worker_lost"
ASKING = timedelta(seconds=40)
"""Longer than a department may take to answer, and the hand-over before."""


@dataclass(frozen=True)
class Try:
    """The n-th try of a call, handed over under a lease that ends at `until`."""

    call_id: str
    number: int
    until: datetime

    @property
    def name(self) -> tuple[str, str, str]:
        return self.call_id, str(self.number), self.until.isoformat()

    @classmethod
    def named(cls, call_id: str, number: str, until: str) -> "Try":
        return cls(call_id, int(number), datetime.fromisoformat(until))


@dataclass(frozen=True)
class Ready:
    """A call that may go out now; `kept` is an answer of an earlier try that still waits."""

    call_id: str
    operation: str
    question: Question
    kept: Answer | None = None


DUE = Lease(
    Call,
    and_(Call.status == "waiting", Call.next_try_at <= NOW),
    order=(Call.next_try_at,),
    returning=(Call.id, Call.attempts),
)


def calls_in_hand(session: Session, *, now: datetime) -> int:
    """How many calls are handed over, or are being asked for all one can tell: a try that began longer ago than any
    department may take lost its worker, and a lease that is too long is of a machine whose clock is ahead. Neither may keep
    the others from being asked."""
    over = Call.lease_until
    handed = and_(over > now, over <= now + LEASE, Call.attempts == Call.reported)
    asked = and_(over > now + 2 * LEASE - ASKING, over <= now + 2 * LEASE, Call.attempts > Call.reported)
    return session.scalar(select(func.count()).where(Call.status == "waiting", or_(handed, asked))) or 0


def lease_calls(session: Session, *, now: datetime, most: int) -> list[Try]:
    """Lease calls whose time has come. The caller hands the tries over and commits."""
    until = now + LEASE
    return [Try(row[0], row[1] + 1, until) for row in DUE.take(session, now=now, most=most, until=until)]


def begin_try(session: Session, one: Try) -> Literal["begun", "lost", "left"]:
    """Count the try: from here on somebody may be asked. The caller commits at once.

    A try begins once, under the lease it was handed over with. Handed over again because its worker died (`lost`) it finds
    itself begun and without an end; `left`: another lease, or an answer, came meanwhile.
    """
    over = one.until + LEASE
    handed = and_(Call.status == "waiting", Call.attempts == one.number - 1, Call.lease_until == one.until)
    begun = update(Call).where(Call.id == one.call_id, handed).values(attempts=one.number, lease_until=over)
    if session.execute(begun).rowcount:  # type: ignore[attr-defined]
        return "begun"
    call = session.get(Call, one.call_id, populate_existing=True)
    lost = call is not None and (call.status, call.attempts, call.lease_until) == ("waiting", one.number, over)
    return "lost" if lost else "left"


def make_ready(session: Session, around: Surroundings, one: Try, *, now: datetime) -> Ready | None:
    """What is to be asked; None when it must not be (any more), which is then on the record, or when a later try has
    taken the place of this one: its worker stood still so long that it was thought dead.

    Identifiers are read from the sealed answers here and live until the request is sent.
    """
    call = session.get(Call, one.call_id, populate_existing=True)
    if call is None or call.status != "waiting" or call.attempts != one.number:
        return None
    if call.answer is not None:
        return _keep_on(session, around, call, now=now)
    try:
        _, operation = permitted(call.operation, call.input)
    except Rejected as trouble:
        no_answer(session, around, one.call_id, one.number, trouble, now=now)
        return None
    if lost := _lost(call, operation):
        no_answer(session, around, one.call_id, one.number, lost, now=now)
        return None
    row = session.get_one(Instance, call.instance_id)
    case = read_case(session, around, row, now=now)
    named = _identifiers(case, call.operation, operation.identifiers)
    return Ready(call.id, call.operation, Question(call.id, row.number or "", call.input, named))


def _keep_on(session: Session, around: Surroundings, call: Call, *, now: datetime) -> Ready:
    """An answer is here already: nobody is asked again."""
    row = session.get_one(Instance, call.instance_id)
    case = read_case(session, around, row, now=now)
    kept: Answer = case.unseal_json("call.answer", call.answer or b"")
    return Ready(call.id, call.operation, Question(call.id, row.number or "", {}), kept)


def _lost(call: Call, operation: Operation) -> NoConnection | None:
    """A try that never ended took its worker with it: what was asked then may have been done."""
    if call.attempts - 1 > call.reported and not operation.idempotent:
        return NoAnswer(WORKER_LOST)
    return NotReached(WORKER_LOST) if call.attempts > TRIES else None


def _identifiers(case: Case, name: str, declared: tuple[str, ...]) -> dict[str, str]:
    use = case.published.call_use(name)
    sources = {key: source for key, source in use.sends.items() if key in declared} if use else {}
    found = {key: field_value(case, source) for key, source in sources.items()}
    return {key: str(value) for key, value in found.items() if value}


def no_answer(
    session: Session, around: Surroundings, call_id: str, attempt: int, trouble: NoConnection, *, now: datetime
) -> None:
    """Carry the end of a try: again later, 结果不明, or failed. An answer that came meanwhile stands."""
    call = session.get_one(Call, call_id, populate_existing=True)
    if call.status != "waiting" or call.attempts != attempt:
        return
    state = _state_after(call, trouble)
    if state != "waiting":
        _give_up(session, around, call_id, attempt, trouble, state, now=now)
        return
    call.reported, call.last_error, call.lease_until = attempt, trouble.reason, None
    # A worker that died is no fault of the neighbour's: nothing is won by waiting.
    call.next_try_at = now if trouble.reason == WORKER_LOST else now + pause_after(attempt)


def _state_after(call: Call, trouble: NoConnection) -> str:
    """Only what is harmless twice, or was never handed over, is asked again; where an answer is kept, nobody is."""
    if isinstance(trouble, NoAnswer) and call.answer is None:
        _, operation = permitted(call.operation, call.input)
        if not operation.idempotent:
            return "unknown"
    if isinstance(trouble, NoAnswer | NotReached) and call.attempts < TRIES:
        return "waiting"
    return "failed"


def _give_up(
    session: Session,
    around: Surroundings,
    call_id: str,
    attempt: int,
    trouble: NoConnection,
    state: str,
    *,
    now: datetime,
) -> None:
    """A person must look: on the record and on the case page."""
    case, call = lock_call(session, around, call_id, now=now)
    if call.status == "waiting" and call.attempts == attempt:
        call.status, call.last_error, call.reported = state, trouble.reason, attempt
        call.next_try_at = call.lease_until = None
        note(case, f"call_{state}", {"task": call.key, "payload/~call": call.id, "payload/~error": trouble.reason})
    finish(case)


def not_applied(
    session: Session,
    around: Surroundings,
    call_id: str,
    attempt: int,
    answer: Answer,
    problem: Exception,
    *,
    now: datetime,
) -> None:
    """The answer came and the case could not take it (rule 18): keep it sealed, apply it again later, then an incident."""
    case, call = lock_call(session, around, call_id, now=now)
    if call.status in OPEN:
        call.answer, call.reported = case.seal_json("call.answer", answer), attempt
        call.last_error, call.lease_until = error_of(problem), None
        call.next_try_at = now + pause_after(attempt)
        if attempt >= TRIES:
            call.status, call.next_try_at = "failed", None
            open_incident(session, case.row.id, "call", call.id, call.node, problem, now=case.at)
    finish(case)
