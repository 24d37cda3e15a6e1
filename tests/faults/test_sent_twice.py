"""Double clicks, the back button, two tabs, a program that repeats itself: done once, answered like the first time
(engine rule 15, abuse case 15)."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.db import db
from app.documents.models import Document
from app.instances.models import Instance
from tests.documents.sample_files import pdf
from tests.doors import Browser, Program
from tests.faults.crowd import at_once
from tests.faults.town import AGREE, NAMES, Town

LI = "liguifang"
INTAKE = {"party": "黄某夫妇", "kind": "usual"}
TEN = {"process": "bench_approval_10"}


def cases(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Instance)) or 0


def same_window(town: Town, page: Browser) -> Browser:
    """A second window of the same browser: the same cookies, the same page in it."""
    other = object.__new__(Browser)
    other.client, other.token, other.nonce = town.app.test_client(), page.token, page.nonce
    for cookie in page.client._cookies.values():
        other.client._cookies[cookie._storage_key] = cookie
    return other


def test_a_double_click_completes_once_and_shows_the_same_next_page(town: Town) -> None:
    case, li = town.start("care"), town.page(LI)
    task = town.tasks(case)["受理"]
    li.get(f"/tasks/{task}")
    again = same_window(town, li)

    first, second = at_once(*(lambda one=one: one.post(f"/tasks/{task}/complete", **INTAKE) for one in (li, again)))

    assert (first.status_code, second.status_code) == (303, 303), (first.text, second.text)
    assert first.headers["Location"] == second.headers["Location"]
    assert town.kinds(case) == ["started", "completed"]


def test_back_and_sent_again_unchanged_is_the_first_answer_again(town: Town) -> None:
    case, li = town.start("care"), town.page(LI)
    task = town.tasks(case)["受理"]
    li.get(f"/tasks/{task}")
    old = same_window(town, li)
    assert li.post(f"/tasks/{task}/complete", **INTAKE).status_code == 303
    assert old.post(f"/tasks/{task}/complete", **INTAKE).status_code == 303
    assert town.kinds(case) == ["started", "completed"]


def test_back_changed_and_sent_again_is_refused_in_words(town: Town) -> None:
    """To say “办结” here would be a lie: what was changed has gone nowhere."""
    case, li = town.start("care"), town.page(LI)
    task = town.tasks(case)["受理"]
    li.get(f"/tasks/{task}")
    old = same_window(town, li)
    li.post(f"/tasks/{task}/complete", **INTAKE)
    answer = old.post(f"/tasks/{task}/complete", party="黄某夫妇", kind="urgent")

    assert answer.status_code == 409
    assert "刚才已经提交并生效，您后来改动的内容没有保存" in answer.text
    assert list(town.tasks(case)) == ["审查"], "the first answers stand"


def test_of_two_tabs_the_second_reads_that_it_is_done(town: Town) -> None:
    case, li = town.start("care"), town.page(LI)
    task = town.tasks(case)["受理"]
    li.get(f"/tasks/{task}")
    tab = same_window(town, li)
    tab.get(f"/tasks/{task}")
    assert tab.nonce and tab.nonce != li.nonce

    answers = at_once(*(lambda one=one: one.post(f"/tasks/{task}/complete", **INTAKE) for one in (li, tab)))

    late = next(one for one in answers if one.status_code != 303)
    assert late.status_code == 409 and f"“受理”已经由{NAMES[LI]}办结" in late.text
    assert town.kinds(case) == ["started", "completed"]


def test_a_double_click_on_start_begins_one_case(town: Town) -> None:
    li = town.page(LI)
    li.get("/processes")
    again = same_window(town, li)
    first, second = at_once(*(lambda one=one: one.post("/processes/care/start") for one in (li, again)))
    assert first.headers["Location"] == second.headers["Location"]
    assert cases(town.app) == 1


def test_a_refused_form_may_be_put_right_and_sent_with_the_same_nonce(town: Town) -> None:
    """Only what was carried out uses a nonce up."""
    case, li = town.start("care"), town.page(LI)
    task = town.tasks(case)["受理"]
    li.get(f"/tasks/{task}")
    again = same_window(town, li)
    assert li.post(f"/tasks/{task}/complete", party="", kind="usual").status_code == 422
    assert again.post(f"/tasks/{task}/complete", **INTAKE).status_code == 303
    assert town.kinds(case) == ["started", "completed"]


@pytest.mark.parametrize("crowd", [2, 6])
def test_one_key_sent_by_many_at_once_is_one_case_and_one_answer(town: Town, crowd: int) -> None:
    li = town.api(LI)
    answers = at_once(*[lambda: li.post("/instances", TEN, Idempotency_Key="anmeldung-1")] * crowd)
    assert {one.status_code for one in answers} == {201}
    assert len({one.text for one in answers}) == 1
    assert cases(town.app) == 1


def test_one_key_for_two_bodies_at_once_carries_out_one(town: Town) -> None:
    li = town.api(LI)
    for round in range(10):
        case = town.start("bench_approval_10")
        [task] = town.tasks(case).values()
        bodies = [{"answers": AGREE}, {"answers": AGREE | {"opinion": "再次同意"}}]
        one, other = at_once(
            *(
                lambda body=body, task=task, key=f"k{round}": li.post(
                    f"/tasks/{task}/complete", body, Idempotency_Key=key
                )
                for body in bodies
            )
        )
        refused = other if one.status_code == 200 else one
        assert sorted([one.status_code, other.status_code]) == [200, 422]
        assert "同一个幂等键已用于另一个请求，本次没有执行" in refused.json["detail"]
        assert town.kinds(case).count("completed") == 1


def test_a_command_that_failed_leaves_its_key_free(town: Town) -> None:
    li, case = town.api(LI), town.start("care")
    task = town.tasks(case)["受理"]
    wrong = li.post(f"/tasks/{task}/complete", {"answers": {}}, Idempotency_Key="k")
    assert wrong.status_code == 422
    right = li.post(f"/tasks/{task}/complete", {"answers": INTAKE}, Idempotency_Key="k")
    assert right.status_code == 200, right.text


def test_one_key_belongs_to_one_person(town: Town) -> None:
    li, nong = town.api(LI), town.api("nongxiaolan")
    first, second = at_once(*(lambda one=one: one.post("/instances", TEN, Idempotency_Key="k") for one in (li, nong)))
    assert first.json["id"] != second.json["id"] and cases(town.app) == 2


def test_a_file_sent_twice_is_one_document(town: Town, program_of: Callable[[str], Program]) -> None:
    li, case = town.api(LI), town.start("care")
    sent = [
        li.send("/documents", {"file": (BytesIO(pdf()), "出生证明.pdf"), "instance": case}, "multipart/form-data")
        for _ in range(2)
    ]
    assert [one.status_code for one in sent] == [201, 201], sent[0].text
    assert sent[0].json["id"] == sent[1].json["id"]
    other_name = li.send(
        "/documents", {"file": (BytesIO(pdf()), "结婚证.pdf"), "instance": case}, "multipart/form-data"
    )
    assert other_name.json["id"] != sent[0].json["id"], "another paper, although the bytes are the same"
    with town.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Document)) == 2


def test_another_file_of_the_same_name_and_size_is_not_answered_with_the_first(
    town: Town, program_of: Callable[[str], Program]
) -> None:
    li, case = town.api(LI), town.start("care")
    for data, status in ((pdf(), 201), (pdf().replace(b"%PDF-1.3", b"%PDF-1.4"), 422)):
        file = {"file": (BytesIO(data), "证明.pdf"), "instance": case}
        answer = li.send("/documents", file, "multipart/form-data", Idempotency_Key="scan-1")
        assert answer.status_code == status, answer.text
