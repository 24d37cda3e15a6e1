"""Reads the stories: who does what, how many days ago. The files in `data/` say it; nothing happens here.

    [50, "登记员", "办", "到场申请"]              50 days before today, the case's 登记员 completes that task
    ["5w", "登记员", "办", "一次性告知补正"]      five working days before today
    [50, "走", "accepted"]                        a way of `ways.toml`, whose first day is 50 days ago

A post stands for the person who holds it in the case's county (`casts`).
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
WAY = "走"


@dataclass(frozen=True)
class Step:
    """`ago` counts days before today, working days where `working`; `act` is a word of `acts.ACTS`."""

    ago: int
    working: bool
    who: str
    act: str
    what: str
    answers: Mapping[str, Any]


@dataclass(frozen=True)
class Story:
    """One invented case. `cast` gives the login of each post."""

    key: str
    process: str
    family: str
    cast: Mapping[str, str]
    steps: tuple[Step, ...]


def stories(file: Path = DATA / "cases.toml") -> tuple[Story, ...]:
    """All of a file, in its order."""
    told = tomllib.loads(file.read_text("utf-8"))
    ways = _read("ways.toml")
    return tuple(_story(one, told["casts"], ways) for one in told["case"])


@cache
def usual_answers() -> Mapping[str, Mapping[str, Any]]:
    """What people usually answer: process → form → answers, with `$names` to be filled in."""
    return _read("answers.toml")


@cache
def families() -> Mapping[str, Any]:
    """The invented people: `couples` and `children` of adoptions, `orphans`, and what goes with a situation."""
    return _read("families.toml")


def _story(one: Mapping[str, Any], casts: Mapping[str, Any], ways: Mapping[str, Any]) -> Story:
    steps = tuple(step for line in one["steps"] for step in _steps(line, ways))
    return Story(one["key"], one["process"], one["family"], casts[one["county"]], steps)


def _steps(line: list[Any], ways: Mapping[str, Any]) -> Iterator[Step]:
    ago, *rest = line
    if rest[0] == WAY:
        for inside in ways[rest[1]]["steps"]:
            yield from _steps([ago - inside[0], *inside[1:]], ways)
        return
    who, act, what, answers = (*rest, "", {}) if len(rest) == 2 else (*rest, {}) if len(rest) == 3 else rest
    working = isinstance(ago, str)
    yield Step(int(ago.removesuffix("w")) if working else ago, working, who, act, what, answers)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text("utf-8"))
