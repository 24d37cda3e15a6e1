"""Asking a department over HTTPS: one POST, no redirects, a deadline for the whole exchange, a small answer.

The connection goes to the address that was resolved and judged; the certificate is checked against the name.
"""

import http.client
import socket
import ssl
import time
from typing import Any

import orjson

from app.connectors.addresses import Address, resolve
from app.connectors.operation import Answer, Operation, Question
from app.connectors.trouble import NoAnswer, NotReached, Rejected, WrongAnswer

MOST = 64 * 1024
"""Bytes of an answer."""
CONNECT = 5.0
"""Seconds to make the connection."""
DONE, LATER = 200, {408, 425, 429, 500, 502, 503, 504}
NOT_YET = {429, 503}
"""The other side says that it has not begun."""


class HttpClient:
    """The agreed interface: POST <base>/<operation>, the call's id as Idempotency-Key, JSON both ways.

    A department with another format overrides `request` and `answer`.
    """

    def __init__(self, address: Address, *, context: ssl.SSLContext | None = None) -> None:
        self._address = address
        self._context = context or ssl.create_default_context()

    def request(self, operation: Operation, question: Question) -> dict[str, Any]:
        """What leaves: the input, the number of the case, and the identifiers the operation declares."""
        named = {name: question.identifiers[name] for name in operation.identifiers if name in question.identifiers}
        return {"id": question.id, "case": question.case, "input": dict(question.input), "subject": named}

    def answer(self, operation: Operation, body: Any) -> Answer:
        """What is taken from the answer: the declared values and no others."""
        if not isinstance(body, dict):
            raise WrongAnswer(("~",))
        return {name: body[name] for name in operation.answer if body.get(name) is not None}

    def ask(self, operation: Operation, question: Question) -> Answer:
        deadline = time.monotonic() + operation.timeout
        connection = self._connect(min(CONNECT, operation.timeout))
        try:
            body = self._exchange(connection, operation, question, deadline)
        finally:
            connection.close()
        try:
            return self.answer(operation, orjson.loads(body))
        except orjson.JSONDecodeError as problem:
            raise WrongAnswer(("~",)) from problem

    def _connect(self, seconds: float) -> http.client.HTTPConnection:
        """Until here nothing has been said: a failure is harmless."""
        numeric = resolve(self._address)
        connection = http.client.HTTPConnection(self._address.host, self._address.port, timeout=seconds)
        try:
            line = socket.create_connection((numeric, self._address.port), seconds)
            try:
                connection.sock = self._secured(line)
            except BaseException:
                line.close()
                raise
        except OSError as problem:
            raise NotReached("call_not_reached") from problem
        return connection

    def _secured(self, line: socket.socket) -> socket.socket:
        if self._address.scheme == "http":
            return line
        return self._context.wrap_socket(line, server_hostname=self._address.host)

    def _exchange(
        self, connection: http.client.HTTPConnection, operation: Operation, question: Question, deadline: float
    ) -> bytes:
        headers = {"Content-Type": "application/json", "Accept": "application/json", "Idempotency-Key": question.id}
        if self._address.token:
            headers["Authorization"] = f"Bearer {self._address.token}"
        path = f"{self._address.base}/{operation.name}"
        try:
            _allow(connection, deadline)
            connection.request("POST", path, orjson.dumps(self.request(operation, question)), headers)
            _allow(connection, deadline)
            response = connection.getresponse()
            _judge(response.status)
            return _read(connection, response, deadline)
        except (OSError, http.client.HTTPException) as problem:
            raise NoAnswer("call_no_answer") from problem


def _judge(status: int) -> None:
    if status == DONE:
        return
    if status in NOT_YET:
        raise NotReached("call_not_reached")
    if status in LATER:
        raise NoAnswer("call_no_answer")
    raise Rejected("call_rejected")


def _read(connection: http.client.HTTPConnection, response: http.client.HTTPResponse, deadline: float) -> bytes:
    """A neighbour that drips must not hold the worker: the deadline is for the whole answer."""
    found = b""
    while len(found) <= MOST:
        _allow(connection, deadline)
        piece = response.read1(MOST)
        if not piece:
            return found
        found += piece
    raise WrongAnswer(("~",))


def _allow(connection: http.client.HTTPConnection, deadline: float) -> None:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the time of the operation is used up")
    if connection.sock is not None:
        connection.sock.settimeout(left)
