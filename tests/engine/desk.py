"""What the linter says, in short, for stories about it."""

from app.engine import lint
from tests.engine.drawing import bpmn, chain, end, start
from tests.engine.walk import sources


def codes(main: bytes, **kinds: str) -> dict[str, set[str]]:
    """Element → codes of the errors found there."""
    found: dict[str, set[str]] = {}
    for finding in lint(sources(main, **kinds)):
        if finding.severity == "error":
            assert finding.message and finding.remedy, "a finding says what and what instead"
            found.setdefault(finding.element, set()).add(finding.code)
    return found


def around(middle: str, id: str = "x") -> bytes:
    return bpmn(start(), middle, end(), chain("start", id, "end"), messages=("m",), errors=("e",))
