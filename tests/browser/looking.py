"""What is looked at on every page: nothing axe-core objects to, and nothing that makes a telephone scroll sideways."""

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Locator, Page, ViewportSize

AXE = (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
DESK: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
EVERY_LOOK = [(size, scheme) for size in (DESK, PHONE) for scheme in ("light", "dark")]
CROSSWISE = [(DESK, "light"), (PHONE, "dark")]
"""What a page of ours looks like depends on size and scheme each by itself; `--long` looks at all four."""
looks = {"now": CROSSWISE}

FINDINGS = """async () => (await axe.run({ resultTypes: ["violations"] })).violations.map((one) =>
  `${one.id}: ${one.nodes[0].html.slice(0, 160)} ${one.nodes[0].failureSummary ?? ""}`)"""
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("main *, header *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 3).map((one) => one.outerHTML.slice(0, 160))"""

REMEMBERED = """(place) => {
  window.said = [];
  new MutationObserver(() => said.push(place.textContent)).observe(place, { childList: true });
}"""
"""Evaluated on an element: what it comes to say, if only for a moment, is in `said`."""


def follow(link: Locator) -> Page:
    """Click what leads to another page; when this returns, that one is there with its style sheets and scripts."""
    with link.page.expect_navigation():
        link.click()
    return link.page


def findings(page: Page) -> list[str]:
    """What axe-core finds on the page as it stands. It comes in through the debugger, so the page's policy stays."""
    page.wait_for_load_state("load")
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    return list(page.evaluate(FINDINGS))


def accessible(page: Page) -> None:
    """Light and dark, at a desk and on a telephone: crosswise, or every way with `--long`."""
    assert list(_in_every_look(page)) == []


def fits_a_phone(page: Page) -> None:
    """Measured once the page and its style sheets are there and the window has its new size."""
    page.wait_for_load_state("load")
    _sized(page, PHONE)
    assert page.evaluate(TOO_WIDE) == [], page.url
    _sized(page, DESK)


def _in_every_look(page: Page) -> Iterator[str]:
    for size, scheme in looks["now"]:
        _sized(page, size)
        page.emulate_media(color_scheme=scheme)
        yield from (f"{page.url} {size['width']} {scheme} {one}" for one in findings(page))
    _sized(page, DESK)
    page.emulate_media(color_scheme="light")


def _sized(page: Page, size: ViewportSize) -> None:
    page.set_viewport_size(size)
    page.wait_for_function("(width) => innerWidth === width", arg=size["width"])
