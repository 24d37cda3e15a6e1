"""The README keeps its word: what it points at exists, whom it names can sign in, what it says to type is a command."""

import re
from pathlib import Path

from flask import Flask

from app.identity.demo import demo_people

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
NAMED = re.findall(r"`([^`\n]+)`", README)


def test_every_path_of_the_minute_table_exists() -> None:
    table = README.split("### In a minute")[1]
    paths = [one for one in re.findall(r"`([^`\n]+)`", table) if "/" in one]
    assert len(paths) > 25
    assert [one for one in paths if not (ROOT / one).exists()] == []


def test_every_picture_exists() -> None:
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)
    assert pictures and [one for one in pictures if not (ROOT / one).is_file()] == []


def test_everybody_of_the_cast_is_in_the_demonstration() -> None:
    rows = [line.split("|") for line in README.splitlines() if line.startswith("| `")]
    people = {
        login: name.strip()
        for row in rows
        if "、" in row[2] or len(re.findall(r"`(\w+)`", row[1])) == 1
        for login, name in zip(re.findall(r"`(\w+)`", row[1]), row[2].split("、"), strict=True)
    }
    known = {login: person.name for login, person in demo_people().items()}
    assert len(people) >= 10 and people.items() <= known.items()


def test_every_command_exists(application: Flask) -> None:
    commands = {one.split()[1] for one in NAMED if one.startswith("flask ")}
    names = {name for one in commands for name in one.split("|")}
    assert names and names <= set(application.cli.commands)
