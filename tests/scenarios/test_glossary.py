"""docs/glossary.md against the code: everything named is in it, under one English name and one Chinese word."""

import re
from pathlib import Path

import pytest

from app.identity.roles import CASEWORKER, ROLES, role_name
from tests.scenarios.story import ROOT, version_of

KEYS = sorted(path.parent.name for path in (ROOT / "workflows").glob("*/process.bpmn"))
ROW = re.compile(r"^\| (?P<word>[^|]+) \| (?P<ours>[^|]+) \| (?P<source>[^|]+) \| (?P<remark>[^|]+) \|$")
PAGE = (ROOT / "docs" / "glossary.md").read_text("utf-8")


def section(title: str) -> dict[str, str]:
    """Our name → the Chinese word, of the section with that heading."""
    body = PAGE.split(f"# {title}", 1)[1].split("\n#", 1)[0]
    rows = [
        found for line in body.splitlines() if (found := ROW.match(line)) and not line.startswith(("| 术语", "|---"))
    ]
    assert rows, title
    names = [row["ours"].strip("`") for row in rows]
    assert len(set(names)) == len(names), f"{title}: a name stands twice"
    return {row["ours"].strip("`"): row["word"] for row in rows}


def test_every_row_is_whole():
    lines = [line for line in PAGE.splitlines() if line.startswith("|")]
    assert all(ROW.match(line) or line.startswith("|---") for line in lines)


def test_every_room_and_only_those():
    rooms = {path.parent.name for path in (ROOT / "app").glob("*/__init__.py")}
    assert set(section("Rooms")) == rooms


def test_every_role_by_the_name_on_the_screens():
    roles = section("Roles")
    assert {code: name for code, name in roles.items() if code != CASEWORKER} == {c: role_name(c) for c in ROLES}


def test_every_lane_stands_with_its_role():
    for key in KEYS:
        for lane, role in version_of(key).settings.lanes.items():
            row = next(line for line in PAGE.splitlines() if f"| `{role}` |" in line)
            assert lane in row, lane


@pytest.mark.parametrize(
    ("title", "of"),
    [
        ("Clocks", lambda one: {code: row["title"] for code, row in one.clocks.items()}),
        ("Letters", lambda one: {code: use.title for code, use in one.letters.items()}),
        ("Messages", lambda one: {code: use.title for code, use in one.messages.items()}),
    ],
)
def test_every_clock_letter_and_message(title, of):
    """A name may stand for two letters of two procedures; then the table has a row for each."""
    body = PAGE.split(f"# {title}", 1)[1].split("\n#", 1)[0]
    for key in KEYS:
        for code, word in of(version_of(key).settings).items():
            assert f"| {word} | `{code}` |" in body, f"{key}: {code}"


def test_every_fact_under_one_name():
    words = section("Facts")
    for key in KEYS:
        for fact in version_of(key).settings.facts:
            assert fact.label in words[fact.name].split(" / "), f"{key}: {fact.name}"
    labels = [label for word in words.values() for label in word.split(" / ")]
    assert len(set(labels)) == len(labels), "two facts share a word"


@pytest.mark.parametrize("key", KEYS)
def test_every_node_that_is_named(key):
    own = version_of(key).settings.process
    drawn = {n.id: n.name for n in version_of(key).definition.nodes.values() if n.process == own and n.name}
    assert section(next(t for t in re.findall(r"^### (.+)$", PAGE, re.M) if f"`{key}`" in t)) == drawn


def test_the_steps_of_the_handbook_are_there():
    ids = {node for key in ("adoption", "adoption-assessment") for node in version_of(key).definition.nodes}
    steps = {f"A{n}" for n in range(21)} - {"A17"} | {f"B{n}" for n in range(1, 12)} - {"B7"}
    gates = {"G1", "G2", "G3", "G4", "G5", "EvA", "EvB", "EvC", "claimed", "B7", "A17_split"}
    assert steps | gates <= ids


def test_the_page_names_no_file_of_this_machine():
    assert "/work" not in PAGE and str(Path.home()) not in PAGE
