"""A file that is not what it says is refused beside its field; what was typed stays on the page."""

import io
from collections.abc import Callable

import pytest
from flask import Flask

from tests.documents.sample_files import photo
from tests.doors import Browser, Program
from tests.doors.house import publish_both, start

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")


@pytest.fixture
def task(application: Flask, program_of: Callable[[str], Program]) -> str:
    publish_both(application)
    return start(program_of("liguifang"), "doors_check")["tasks"][0]["id"]


def lying() -> tuple[io.BytesIO, str]:
    return io.BytesIO(b"MZ this is a program"), "户口簿.png"


def test_on_completing(task: str, browser_of: Callable[[str], Browser]) -> None:
    li = browser_of("liguifang")
    li.post(f"/tasks/{task}/claim")
    li.get(f"/tasks/{task}")
    answer = li.post(f"/tasks/{task}/complete", reason="家庭收养", papers=lying())
    assert answer.status_code == 422
    assert "户口簿.png" in answer.text and 'id="f-papers-error"' in answer.text
    assert "家庭收养" in answer.text
    li.nonce = "another"
    assert li.post(f"/tasks/{task}/complete", reason="家庭收养").status_code == 303


def test_on_keeping_a_draft(task: str, browser_of: Callable[[str], Browser]) -> None:
    li = browser_of("liguifang")
    li.post(f"/tasks/{task}/claim")
    li.get(f"/tasks/{task}")
    page = li.follow(li.post(f"/tasks/{task}/draft", reason="家庭收养", papers=lying()))
    assert "户口簿.png" in page.text and "第 1 稿" in page.text and "家庭收养" in page.text


def test_another_picture_under_the_same_name_is_not_taken_for_the_one_sent_before(
    task: str, browser_of: Callable[[str], Browser]
) -> None:
    li = browser_of("liguifang")
    li.post(f"/tasks/{task}/claim")
    li.get(f"/tasks/{task}")

    def sent(width: int) -> int:
        picture = io.BytesIO(photo("PNG", (width, 30))), "image.png"
        li.nonce = "sent-before"
        return li.post(f"/tasks/{task}/complete", reason="家庭收养", papers=picture).status_code

    assert (sent(40), sent(40), sent(41)) == (303, 303, 409)
