"""The errands of a worker: what is handed to the carrier because somebody may be waited for, or because it takes long."""

import logging
from collections.abc import Mapping, Sequence

from app import clock
from app.cli.one_piece import gone, one_piece, patient_piece, patiently
from app.connectors.ask import Connectors
from app.connectors.operation import Answer
from app.connectors.trouble import NoAnswer, NoConnection
from app.db import db, in_transaction
from app.instances.answer_call import answer_call
from app.instances.ask_neighbour import WORKER_LOST, Ready, Try, begin_try, make_ready, no_answer, not_applied
from app.instances.surroundings import Surroundings
from app.jobs.carrier import Errands
from app.jobs.work import Chunk, do_chunk
from app.notifications.give_warnings import cases_of, give_warnings, not_given
from app.notifications.notifier import Notifier

CALL, WARN, CHUNK = "call", "warn", "chunk"

log = logging.getLogger(__name__)


def errands(
    around: Surroundings, connectors: Connectors, chunks: Mapping[str, Chunk], notifier: Notifier
) -> Errands:  # fmt: skip
    """By name, those first for which somebody waits: a question to another department, warnings, a chunk of long work."""
    return {
        CALL: lambda call_id, number, until: _call(around, connectors, Try.named(call_id, number, until)),
        WARN: lambda *warnings: _warn(around, notifier, warnings),
        CHUNK: lambda job_id, until: do_chunk(chunks, job_id, until),
    }


def _call(around: Surroundings, connectors: Connectors, one: Try) -> None:
    """Nothing is open and nothing locked while a neighbour thinks (rule 21)."""
    begun = in_transaction(lambda: begin_try(db.session(), one))
    if begun == "lost":
        _no_answer(around, one, NoAnswer(WORKER_LOST))
    if begun != "begun":
        return
    ready = patient_piece("call", one.call_id, lambda: make_ready(db.session(), around, one, now=clock.now()))
    if ready is None:
        return
    db.session.remove()
    came = _ask(connectors, ready)
    if isinstance(came, NoConnection):
        _no_answer(around, one, came)
    else:
        _answer(around, one, came)


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


def _no_answer(around: Surroundings, one: Try, trouble: NoConnection) -> None:
    def command() -> None:
        no_answer(db.session(), around, one.call_id, one.number, trouble, now=clock.now())

    patient_piece("call", one.call_id, command)


def _answer(around: Surroundings, one: Try, answer: Answer) -> None:
    def command() -> bool:
        return answer_call(db.session(), around, one.call_id, answer, attempt=one.number, now=clock.now())

    try:
        patiently(command, during=gone)
    except Exception as problem:
        failed = problem
    else:
        return
    patient_piece(
        "call",
        one.call_id,
        lambda: not_applied(
            db.session(), around, one.call_id, one.number, answer, failed, now=clock.now()
        ),
    )  # fmt: skip


def _warn(around: Surroundings, notifier: Notifier, warnings: tuple[str, ...]) -> None:
    """What another has told meanwhile is not told again."""
    cases = cases_of(db.session(), warnings)
    db.session.rollback()
    for case, untold in cases.items():
        _warn_of_case(around, notifier, case, untold)


def _warn_of_case(around: Surroundings, notifier: Notifier, case: str, warnings: Sequence[str]) -> None:
    try:
        in_transaction(lambda: give_warnings(db.session(), around, notifier, case, now=clock.now()))
    except Exception as problem:
        if gone(problem):
            raise  # the others of this errand need not find that out one by one
        failed = problem
    else:
        return
    for one in warnings:
        one_piece("warning", one, lambda one=one: not_given(db.session(), one, failed, now=clock.now()))  # type: ignore[misc]
