"""The duties of a worker: each leases a batch, commits the lease, then carries out one command per piece of work.

A piece that fails is counted against itself and keeps nobody else from being worked on.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from app import clock
from app.connectors.ask import Connectors
from app.connectors.operation import Answer
from app.connectors.trouble import NoAnswer, NoConnection
from app.db import db, in_transaction
from app.instances.answer_call import answer_call
from app.instances.ask_neighbour import Ready, lease_calls, make_ready, no_answer, not_applied
from app.instances.chain_batches import ADDED, chain_added
from app.instances.chain_registers import REGISTERS, chain_register
from app.instances.deliver import deliver, lease_outbox, not_delivered
from app.instances.fire_timers import fire_timer, lease_timers
from app.instances.kept_messages import cases_with_kept_messages, go_on_with_kept_messages, not_handed_out
from app.instances.seal_log import lease_sealer, reckon_heads, seal_log, sign_when_due
from app.instances.surroundings import Surroundings
from app.jobs.loop import Duty
from app.jobs.work import Chunk, work
from app.notifications.give_warnings import give_warnings, lease_warnings, not_given
from app.notifications.notifier import Notifier, OnThePage

T = TypeVar("T")
AT_ONCE = 4
"""Departments asked side by side: one that is slow holds up the others less."""

log = logging.getLogger(__name__)


def duties(
    around: Surroundings,
    connectors: Connectors,
    chunks: Mapping[str, Chunk] | None = None,
    notifier: Notifier | None = None,
) -> list[tuple[str, Duty]]:
    """What one turn of the worker does, in order.

    Args:
        chunks: long work by name.
        notifier: how people are told; the list in the platform unless something else is given.
    """
    return [
        ("timers", lambda: _timers(around)),
        ("warnings", lambda: _warnings(around, notifier or OnThePage())),
        ("outbox", lambda: _outbox(around)),
        ("messages", lambda: _messages(around)),
        ("calls", lambda: _calls(around, connectors)),
        ("jobs", lambda: work(chunks or {})),
        ("seal", lambda: _seal(around)),
    ]


def _timers(around: Surroundings) -> int:
    leased = in_transaction(lambda: lease_timers(db.session(), now=clock.now()))
    return sum(
        bool(_one("timer", one[0], lambda one=one: fire_timer(db.session(), around, *one, now=clock.now())))  # type: ignore[misc]
        for one in leased
    )


def _warnings(around: Surroundings, notifier: Notifier) -> int:
    leased = in_transaction(lambda: lease_warnings(db.session(), now=clock.now()))
    cases: dict[str, list[str]] = {}
    for warning_id, instance_id in leased:
        cases.setdefault(instance_id, []).append(warning_id)
    return sum(_warn(around, notifier, case, warnings) for case, warnings in cases.items())


def _warn(around: Surroundings, notifier: Notifier, case: str, warnings: list[str]) -> int:
    try:
        return in_transaction(lambda: give_warnings(db.session(), around, notifier, case, now=clock.now()))
    except Exception as problem:
        failed = problem
    for one in warnings:
        _one("warning", one, lambda one=one: not_given(db.session(), one, failed, now=clock.now()))  # type: ignore[misc]
    return 0


def _outbox(around: Surroundings) -> int:
    leased = in_transaction(lambda: lease_outbox(db.session(), now=clock.now()))
    return sum(_deliver(around, one) for one in leased)


def _deliver(around: Surroundings, one: str) -> bool:
    try:
        return in_transaction(lambda: deliver(db.session(), around, one, now=clock.now()))
    except Exception as problem:
        failed = problem
    _one("outbox", one, lambda: not_delivered(db.session(), one, failed, now=clock.now()))
    return False


def _messages(around: Surroundings) -> int:
    found = cases_with_kept_messages(db.session(), now=clock.now())
    return sum(_hand_out(around, one) for one in found)


def _hand_out(around: Surroundings, one: str) -> bool:
    try:
        return in_transaction(lambda: go_on_with_kept_messages(db.session(), around, one, now=clock.now()))
    except Exception as problem:
        failed = problem
    _one("messages", one, lambda: not_handed_out(db.session(), one, failed, now=clock.now()))
    return False


def _calls(around: Surroundings, connectors: Connectors) -> int:
    leased = in_transaction(lambda: lease_calls(db.session(), now=clock.now(), most=AT_ONCE))
    ready = [one for one in (_ready(around, call_id) for call_id in leased) if one is not None]
    for one, came in _asked(connectors, ready):
        if isinstance(came, NoConnection):
            _one("call", one.call_id, lambda one=one, came=came: _no_answer(around, one, came))  # type: ignore[misc]
        else:
            _answer(around, one, came)
    return len(leased)


def _seal(around: Surroundings) -> int:
    """Nobody waits for it, so it counts as no work: a turn that only sealed may be followed by a pause."""
    if not in_transaction(lambda: lease_sealer(db.session(), now=clock.now())):
        return 0
    chain_everything(around)
    while (sealed := _one("seal", around.log, lambda: seal_log(db.session(), now=clock.now()))) and sealed.more:
        pass
    if around.signers:
        reckon_heads(db.session(), now=clock.now())
        db.session.rollback()
        _one("checkpoint", around.log, lambda: sign_when_due(db.session(), around, now=clock.now()))
    return 0


def chain_everything(around: Surroundings) -> None:
    """What rows of the deployment say goes on its chains, each in a transaction of its own."""
    for name in REGISTERS:
        _one("chain", name, lambda name=name: chain_register(db.session(), around, name, now=clock.now()))  # type: ignore[misc]
    for name in ADDED:
        _one("chain", name, lambda name=name: chain_added(db.session(), around, name, now=clock.now()))  # type: ignore[misc]


def _ready(around: Surroundings, call_id: str) -> Ready | None:
    return _one("call", call_id, lambda: make_ready(db.session(), around, call_id, now=clock.now()))


def _asked(connectors: Connectors, ready: list[Ready]) -> Iterable[tuple[Ready, Answer | NoConnection]]:
    """Ask side by side, in threads that touch no database: nothing is locked while a neighbour thinks (rule 21)."""
    if not ready:
        return
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="ask") as threads:
        yield from zip(ready, threads.map(lambda one: _ask(connectors, one), ready), strict=True)


def _ask(connectors: Connectors, one: Ready) -> Answer | NoConnection:
    if one.kept is not None:
        return one.kept
    try:
        return connectors.ask(one.operation, one.question)
    except NoConnection as trouble:
        return trouble
    except Exception as problem:
        log.error("call %s: %s", one.call_id, type(problem).__name__)
        return NoAnswer("call_no_answer")


def _no_answer(around: Surroundings, one: Ready, trouble: NoConnection) -> None:
    no_answer(db.session(), around, one.call_id, one.attempt, trouble, now=clock.now())


def _answer(around: Surroundings, one: Ready, answer: Answer) -> None:
    def command() -> bool:
        return answer_call(db.session(), around, one.call_id, answer, attempt=one.attempt, now=clock.now())

    try:
        in_transaction(command)
    except Exception as problem:
        failed = problem
    else:
        return
    _one(
        "call",
        one.call_id,
        lambda: not_applied(
            db.session(), around, one.call_id, one.attempt, answer, failed, now=clock.now()
        ),
    )  # fmt: skip


def _one(what: str, key: str, command: Callable[[], T]) -> T | None:
    """One piece in one transaction. What goes wrong is logged by its class: the text may quote somebody's answers."""
    try:
        return in_transaction(command)
    except Exception as problem:
        log.error("%s %s: %s", what, key, type(problem).__name__)
        db.session.rollback()
        return None
