"""flask bench engine [--json FILE]: one step of a case, without database and web: the library with full JSON beside ours."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import click

from app.cli.bench.small import Small, small_figures
from app.cli.bench.table import padded
from app.cli.bench.yardsticks import Floor
from app.engine import Definition, Event, FactType, Sources, advance, compile_definition, open_keys
from app.engine.hot import hot_cases

DATA = Path(__file__).parent / "data"
NOTES = tuple(f"note_{n}" for n in range(16))
FACTS = (
    *(FactType(name, "boolean") for name in ("high", "large", "again")),
    *(FactType(name, "text") for name in NOTES),
)
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
LAST = 5
"""Rounds that are timed at the end of a loop."""


@dataclass(frozen=True)
class Scenario:
    title: str
    file: str
    rounds: int = 0
    notes: int = 0
    """Texts of some 960 bytes among the facts."""
    cases: int = 10


SCENARIOS = (
    Scenario("十五任务的审批", "realistic.bpmn"),
    Scenario("十五任务，事实 1 KB", "realistic.bpmn", notes=1),
    Scenario("十五任务，事实 16 KB", "realistic.bpmn", notes=16),
    Scenario("循环 1 轮", "loop.bpmn", rounds=1, cases=50),
    Scenario("循环 10 轮", "loop.bpmn", rounds=10),
    Scenario("循环 100 轮", "loop.bpmn", rounds=100, cases=5),
    Scenario("循环 1000 轮", "loop.bpmn", rounds=1000, cases=2),
)


@dataclass(frozen=True)
class Line:
    """Median milliseconds of one completed task (of a loop, of its last rounds); bytes of the largest state."""

    title: str
    naive: float | None
    cold: float
    hot: float
    state: int
    steps: dict[str, int] = field(default_factory=dict)
    """How many were timed."""


@click.command("engine")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="另将结果写入此文件。")
def engine(json_file: Path | None) -> None:
    """流程引擎一步的耗时：流程库加完整 JSON，与我们的冷、热两种状态并列。"""
    found = [measured(scenario) for scenario in SCENARIOS]
    small = small_figures()
    if json_file is not None:
        json_file.write_text(json.dumps({"steps": [asdict(one) for one in found], "small": asdict(small)}, indent=2))
    for line in lines(found, small):
        click.echo(line)


def lines(found: list[Line], small: Small) -> Iterator[str]:
    heads = ("", "完整 JSON", "我们，冷", "倍", "我们，热", "倍", "状态")
    yield "".join(padded(head, width) for head, width in zip(heads, WIDTHS, strict=True)).rstrip()
    for one in found:
        naive = f"{one.naive:.3f}" if one.naive else "不能"
        times = [f"{one.naive / ours:.1f}" if one.naive else "–" for ours in (one.cold, one.hot)]
        row = (one.title, naive, f"{one.cold:.3f}", times[0], f"{one.hot:.3f}", times[1], f"{one.state} B")
        yield "".join(padded(text, width) for text, width in zip(row, WIDTHS, strict=True)).rstrip()
    first, last = (next(one for one in found if one.title == f"循环 {n} 轮") for n in (1, 1000))
    yield f"第 1000 轮 ÷ 第 1 轮：冷 {last.cold / first.cold:.2f}，热 {last.hot / first.hot:.2f}（≤ 1.2）"
    yield f"二十行的决策表 {small.table:.1f} µs（≤ 60）；网关条件 {small.condition:.2f} µs（≤ 5）"
    yield "毫秒，中位数。冷 ≥ 3 倍、热 ≥ 6 倍为目标；只比较同一次运行内的倍数。"


WIDTHS = (26, 12, 12, 8, 12, 8, 10)


def measured(scenario: Scenario) -> Line:
    """The three by turns, case by case, so that a noisy machine is noisy for all of them."""
    bpmn = DATA / scenario.file
    definition = compile_definition(Sources(main=bpmn.read_bytes(), facts=FACTS))
    naive: list[float] = []
    cold: list[float] = []
    hot: list[float] = []
    state = 0
    given = {"high": True, "large": True} | {name: "桂" * 320 for name in NOTES[: scenario.notes]}
    with Floor(bpmn) as floor:
        for _ in range(scenario.cases):
            naive += floor.case({"given": given, "rounds": scenario.rounds, "last": LAST}) or []
            state = max(state, _run(definition, scenario, given, cold, keep=False))
            _run(definition, scenario, given, hot, keep=True)
    steps = {"naive": len(naive), "cold": len(cold), "hot": len(hot)}
    return Line(scenario.title, median(naive) if naive else None, median(cold), median(hot), state, steps)


def _run(definition: Definition, scenario: Scenario, given: dict[str, Any], times: list[float], *, keep: bool) -> int:
    """One case, its timed steps added to `times`; the bytes of its largest state."""
    hot_cases.clear()
    outcome = advance(definition, None, Event(seq=1, at=NOON, kind="started", facts={**given, "again": True}))
    seq, largest = 1, 0
    while outcome.ended is None:
        key = open_keys(definition, outcome.state).tasks[0].key
        facts = {**given, "again": seq < scenario.rounds}
        event = Event(seq=seq + 1, at=NOON, kind="completed", target=key, facts=facts)
        if not keep:
            hot_cases.clear()
        before = perf_counter()
        outcome = advance(definition, outcome.state, event)
        ms = (perf_counter() - before) * 1000
        if seq > scenario.rounds - LAST:
            times.append(ms)
        largest, seq = max(largest, len(outcome.state)), seq + 1
    return largest
