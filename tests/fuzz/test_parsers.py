"""Whatever is handed in, the parsers of BPMN, DMN, FEEL and forms take it or refuse it in our own words."""

import pytest

from tests.fuzz.parsers import PARSERS, fuzz

TAKEN = 0.1
"""Of the inputs for forms: a form that is let in, with answers that it takes."""


@pytest.mark.sizes("inputs", [150], long=[5000])
@pytest.mark.parametrize("parser", sorted(PARSERS))
def test_every_input_is_taken_or_refused(parser: str, inputs: int) -> None:
    found = fuzz(parser, inputs)
    assert found["refused"] and len(found) > 1, found
    assert parser != "form" or found["taken"] >= inputs * TAKEN, found
