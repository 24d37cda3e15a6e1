"""Real processes on the loopback: gunicorn as `bin/run` starts it, and workers. Each is ended by its own id."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 300
"""Seconds; a hundred times what a start takes on a quiet machine: only what hangs reaches it."""


def environ(url: str, **more: str) -> dict[str, str]:
    ours = {"BANYAN_MODE": "test", "DATABASE_URL": url, "FLASK_APP": "wsgi.py", "PYTHONPATH": str(ROOT)}
    return os.environ | ours | more


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(holds: Callable[[], bool], seconds: float = PATIENCE, what: str = "waited in vain") -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.02)


class Server:
    """A running gunicorn."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process, self.port = process, port

    def connect(self, seconds: float = PATIENCE) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=seconds)

    def workers(self) -> list[int]:
        return sorted(child.pid for child in psutil.Process(self.process.pid).children())

    def kill_a_worker(self) -> int:
        """SIGKILL to the eldest worker; its id."""
        pid = self.workers()[0]
        os.kill(pid, signal.SIGKILL)
        return pid


@contextmanager
def gunicorn(url: str, *, workers: int = 2, **more: str) -> Iterator[Server]:
    port = free_port()
    told = {"PORT": str(port), "HOST": "127.0.0.1", "WEB_WORKERS": str(workers), "LOG_LEVEL": "critical"} | more
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "wsgi:app"],
        cwd=ROOT,
        env=environ(url, **told),
        stderr=subprocess.DEVNULL,
    )
    server = Server(process, port)
    try:
        until(lambda: _answers(server), what="gunicorn did not start")
        yield server
    finally:
        end(process)


@contextmanager
def worker(url: str, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "worker"], cwd=ROOT, env=environ(url, **more), stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """SIGTERM, and SIGKILL to what does not go."""
    children = psutil.Process(process.pid).children() if process.poll() is None else []
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(timeout=PATIENCE)
    for child in children:
        if child.is_running():
            child.kill()


def _answers(server: Server) -> bool:
    if server.process.poll() is not None:
        raise AssertionError("gunicorn ended by itself")
    try:
        with server.connect(5) as line:
            line.sendall(b"GET /sign-in HTTP/1.0\r\n\r\n")
            return line.recv(12).endswith(b"200")
    except OSError:
        return False
