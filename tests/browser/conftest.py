"""One Chromium for the session; a context of its own for each person, watched for what must not happen."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.browser.house import PATIENCE, House, running
from tests.browser.looking import DESK, EVERY_LOOK, looks
from tests.browser.person import Seat
from tests.conftest import application_on, let_go

NO_PAGES_OF_ITS_OWN = "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup"
"""Chromium draws the pages of its address bar for each window that nobody sees: half of what a window costs."""
VIOLATIONS = """addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`))"""


@pytest.fixture(scope="session", autouse=True)
def every_look_in_the_long_run(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--long"):
        looks["now"] = EVERY_LOOK


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Whatever is waited for on a page has a minute: only what never comes takes so long, also where everything is slow."""
    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=_installed(),
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", NO_PAGES_OF_ITS_OWN],
        )
        yield browser
        browser.close()


def _installed() -> str:
    """The system's Chromium; `bin/test` sees to it that there is one."""
    for name in ("chromium", "chromium-browser"):
        if found := shutil.which(name):
            return found
    raise RuntimeError("Chromium is not installed: run bin/test, which installs it or says how")


@pytest.fixture
def house(template: str, new_database: Callable[[str | None], str]) -> Iterator[House]:
    """Pages, worker and clock on a copy of the database."""
    application = application_on(new_database(template), CONNECTOR_FAKE_MOMENT="0")
    with running(application) as one:
        yield one
    let_go(application)


@pytest.fixture
def seat(house: House, chromium: Browser) -> Iterator[Callable[..., Seat]]:
    """Give a person a screen: `seat("liguifang")`. Afterwards no page has written an error or broken the policy."""
    contexts, wrong = [], []

    def sit(login: str = "", **options: Any) -> Seat:
        context = chromium.new_context(**{"viewport": DESK, "locale": "zh-CN"} | options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE * 1000)
        context.add_init_script(VIOLATIONS)
        page = context.new_page()
        _watch(page, wrong)
        return Seat(house, page, login)

    yield sit
    for context in contexts:
        context.close()
    assert wrong == []


def _watch(page: Page, wrong: list[str]) -> None:
    """Chromium itself notes every refusal (4xx) in the console; what an answer of 5xx means, the next line tells."""
    page.on("console", lambda line: wrong.append(f"{page.url}: {line.text}") if _ours(line) else None)
    page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
    page.on("response", lambda one: wrong.append(f"{one.url}: {one.status}") if one.status >= 500 else None)


def _ours(line: ConsoleMessage) -> bool:
    return line.type == "error" and not line.text.startswith("Failed to load resource: the server responded with")
