"""Statements in one message to PostgreSQL, by libpq's own calls (PostgreSQL manual, "Pipeline Mode").

The pipeline of psycopg sends each of them by itself and asks between them whether the socket takes more, which woke the
server seven times for the five statements of a completion. Values become bytes, and errors its classes, by psycopg as ever.
"""

from collections.abc import Sequence
from time import monotonic
from typing import Any

import psycopg
from psycopg.abc import PQGen
from psycopg.adapt import PyFormat, Transformer
from psycopg.generators import fetch_many, send
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

Asked = tuple[str, Sequence[Any]]
Dumped = tuple[Sequence[Any], tuple[int, ...], Sequence[Any]]
Key = tuple[str, tuple[int, ...]]

MOST = 200
"""Statements one connection keeps prepared; what comes after them is planned each time."""
FRESH = 0.5
"""Seconds for which a connection that was given back whole is taken for alive. Should it be dead all the same, that
request is told that nothing was saved, and the next one gets another connection."""
AUTO = (PyFormat.AUTO,) * 2**16
"""For each value of a statement, of which the protocol takes no more: psycopg chooses text or binary."""
GOOD = frozenset({ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK})


def begun(connection: psycopg.Connection[Any]) -> bool:
    """Whether the server still answers on this connection, asked by opening the transaction it is taken for: one round
    trip instead of two for each request. One that has answered a moment ago is not asked: its BEGIN goes with the first
    statement. Raises psycopg.OperationalError.
    """
    wire: Wire = connection.banyan_wire  # type: ignore[attr-defined]
    if monotonic() - wire.answered < FRESH:
        return True
    answer = connection.pgconn.exec_(b"BEGIN")
    if answer.status != ExecStatus.COMMAND_OK:
        raise psycopg.OperationalError(answer.error_message.decode(errors="replace"))
    return True


class Wire:
    """Of one connection: what converts its values, and which statements it has prepared, by text and types."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection, self._words = connection, Transformer(connection)
        self._names: dict[Key, bytes] = {}
        self._asked_once: set[Key] = set()
        self._numbered = 0
        self.answered = -FRESH
        """When it was last given back."""

    def ask(self, asked: Sequence[Asked]) -> list[PGresult]:
        """One answer for each statement, in order; after one that failed those of the others say so (PIPELINE_ABORTED).

        Args:
            asked: texts whose values stand as $1, $2, …; several together only inside a transaction.

        Raises:
            psycopg.Error: a value has no bytes, or the connection is gone.
        """
        connection, pgconn = self._connection, self._connection.pgconn
        dumped = [self._dumped(values) for _, values in asked]
        begins = pgconn.transaction_status == TransactionStatus.IDLE and not connection.autocommit
        pgconn.enter_pipeline_mode()
        try:
            if begins:
                pgconn.send_query_params(b"BEGIN", None)
            sent = [self._sent(text, *each) for (text, _), each in zip(asked, dumped, strict=True)]
            pgconn.pipeline_sync()
            answers = connection.wait(_answers(pgconn, [1] * begins + [2 if made else 1 for _, made in sent]))
            pgconn.exit_pipeline_mode()
        except BaseException:
            self._give_up()
            raise
        answers = answers[begins:]
        self._names |= {key: made for (key, made), answer in zip(sent, answers, strict=True) if made and good(answer)}
        return answers

    def _give_up(self) -> None:
        """Answers that are still on their way may not be taken for another statement's: the connection ends with them."""
        try:
            self._connection.pgconn.exit_pipeline_mode()
        except psycopg.OperationalError:
            self._connection.close()

    def rows(self, answer: PGresult) -> list[tuple[Any, ...]]:
        self._words.set_pgresult(answer)
        return self._words.load_rows(0, answer.ntuples, tuple)

    def _dumped(self, values: Sequence[Any]) -> Dumped:
        dumped = self._words.dump_sequence(values, AUTO[: len(values)])
        return dumped, self._words.types or (), self._words.formats or ()

    def _sent(self, text: str, values: Sequence[Any], types: tuple[int, ...], formats: Any) -> tuple[Key, bytes]:
        """The statement's key, and the name under which it is now being prepared, if it is."""
        pgconn, key, made = self._connection.pgconn, (text, types), b""
        name = self._names.get(key)
        if name is None and self._comes_again(key):
            self._numbered += 1
            name = made = f"banyan_{self._numbered}".encode()
            pgconn.send_prepare(name, text.encode(), param_types=types)
        if name is None:
            pgconn.send_query_params(text.encode(), values, param_types=types, param_formats=formats)
        else:
            pgconn.send_query_prepared(name, values, param_formats=formats)
        return key, made

    def _comes_again(self, key: Key) -> bool:
        """Whether it was asked before and there is room for one more. One that is asked once is not worth a plan."""
        known = key in self._asked_once
        if len(self._asked_once) < MOST:
            self._asked_once.add(key)
        return known and len(self._names) < MOST


def good(answer: PGresult) -> bool:
    return answer.status in GOOD


def _answers(pgconn: Any, counts: Sequence[int]) -> PQGen[list[PGresult]]:
    """For each statement its last result, or the first that is an error; then the end of the message."""
    yield from send(pgconn)
    found = []
    for count in counts:
        first = yield from fetch_many(pgconn)
        last = (yield from fetch_many(pgconn)) if count == 2 else first
        found.append((last if good(first[-1]) else first)[-1])
    yield from fetch_many(pgconn)
    return found
