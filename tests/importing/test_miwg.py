"""The files of the BPMN MIWG test suite (github.com/bpmn-miwg/bpmn-miwg-test-suite), read in place where MIWG_SUITE names
the folder. Nothing of it is kept here; where it is absent the run ends with a line that says so."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.catalogue.importing import import_bpmn
from app.catalogue.lint import lint_bundle
from app.catalogue.published import compile_bundle
from app.catalogue.walk import walk
from tests.importing.files import bundle_of

SUITE = os.environ.get("MIWG_SUITE", "")
FILES = sorted(Path(SUITE).rglob("*.bpmn")) if SUITE else []
REFERENCE = [path for path in FILES if path.parent.name == "Reference"]


@pytest.mark.skipif(not REFERENCE, reason="MIWG_SUITE names no folder")
def test_every_reference_model_is_imported_could_be_published_and_runs_to_its_end() -> None:
    """Every step of people is seen. A walk may stand still only where the linter warns that a join starves as drawn."""
    for path in REFERENCE:
        bundle = bundle_of(import_bpmn(path.read_bytes(), key="visit", source=path.name))
        found = lint_bundle(bundle, {})
        assert [one for one in found if one.severity == "error"] == [], path.name
        walked = walk(compile_bundle(bundle), at=datetime(2026, 11, 23, 4, tzinfo=UTC))
        starves = any(one.code == "join_starves" for one in found)
        assert walked.missed == () and walked.ended > 0, path.name
        assert walked.problems == () or (starves and walked.problems == ("nothing_waits",)), path.name


@pytest.mark.skipif(not FILES, reason="MIWG_SUITE names no folder")
def test_every_export_of_every_tool_is_imported_with_a_report() -> None:
    counts = {"refused": 0, "left": 0, "fit": 0}
    for path in FILES:
        made = import_bpmn(path.read_bytes(), key="visit", source=path.name)
        errors = made.findings if not made.files else lint_bundle(bundle_of(made), {})
        errors = tuple(one for one in errors if one.severity == "error")
        assert all(one.message for one in errors)
        counts["refused" if not made.files else "left" if errors else "fit"] += 1
    assert counts["fit"] >= 0.8 * len(FILES) and counts["refused"] <= 0.02 * len(FILES), counts
