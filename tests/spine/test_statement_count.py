"""What a completed task costs the database: few statements, one commit, as many at the end as at the beginning.

Statements are what the program sends besides BEGIN and COMMIT, the caller's token and rights among them.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from app import clock
from app.cli.bench.counted import Counting
from app.db import db
from tests.doors import Program

DIAGRAMS = Path(__file__).parent.parent / "diagrams"
AGREE = {"answers": {"decision": "agree", "opinion": "同意"}}
MOST = 12


@pytest.fixture
def li(program_of: Callable[[str], Program]) -> Program:
    """李桂芳 on one instant: her token is marked as used once, not again when a slow minute has passed."""
    at = clock.now()
    clock.set_source(lambda: at)
    return program_of("liguifang")


@pytest.fixture
def counting(application: Flask) -> Counting:
    with application.app_context():
        return Counting(db.engine)


def completions(li: Program, counting: Counting, process: str, **headers: str) -> list[tuple[int, int]]:
    """Statements and commits of each completion of one case, from first to last."""
    published = li.post("/definitions", {"bpmn": (DIAGRAMS / f"{process}.bpmn").read_text("utf-8")})
    assert published.status_code == 201, published.text
    case, counts = li.post("/instances", {"process": process}).json, []
    while case["ended_at"] is None:
        task = case["tasks"][0]["id"]
        counting.start()
        answer = li.post(f"/tasks/{task}/complete", AGREE, **{name: f"{key}{task}" for name, key in headers.items()})
        counts.append((counting.statements, counting.commits))
        assert answer.status_code == 200, answer.text
        case = li.get(f"/instances/{case['id']}").json
    return counts


def test_fifty_steps_cost_the_same_from_the_second_to_the_last_but_one(li: Program, counting: Counting) -> None:
    counts = completions(li, counting, "bench_approval_50")

    assert len(counts) == 50
    assert len(set(counts[1:-1])) == 1
    assert {commits for _, commits in counts} == {1}
    assert max(statements for statements, _ in counts) <= MOST


def test_ten_steps_take_at_most_fifteen_statements_each_with_a_client_key_too(li: Program, counting: Counting) -> None:
    counts = completions(li, counting, "bench_approval_10", Idempotency_Key="once-")

    assert len(counts) == 10
    assert {commits for _, commits in counts} == {1}
    assert max(statements for statements, _ in counts) <= MOST


def test_a_statement_more_would_be_counted(application: Flask, counting: Counting) -> None:
    with application.app_context():
        counting.start()
        with db.engine.begin() as connection:
            connection.exec_driver_sql("SELECT 1")
            connection.exec_driver_sql("SELECT 2")

    assert (counting.statements, counting.commits) == (2, 1)
