"""The bench's own server: the application as gunicorn serves it, with statements counted, and the bare yardstick.

Only a gunicorn that the bench starts loads this file; nothing here is switched on anywhere else.
"""

from threading import local
from typing import Any

from flask import Flask, Response
from sqlalchemy import Engine, event, text
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.utils import import_string

from app.db import WRITING, db, new_id

STATEMENTS_HEADER, COMMITS_HEADER = "Bench-Statements", "Bench-Commits"
CONTROL = ("BEGIN", "COMMIT", "ROLLBACK")
"""Transaction control is counted as commits, not as statements."""

BARE_TABLES = (
    "CREATE TABLE bench_row (id INTEGER PRIMARY KEY, n INTEGER NOT NULL)",
    "CREATE TABLE bench_log (id VARCHAR PRIMARY KEY, content VARCHAR NOT NULL)",
    "INSERT INTO bench_row (id, n) VALUES (1, 0), (2, 0)",
)
BARE = (
    "SELECT n FROM bench_row WHERE id = 1{lock}",
    "SELECT n FROM bench_row WHERE id = 2",
    "INSERT INTO bench_log (id, content) VALUES (:one, :content)",
    "INSERT INTO bench_log (id, content) VALUES (:two, :content)",
    "UPDATE bench_row SET n = n + 1 WHERE id = 1",
    "SELECT content FROM bench_log WHERE id = :one",
)
"""Six statements of one transaction: read, lock, write."""


class _Here(local):
    statements = 0
    commits = 0


class Counting:
    """Statements and commits of an engine, counted for each thread: a thread serves one request at a time."""

    def __init__(self, engine: Engine) -> None:
        self._here = _Here()
        event.listen(engine, "before_cursor_execute", self._executed)
        event.listen(engine, "commit", self._committed)

    def start(self) -> None:
        self._here.statements = self._here.commits = 0

    @property
    def statements(self) -> int:
        return self._here.statements

    @property
    def commits(self) -> int:
        return self._here.commits

    def _executed(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self._here.statements += not statement.startswith(CONTROL)

    def _committed(self, _connection: Any) -> None:
        self._here.commits += 1


def counted(where: str) -> DispatcherMiddleware:
    """The application at `where` ("wsgi:app"), each answer saying what it cost, and the bare endpoint at /bench."""
    app: Flask = import_string(where)
    with app.app_context():
        engine = db.engine
    counting = Counting(engine)
    app.before_request_funcs.setdefault(None, []).insert(0, counting.start)

    @app.after_request
    def said(response: Response) -> Response:
        response.headers[STATEMENTS_HEADER] = str(counting.statements)
        response.headers[COMMITS_HEADER] = str(counting.commits)
        return response

    return DispatcherMiddleware(app, {"/bench": bare(engine)})


def bare(engine: Engine) -> Flask:
    """An empty Flask application whose one endpoint does one transaction of six statements."""
    app = Flask("bare")
    lock = " FOR UPDATE" if engine.dialect.name == "postgresql" else ""
    asked = [text(statement.format(lock=lock)) for statement in BARE]
    statements = [(statement, tuple(statement.compile().params)) for statement in asked]
    writing = engine.execution_options(**{WRITING: True})

    @app.post("/bare")
    def one_transaction() -> dict[str, str]:
        given = {"one": new_id(), "two": new_id(), "content": "x" * 200}
        with writing.begin() as connection:
            for statement, names in statements:
                connection.execute(statement, {name: given[name] for name in names})
        return given

    return app
