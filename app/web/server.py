"""The server's own answers: to what could not even be read as a request, in the words of the program.

gunicorn answers these before Flask sees anything, and in English.
"""

import logging
from typing import Any

from gunicorn import util
from gunicorn.http import errors
from gunicorn.workers.gthread import ThreadWorker

from app.errors import Refusal
from app.texts import sentence

log = logging.getLogger(__name__)

STATUS: tuple[tuple[type[Exception], int, str], ...] = (
    (errors.LimitRequestLine, 414, "URI Too Long"),
    (errors.LimitRequestHeaders, 431, "Request Header Fields Too Large"),
    (errors.UnsupportedTransferCoding, 501, "Not Implemented"),
    (errors.ExpectationFailed, 417, "Expectation Failed"),
    (errors.ParseException, 400, "Bad Request"),
)


class Worker(ThreadWorker):  # type: ignore[misc]
    """gthread, with sentences."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer a request that broke the protocol; anything else is gunicorn's business."""
        for kind, status, reason in STATUS:
            if isinstance(exc, kind):
                log.warning("a request could not be read: %s", type(exc).__name__)
                _answer(client, status, reason)
                return
        super().handle_error(req, client, addr, exc)


def _answer(client: Any, status: int, reason: str) -> None:
    said = sentence(Refusal(f"unreadable_{status}", status)).encode()
    head = f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n"
    try:
        util.write_nonblock(client, head.encode() + f"Content-Length: {len(said)}\r\n\r\n".encode() + said)
    except OSError:
        log.debug("whoever sent it is gone")
