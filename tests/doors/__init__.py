"""The two doors as people and programs use them: a browser with cookies and forms, a program with a bearer token."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

from flask import Flask
from werkzeug.test import TestResponse

from app import clock
from app.db import db, in_transaction
from app.identity.actor import load_actor_by_login
from app.identity.tokens import DELEGATE, create_token

CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
NONCE = re.compile(r'name="nonce" value="([^"]*)"')


class Visitor:
    """Somebody at the pages who is not signed in. Pages are text; forms carry the token that the last page gave."""

    any_page = "/sign-in"
    """A small one that has a form."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.token = self.nonce = ""

    @property
    def token(self) -> str:
        """Of the last page; of a small one where none has been asked for yet."""
        if not self._token:
            self.get(self.any_page)
        return self._token

    @token.setter
    def token(self, token: str) -> None:
        self._token = token

    def get(self, address: str, **options: Any) -> TestResponse:
        return self._seen(self.client.get(address, **options))

    def post(self, address: str, **fields: Any) -> TestResponse:
        """Post a form as the last page would have it."""
        form = {"csrf_token": self.token, "nonce": self.nonce} | fields
        return self._seen(self.client.post(address, data=form))

    def follow(self, answer: TestResponse) -> TestResponse:
        while answer.status_code in {302, 303}:
            answer = self.get(unquote(answer.headers["Location"]))
        return answer

    def _seen(self, answer: TestResponse) -> TestResponse:
        _done(answer)
        if answer.mimetype == "text/html":
            tokens, nonces = CSRF.search(answer.text), NONCE.search(answer.text)
            self._token = tokens[1] if tokens else self._token
            self.nonce = nonces[1] if nonces else ""
        return answer


class Browser(Visitor):
    """A signed-in person."""

    def __init__(self, app: Flask, login: str, password: str) -> None:
        super().__init__(app)
        self.login = login
        answer = self.post("/sign-in", login=login, password=password)
        assert answer.status_code == 303, answer.text
        self.any_page, self.token = "/password", ""

    def search(self, text: str) -> TestResponse:
        """What the field at the top of every page finds."""
        return self.follow(self.post("/cases/search", q=text))


class Caller:
    """A caller of the API without a token."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.headers: dict[str, str] = {}

    def get(self, address: str, **query: Any) -> TestResponse:
        return _done(self.client.get(f"/api/v1{address}", query_string=query, headers=self.headers))

    def post(self, address: str, body: Any = None, **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return _done(self.client.post(f"/api/v1{address}", json=body, headers=self.headers | named))

    def delete(self, address: str) -> TestResponse:
        return _done(self.client.delete(f"/api/v1{address}", headers=self.headers))

    def send(
        self, address: str, data: Any, content_type: str | None = "application/json", **headers: str
    ) -> TestResponse:
        """POST bytes as they are, or a form with files when `data` is a mapping."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = self.headers | named
        return _done(self.client.post(f"/api/v1{address}", data=data, content_type=content_type, headers=sent))


def _done(answer: TestResponse) -> TestResponse:
    """As a server does when the answer has gone out."""
    answer.get_data()
    answer.close()
    return answer


class Program(Caller):
    """A caller of the API with all the power of one person."""

    def __init__(self, app: Flask, login: str) -> None:
        super().__init__(app)
        now = clock.now()

        def command() -> str:
            person = load_actor_by_login(db.session(), login, clock.legal_day(now))
            own = {grant.role for grant in person.grants if grant.on_behalf_of is None}
            scopes = [*(f"write:{role}" for role in sorted(own)), DELEGATE]
            return create_token(db.session(), person, "测试", scopes, now + timedelta(days=1), now)

        with app.app_context():
            secret = in_transaction(command)
        self.headers = {"Authorization": f"Bearer {secret}"}
