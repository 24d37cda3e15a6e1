"""One gunicorn with one worker on a free loopback port, started for the bench and ended with it."""

import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic, sleep

import click

PATIENCE = 120.0
"""Seconds until the first answer."""


@contextmanager
def served(root: Path, environ: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Host and port of the server. It takes over a socket that is already bound, so nobody can get the port between."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = listening.getsockname()
        command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py"]
        command += ["--bind", f"fd://{listening.fileno()}", "app.cli.bench.counted:counted('wsgi:app')"]
        process = subprocess.Popen(
            command, cwd=root, env={**environ, "WEB_WORKERS": "1"}, pass_fds=[listening.fileno()]
        )
    try:
        _wait(process, address)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], address: tuple[str, int]) -> None:
    until = monotonic() + PATIENCE
    while monotonic() < until and process.poll() is None:
        connection = HTTPConnection(*address, timeout=PATIENCE)
        try:
            connection.request("GET", "/api/openapi.json")
            if connection.getresponse().status == 200:
                return
        except OSError:
            sleep(0.1)
        finally:
            connection.close()
    raise click.ClickException("基准自己的 gunicorn 没有启动，原因见上面的输出。")
