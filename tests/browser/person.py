"""A person at a screen: signs in, finds the task that waits, fills in the form by its labels, submits.

Fields are named as the page names them, groups as nested mappings, repeated rows as lists of mappings:

    seat.fills({"收养人": {"姓名": "黄永强", "性别": "男"}, "日程": [{"内容": "面谈", "日期": "2026-03-12"}]})
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from playwright.sync_api import Locator, Page, expect

from tests.browser.house import House
from tests.browser.looking import follow
from tests.conftest import PASSWORD

SCAN = Path(__file__).parent.parent / "doors" / "dot.png"
"""Stands for whatever is scanned or photographed; sent under the name of its field."""
CLAIM = "认领，由我办"


@dataclass
class Seat:
    house: House
    page: Page
    login: str

    # going about

    def goes(self, address: str) -> Self:
        self.page.goto(self.house.address + address)
        return self

    def signs_in(self) -> Self:
        """With name and password; an earlier session is over by then."""
        self.goes("/sign-in")
        self.page.get_by_label("用户名").fill(self.login)
        self.page.get_by_label("密码").fill(PASSWORD)
        follow(self.page.get_by_role("button", name="登录", exact=True))
        expect(self.page).not_to_have_url(re.compile("/sign-in"))
        return self

    def begins(self, process: str) -> Self:
        self.goes("/processes")
        follow(self.page.get_by_role("button", name=f"收件登记 {process}"))
        return self

    def waiting(self) -> list[str]:
        """The steps in the inbox, in its order."""
        self.goes("/inbox")
        return [text.partition("·")[2] for text in self.page.locator("a.go").all_inner_texts()]

    def opens(self, step: str) -> Self:
        """From the inbox into the task of that name, claiming it if nobody holds it yet."""
        assert step in self.waiting(), f"{step} does not wait for {self.login}"
        follow(self.page.get_by_role("link", name=re.compile(f"·{re.escape(step)}$")).first)
        return self.takes(step)

    def takes(self, step: str) -> Self:
        """The task of that name is on the screen; claim it if nobody holds it yet."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(re.compile(f"·{re.escape(step)}$"))
        self.page.wait_for_load_state("load")
        claim = self.page.get_by_role("button", name=CLAIM)
        if claim.count():
            follow(claim)
            expect(claim).to_have_count(0)
        return self

    def opens_the_case(self) -> Self:
        """The first one of 在办件."""
        self.goes("/cases")
        follow(self.page.locator("a.go").first)
        return self

    def clicks(self, name: str) -> Self:
        """The link or the button of that name, which leads to another page."""
        follow(self.page.get_by_role("link", name=name).or_(self.page.get_by_role("button", name=name)).first)
        return self

    # filling in

    def fills(self, answers: Mapping[str, Any], inside: Locator | None = None) -> Self:
        scope = inside or self.page.locator(".sheet form")
        for label, value in answers.items():
            self._fill(scope, re.compile(rf"^\s*{re.escape(label)}( 必填)?\s*$"), label, value)
        return self

    def submits(self) -> Self:
        self.page.get_by_role("button", name=re.compile("^提交")).click()
        return self

    def does(self, step: str, answers: Mapping[str, Any]) -> Self:
        """Fill in and submit; the page says that the step is done."""
        self.fills(answers).submits()
        expect(self.page.locator("#flash")).to_contain_text(f"“{step}”已办结")
        return self

    def _fill(self, scope: Locator, named: re.Pattern[str], label: str, value: Any) -> None:
        if isinstance(value, Mapping):
            self.fills(value, scope.get_by_role("group", name=named))
        elif isinstance(value, Sequence) and value and isinstance(value[0], Mapping):
            rows = scope.get_by_role("group", name=named)
            for number, row in enumerate(value, 1):
                self.fills(row, rows.get_by_role("group", name=f"第 {number} 行", exact=True))
        elif isinstance(value, Path):
            sent = {"name": f"{label}{value.suffix}", "mimeType": "image/png", "buffer": value.read_bytes()}
            scope.get_by_label(named).set_input_files(sent)
        else:
            self._answer(scope, named, value)

    def _answer(self, scope: Locator, named: re.Pattern[str], value: Any) -> None:
        choices = scope.get_by_role("radiogroup", name=named).or_(scope.get_by_role("group", name=named))
        field = scope.get_by_label(named).or_(choices)
        kind = field.evaluate("e => e.type || e.tagName.toLowerCase()")
        if kind == "fieldset":
            for option in [value] if isinstance(value, str) else value:
                field.get_by_label(option, exact=True).check()
        elif kind == "checkbox":
            field.set_checked(value)
        elif kind == "select-one":
            field.select_option(label=value)
        else:
            field.fill(value)

    # looking

    def reads(self, *texts: str) -> Self:
        for text in texts:
            expect(self.page.locator("body")).to_contain_text(text)
        return self
