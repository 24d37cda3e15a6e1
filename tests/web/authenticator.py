"""Somebody with a phone: what an authenticator app does with the key on the page, and how a person signs in with it."""

import base64
import re
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import parse_qs, urlsplit

from werkzeug.test import TestResponse

from app import clock
from app.identity.totp import code_at, step_at
from tests.conftest import PASSWORD
from tests.doors import Visitor

URI = re.compile(r'href="(otpauth://[^"]+)"')
PAPER = re.compile(r'<li class="code">([A-Z2-7 ]+)</li>')


@dataclass
class Phone:
    """The app's one entry, and the sheet with the recovery codes."""

    seed: bytes
    papers: list[str] = field(default_factory=list)

    def shows(self, steps: int = 0) -> str:
        return code_at(self.seed, step_at(clock.now()) + steps)

    def shows_not(self) -> str:
        near = {self.shows(n) for n in range(-3, 4)}
        return next(code for code in (f"{n:06}" for n in range(10)) if code not in near)


def scans(page: TestResponse) -> Phone:
    """The phone that was held before the QR code; what it says stands beside it as a link."""
    found = URI.search(page.text)
    assert found, page.text
    return Phone(seed_in(unescape(found[1])))


def seed_in(uri: str) -> bytes:
    """What an app reads out of the address in the QR code."""
    return base64.b32decode(parse_qs(urlsplit(uri).query)["secret"][0])


def password(visitor: Visitor, login: str, **more: str) -> TestResponse:
    """Only the first step; its answer, and the browser stands on the page that it led to."""
    answer = visitor.post("/sign-in", login=login, password=PASSWORD, **more)
    visitor.follow(answer)
    return answer


def takes_up(visitor: Visitor, *, confirming: int = -1) -> Phone:
    """From the page 两步验证 to the recovery codes. Confirmed with the code before this one, so that this one is unused."""
    visitor.get("/second-factor")
    phone = scans(visitor.follow(visitor.post("/second-factor/begin")))
    done = visitor.post("/second-factor/confirm", code=phone.shows(confirming))
    assert done.status_code == 200, done.text
    phone.papers = PAPER.findall(done.text)
    visitor.get("/second-factor")
    return phone
