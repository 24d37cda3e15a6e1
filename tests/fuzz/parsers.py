"""The parsers by name: how an input of each is made, and what reads it."""

import json
import traceback
from collections import Counter
from collections.abc import Callable
from functools import partial

import hypothesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import byte_edits, json_edits, xml_edits
from tests.fuzz.bounded import TookTooMuch, bounded
from tests.fuzz.grammar import EXPRESSIONS, SCOPES
from tests.fuzz.odd import JSON, SMALL
from tests.fuzz.readers import decided, evaluated, filled_in, imported, published
from tests.fuzz.seeds import diagrams, forms, tables

Input = Callable[[], str]
"""An input and who reads it; gives a word for what became of it."""


def _edited(trees: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    """With its tree edited, or its bytes as well."""
    return trees | trees | st.builds(byte_edits.edited, trees, byte_edits.EDITS)


def _xml(seeds: tuple[bytes, ...]) -> st.SearchStrategy[bytes]:
    words, one = xml_edits.Words(sorted(set(seeds))), st.sampled_from(seeds)
    return _edited(st.builds(xml_edits.edited, one, one, st.just(words), xml_edits.EDITS))


def _json() -> st.SearchStrategy[bytes]:
    one = st.sampled_from(forms())
    return _edited(
        st.builds(json_edits.edited, one, one, json_edits.EDITS).map(lambda value: json.dumps(value).encode())
    )


def _bpmn() -> st.SearchStrategy[Input]:
    return st.builds(partial, st.sampled_from((imported, published)), _xml(diagrams()))


def _dmn() -> st.SearchStrategy[Input]:
    return st.builds(partial, st.just(decided), _xml(tables()), SCOPES)


def _feel() -> st.SearchStrategy[Input]:
    return st.builds(partial, st.just(evaluated), EXPRESSIONS, SCOPES)


def _form() -> st.SearchStrategy[Input]:
    answers = st.lists(st.tuples(st.integers(0, 500), JSON), max_size=6)
    pairs = st.lists(st.tuples(st.integers(0, 500), SMALL), max_size=8)
    return st.builds(partial, st.just(filled_in), _json(), answers, pairs)


PARSERS: dict[str, Callable[[], st.SearchStrategy[Input]]] = {
    "bpmn": _bpmn, "dmn": _dmn, "feel": _feel, "form": _form,
}  # fmt: skip


def fuzz(parser: str, inputs: int, seed: int | None = None, faults: dict[str, str] | None = None) -> Counter[str]:
    """So many inputs, the same ones each time unless there is a seed; how many ended how.

    Raises whatever an input raised, with the smallest such input found; with `faults` it goes on, and notes there for
    each place that broke what came first to it."""
    found: Counter[str] = Counter()

    @settings(max_examples=inputs, derandomize=seed is None, database=None, deadline=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(PARSERS[parser]())
    def each(read: Input) -> None:
        try:
            with bounded():
                word = read()
        except (Exception, TookTooMuch) as fault:
            if faults is None:
                raise
            word = place(fault)
            faults.setdefault(word, f"{''.join(traceback.format_exception(fault, limit=-6))}{read!r}")
        found[word] += 1

    (each if seed is None else hypothesis.seed(seed)(each))()
    return found


def place(fault: BaseException) -> str:
    """The kind of a fault and the line of ours it came from."""
    frames = [one for one in traceback.extract_tb(fault.__traceback__) if "/app/" in one.filename]
    where = f"{frames[-1].filename.rpartition('/app/')[2]}:{frames[-1].lineno}" if frames else "tests"
    return f"{type(fault).__name__} at {where}"
