"""A signed-in official of the demonstration and the pages of a working day, timed, their statements counted."""

import re
from collections.abc import Callable
from time import perf_counter

import click
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import clock
from app.cli.bench.counted import Counting
from app.cli.bench.furnish import PERSON, person
from app.db import db
from app.history.models import StoredKey
from app.inbox.subjects import subject_of
from app.instances.find import visible
from app.instances.models import Instance

CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


class Visitor:
    """Raises ClickException where a page is refused: a refusal would be fast."""

    def __init__(self, app: Flask) -> None:
        self._client, self._token = app.test_client(), ""
        with app.app_context():
            self._counting = Counting(db.engine)
            db.session.remove()

    def signs_in(self, login: str, password: str) -> None:
        self.page("/sign-in")
        self.posted("/sign-in", login=login, password=password)
        self.page("/")

    def timed(self, address: str) -> tuple[float, int]:
        """Milliseconds and statements."""
        return self.counted(lambda: self.page(address))

    def counted(self, act: Callable[[], object]) -> tuple[float, int]:
        self._counting.start()
        before = perf_counter()
        act()
        return (perf_counter() - before) * 1000, self._counting.statements

    def page(self, address: str) -> TestResponse:
        answer = self._client.get(address, follow_redirects=True)
        if answer.status_code != 200:
            raise click.ClickException(f"GET {address} 答 {answer.status_code}")
        found = CSRF.search(answer.text)
        self._token = found[1] if found else self._token
        answer.close()
        return answer

    def posted(self, address: str, **form: str) -> TestResponse:
        answer = self._client.post(address, data={"csrf_token": self._token, **form})
        if answer.status_code != 303:
            raise click.ClickException(f"POST {address} 答 {answer.status_code}")
        answer.close()
        return answer


class Desk(Visitor):
    """The pages of a caseworker's day."""

    def __init__(self, app: Flask, password: str) -> None:
        super().__init__(app)
        with app.app_context():
            self._case, self._number, self._name = _somebody(app)
            db.session.remove()
        self.signs_in(PERSON, password)
        self.acts: dict[str, Callable[[], object]] = {
            "待办": lambda: self.page("/"),
            "在办件": lambda: self.page("/cases"),
            "按案号查找": lambda: self._search(self._number),
            "按姓名查找": lambda: self._search(self._name),
            "按首字母查找": lambda: self._search("hxy"),
            "按电话查找": lambda: self._search("1234"),
            "办件页": lambda: self.page(f"/cases/{self._case}"),
            "我的已办": lambda: self.page("/done"),
        }

    def do(self, act: str) -> tuple[float, int]:
        """Milliseconds and statements."""
        return self.counted(self.acts[act])

    def _search(self, text: str) -> None:
        self.page(self.posted("/cases/search", q=text).headers["Location"])


def _somebody(app: Flask) -> tuple[str, str, str]:
    """A case the official may open: its id, number, and the name of whom it is about."""
    session, by = db.session(), person()
    row = session.scalars(
        select(Instance)
        .where(visible(session, by), Instance.number.is_not(None), Instance.subject.is_not(None))
        .limit(1)
    ).one()
    key = session.get(StoredKey, (row.id, ""))
    return row.id, row.number or "", subject_of(app.extensions["banyan"].vault, row, key, clock.now().date()).party
