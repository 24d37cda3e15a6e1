"""The duties of a worker: each leases a batch, commits the lease, then carries out one command per piece of work, or hands
it to the carrier in the lease's own transaction where it may take long.

A piece that fails is counted against itself and keeps nobody else from being worked on.
"""

from collections.abc import Callable, Mapping

from app import clock
from app.cli.errands import CALL, CHUNK, WARN, errands
from app.cli.night_check import NIGHT_CHECK, Nightly
from app.cli.one_piece import one_piece
from app.connectors.ask import Connectors
from app.db import db, in_transaction
from app.instances.ask_neighbour import calls_in_hand, lease_calls
from app.instances.chain_batches import ADDED, chain_added
from app.instances.chain_registers import REGISTERS, chain_register
from app.instances.deliver import deliver, lease_outbox, not_delivered
from app.instances.fire_timers import fire_timer, lease_timers
from app.instances.kept_messages import cases_with_kept_messages, go_on_with_kept_messages, not_handed_out
from app.instances.seal_log import lease_sealer, reckon_heads, seal_log, sign_when_due
from app.instances.surroundings import Surroundings
from app.jobs.carrier import AtOnce, Carrier
from app.jobs.loop import Duty
from app.jobs.work import Chunk, take_job
from app.notifications.give_warnings import lease_warnings
from app.notifications.notifier import Notifier, OnThePage


def duties(
    around: Surroundings,
    connectors: Connectors,
    chunks: Mapping[str, Chunk] | None = None,
    notifier: Notifier | None = None,
    carrier: Carrier | None = None,
) -> list[tuple[str, Duty]]:
    """What one turn of the worker does, in order.

    Args:
        chunks: long work by name.
        notifier: how people are told; the list in the platform unless something else is given.
        carrier: who does the errands of `app.cli.errands`; the loop itself unless another is given.
    """
    nightly = Nightly()
    by = carrier or AtOnce(errands(around, connectors, chunks or {}, notifier or OnThePage()))
    return [
        ("timers", lambda: _timers(around)),
        ("warnings", lambda: _warnings(by)),
        ("outbox", lambda: _outbox(around)),
        ("messages", lambda: _messages(around)),
        ("calls", lambda: _calls(by)),
        *([("night", lambda: nightly.ask(clock.now()))] if NIGHT_CHECK in (chunks or {}) else []),
        ("jobs", lambda: _jobs(by, chunks or {})),
        ("seal", lambda: _seal(around)),
    ]


def _timers(around: Surroundings) -> int:
    leased = in_transaction(lambda: lease_timers(db.session(), now=clock.now()))
    return sum(
        bool(one_piece("timer", one[0], lambda one=one: fire_timer(db.session(), around, *one, now=clock.now())))  # type: ignore[misc]
        for one in leased
    )


def _warnings(carrier: Carrier) -> int:
    """One errand for all that are leased: a flood of them must not stand before the calls in the queue."""

    def command() -> int:
        leased = [warning_id for warning_id, _ in lease_warnings(db.session(), now=clock.now())]
        if leased:
            carrier.carry(db.session(), WARN, *leased)
        return len(leased)

    return _handed(carrier, command)


def _calls(carrier: Carrier) -> int:
    def command() -> int:
        room = carrier.room(calls_in_hand(db.session(), now=clock.now()))
        tries = lease_calls(db.session(), now=clock.now(), most=room) if room > 0 else []
        for one in tries:
            carrier.carry(db.session(), CALL, *one.name)
        return len(tries)

    return _handed(carrier, command)


def _jobs(carrier: Carrier, chunks: Mapping[str, Chunk]) -> int:
    def command() -> int:
        taken = take_job(db.session(), chunks, now=clock.now())
        if taken is not None:
            carrier.carry(db.session(), CHUNK, *taken)
        return int(taken is not None)

    return _handed(carrier, command)


def _handed(carrier: Carrier, command: Callable[[], int]) -> int:
    """Lease and hand over in one transaction; how many errands that were."""
    handed = in_transaction(command)
    carrier.handed_over()
    return handed


def _outbox(around: Surroundings) -> int:
    leased = in_transaction(lambda: lease_outbox(db.session(), now=clock.now()))
    return sum(_deliver(around, one) for one in leased)


def _deliver(around: Surroundings, one: str) -> bool:
    try:
        return in_transaction(lambda: deliver(db.session(), around, one, now=clock.now()))
    except Exception as problem:
        failed = problem
    one_piece("outbox", one, lambda: not_delivered(db.session(), one, failed, now=clock.now()))
    return False


def _messages(around: Surroundings) -> int:
    found = cases_with_kept_messages(db.session(), now=clock.now())
    return sum(_hand_out(around, one) for one in found)


def _hand_out(around: Surroundings, one: str) -> bool:
    try:
        return in_transaction(lambda: go_on_with_kept_messages(db.session(), around, one, now=clock.now()))
    except Exception as problem:
        failed = problem
    one_piece("messages", one, lambda: not_handed_out(db.session(), one, failed, now=clock.now()))
    return False


def _seal(around: Surroundings) -> int:
    """Nobody waits for it, so it counts as no work: a turn that only sealed may be followed by a pause."""
    if not in_transaction(lambda: lease_sealer(db.session(), now=clock.now())):
        return 0
    chain_everything(around)
    while (sealed := one_piece("seal", around.log, lambda: seal_log(db.session(), now=clock.now()))) and sealed.more:
        pass
    if around.signers:
        reckon_heads(db.session(), now=clock.now())
        db.session.rollback()
        one_piece("checkpoint", around.log, lambda: sign_when_due(db.session(), around, now=clock.now()))
    return 0


def chain_everything(around: Surroundings) -> None:
    """What rows of the deployment say goes on its chains, each in a transaction of its own."""
    for name in REGISTERS:
        one_piece("chain", name, lambda name=name: chain_register(db.session(), around, name, now=clock.now()))  # type: ignore[misc]
    for name in ADDED:
        one_piece("chain", name, lambda name=name: chain_added(db.session(), around, name, now=clock.now()))  # type: ignore[misc]
