"""gunicorn: threads, because a request waits for the database more than it computes."""

import gc
import os
import socket
import struct
import sys
from typing import Any

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "app.web.server.Worker"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 15
keepalive = 15
limit_request_line = 8190
limit_request_fields = 60
accesslog = None
loglevel = os.environ.get("LOG_LEVEL", "warning")
control_socket_disable = True

SILENCE = int(os.environ.get("WEB_SILENCE", "20"))
"""Seconds a client may say or take nothing in the middle of a request. gthread knows no such limit: without one, as
many half-sent requests as there are threads would stop the whole server."""


def when_ready(server: Any) -> None:
    """Connections inherit the limit from the socket they were accepted on."""
    for listener in server.LISTENERS:
        for direction in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            listener.sock.setsockopt(socket.SOL_SOCKET, direction, struct.pack("@ll", SILENCE, 0))


def on_starting(_server: Any) -> None:
    """Where nothing may start, stop here: workers would be started again and again."""
    from app import settings

    try:
        settings.read()
    except settings.SettingsRefused as refusal:
        sys.exit(f"不能启动：{refusal}")


def post_worker_init(_worker: Any) -> None:
    """What was loaded stays for good, so the collector need not walk it again and again between requests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
