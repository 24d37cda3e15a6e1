"""Two people at the same task at the same moment: one wins, the other reads who it was, nothing is doubled. Two people at
two tasks of one case: both win. Ten rounds each, real threads, both databases."""

from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from tests.faults.crowd import at_once
from tests.faults.town import AGREE, NAMES, Town, login_of

Act = Callable[[str, str], TestResponse]
"""Somebody (login) acts on a task (id)."""
LI, NONG = "liguifang", "nongxiaolan"
DOORS = [("page", "page"), ("page", "api"), ("api", "api")]
WON = {200, 303}


@pytest.fixture
def complete(town: Town) -> dict[str, Act]:
    return {
        "page": lambda login, task: town.page(login).post(f"/tasks/{task}/complete", **AGREE),
        "api": lambda login, task: town.api(login).post(f"/tasks/{task}/complete", {"answers": AGREE}),
    }


@pytest.fixture
def claim(town: Town) -> dict[str, Act]:
    return {
        "page": lambda login, task: town.page(login).post(f"/tasks/{task}/claim"),
        "api": lambda login, task: town.api(login).post(f"/tasks/{task}/claim"),
    }


def raced(town: Town, task: str, first: Act, second: Act) -> tuple[str, TestResponse]:
    """Both act on the task at once; login of who won, and what the other one read."""
    for login in (LI, NONG):
        town.page(login).get(f"/tasks/{task}")
    mine, yours = at_once(lambda: first(LI, task), lambda: second(NONG, task))
    assert sorted([mine.status_code in WON, yours.status_code in WON]) == [False, True], (mine.text, yours.text)
    return (LI, yours) if mine.status_code in WON else (NONG, mine)


@pytest.mark.parametrize("doors", DOORS, ids="×".join)
def test_of_two_completions_one_wins_and_the_other_reads_by_whom(
    town: Town, complete: dict[str, Act], doors: tuple[str, str]
) -> None:
    case = town.start("bench_approval_10")
    for step in range(10):
        [(name, task)] = town.tasks(case).items()
        winner, lost = raced(town, task, complete[doors[0]], complete[doors[1]])

        assert lost.status_code == 409
        assert f"“{name}”已经由{NAMES[winner]}办结，您这次的提交没有重复生效" in lost.text
        assert lost.is_json or ("您刚才填的，没有丢" in lost.text and "同意" in lost.text)
        assert (town.row(task).status, login_of(town.row(task).closed_by)) == ("done", winner)
        assert town.kinds(case).count("completed") == step + 1
    assert town.tasks(case) == {}


@pytest.mark.parametrize("doors", DOORS, ids="×".join)
def test_of_two_claims_one_wins_and_the_other_reads_who_has_it(
    town: Town, claim: dict[str, Act], doors: tuple[str, str]
) -> None:
    case = town.start("bench_approval_10")
    for step in range(10):
        [(name, task)] = town.tasks(case).items()
        winner, lost = raced(town, task, claim[doors[0]], claim[doors[1]])

        assert lost.status_code == 409
        assert f"“{name}”正由{NAMES[winner]}办理" in lost.text
        assert login_of(town.row(task).assignee_id) == winner
        assert town.kinds(case).count("claimed") == step + 1
        town.complete(task, winner)


def test_a_claim_and_a_completion_at_once_leave_one_person_on_the_record(
    town: Town, claim: dict[str, Act], complete: dict[str, Act]
) -> None:
    """Who claims first keeps the task; who completes first leaves nothing to claim."""
    case = town.start("bench_approval_10")
    for _ in range(10):
        [(_, task)] = town.tasks(case).items()
        winner, lost = raced(town, task, claim["api"], complete["page"])
        assert lost.status_code == 409 and NAMES[winner] in lost.text
        if winner == LI:
            town.complete(task, LI)
        assert login_of(town.row(task).closed_by) == winner


def test_two_people_complete_two_tasks_of_one_case_at_once_and_both_win(town: Town) -> None:
    """审批 and 整理材料 lie side by side: whoever comes second waits a moment and then meets the join, once."""
    for _ in range(8):
        case = town.start("care")
        town.complete(town.tasks(case)["受理"], LI, {"party": "黄某夫妇", "kind": "urgent"})
        town.complete(town.tasks(case)["快速审查"], NONG)
        tasks = town.tasks(case)
        approver, archivist = town.api("huangjianguo"), town.page("mengxiuying")
        archivist.get(f"/tasks/{tasks['整理材料']}")

        approved, filed = at_once(
            lambda approver=approver, task=tasks["审批"]: approver.post(f"/tasks/{task}/complete", {"answers": AGREE}),
            lambda archivist=archivist, task=tasks["整理材料"]: archivist.post(f"/tasks/{task}/complete", **AGREE),
        )

        assert (approved.status_code, filed.status_code) == (200, 303), (approved.text, filed.text)
        assert list(town.tasks(case)) == ["归档"]
        assert town.kinds(case) == ["started", *["completed"] * 4, "answered"]
