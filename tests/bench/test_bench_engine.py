"""`flask bench engine`: the library with full JSON beside ours, on the same files, in the same run."""

import pytest

from app.cli.bench.engine import SCENARIOS, Line, Scenario, lines, measured
from app.cli.bench.small import Small, small_figures


def test_all_three_walk_the_whole_case() -> None:
    line = measured(Scenario("十五任务", "realistic.bpmn", cases=1))

    assert line.naive and line.cold and line.hot
    assert 100 < line.state < 2000


@pytest.mark.parametrize("rounds", [1, 3])
def test_a_loop_goes_round_as_often_as_it_is_told(rounds: int) -> None:
    line = measured(Scenario("循环", "loop.bpmn", rounds=rounds, cases=1))

    assert line.steps == {"naive": rounds, "cold": rounds, "hot": rounds}


def test_the_table_says_where_the_library_alone_cannot_go_on() -> None:
    found = [Line(one.title, 4.0, 1.0, 0.5, 300) for one in SCENARIOS[:-1]] + [
        Line("循环 1000 轮", None, 1.1, 0.5, 300)
    ]
    told = list(lines(found, Small(1.0, 40.0)))

    assert "不能" in told[len(SCENARIOS)]
    assert "冷 1.10，热 1.00" in told[len(SCENARIOS) + 1]


def test_a_condition_and_a_table_are_answered_before_they_are_timed() -> None:
    assert small_figures().condition > 0
