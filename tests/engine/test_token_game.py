"""Random diagrams, random events: the engine is held against a token game written from the standard alone."""

import random
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, note, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.engine import Definition, compile_definition
from app.engine.hot import hot_cases
from tests.engine.author import draw
from tests.engine.token_game import TokenGame
from tests.engine.walk import Walk, sources
from tests.reexecute import reexecute

ITEMS = ("a", "b", "c")
SEED = st.integers(0, 2**64 - 1)
"""Of a `random.Random`: one draw where each choice would be one. What fails is told as its seeds, and diagram."""


class Played(RuleBasedStateMachine):
    """One case, walked four times at once: kept live, saved after each step, never compacted, and by the referee.

    Then another one, of the same diagram or a new one. `walks` holds what each of them was: diagram and events.
    """

    walks: ClassVar[set[tuple[str, ...]]] = set()

    @initialize(number=SEED, c=st.integers(0, 9))
    def first(self, number: int, c: int) -> None:
        self._begin(random.Random(number), c)

    @precondition(lambda self: self.live.last.ended is not None)
    @rule(number=SEED, c=st.integers(0, 9))
    def another(self, number: int, c: int) -> None:
        self._again()
        self._begin(random.Random(number), c)

    @precondition(lambda self: self.live.last.ended is not None)
    @rule(c=st.integers(0, 9))
    def the_same_once_more(self, c: int) -> None:
        self._again()
        self._start(self.live.definition, c)

    def _begin(self, chance: random.Random, c: int) -> None:
        main, called = draw(chance, chance.choice([2, 3, 4]))
        note(b"\n".join((main, *called)).decode())
        self.drawn = main, called
        self._start(compile_definition(sources(main, called, c="number", list="codes")), c)

    def _start(self, definition: Definition, c: int) -> None:
        self.live, self.saved, self.whole = Walk(definition), Walk(definition), Walk(definition)
        self.referee = TokenGame(*self.drawn, ITEMS)
        self.done: set[str] = set()
        self._do("started", facts={"c": c, "list": list(ITEMS)})
        self.referee.start(c)

    def _do(self, kind: str, target: str | None = None, **more: object) -> None:
        self.live.event(kind, target, **more)
        hot_cases.clear()
        self.saved.event(kind, target, **more)
        with never_compacted():
            self.whole.event(kind, target, **more)
        hot_cases.clear()

    @precondition(lambda self: self.live.last.ended is None)
    @rule(number=SEED, c=st.integers(0, 9))
    def act(self, number: int, c: int) -> None:
        """Somebody does one of the things that can be done now."""
        chance = random.Random(number)
        key = chance.choice(self.live.open)
        node = self.live.definition.nodes[key.rpartition("/")[2].partition("#")[0]]
        if node.event == "timer":
            missed = chance.choice([0, 0, 0, 1])
            self._do("timer_due", key, missed=missed)
            self.referee.happen(key, missed)
        elif node.event == "message":
            self._do("message", key)
            self.referee.happen(key)
        elif "[" in key:
            self._do("completed", key)
            self.referee.complete(key)
            self.done.add(key)
        else:
            self._do("completed", key, facts={"c": c})
            self.referee.complete(key, c)
            self.done.add(key)

    @invariant()
    def what_is_open_is_what_the_standard_says(self) -> None:
        for walk in (self.live, self.saved, self.whole):
            assert walk.last.ended == self.referee.ended
            assert walk.open == self.referee.open

    @invariant()
    def flows_are_taken_as_the_standard_says(self) -> None:
        assert sorted(self.live.last.trace.flows) == sorted(self.referee.passed)

    @invariant()
    def saving_and_compacting_change_nothing(self) -> None:
        assert self.live.last == self.saved.last
        assert self.whole.last.marking_digest == self.live.last.marking_digest
        assert self.whole.last.trace == self.live.last.trace

    @invariant()
    def nothing_done_is_open_again(self) -> None:
        assert not self.done & set(self.live.open)

    def teardown(self) -> None:
        if hasattr(self, "live"):
            self._again()

    def _again(self) -> None:
        """The recorded events alone lead to the same outcomes."""
        digests = [outcome.marking_digest for outcome in self.live.outcomes]
        assert reexecute(self.live.definition, self.live.events, digests) == self.live.outcomes
        self.walks.add((self.live.definition.digest, *map(repr, self.live.events)))


@contextmanager
def never_compacted() -> Iterator[None]:
    """The same engine without what keeps its tree small."""
    module = sys.modules["app.engine.advance"]
    compact = module.compact  # type: ignore[attr-defined]
    module.compact = lambda tree: None  # type: ignore[attr-defined]
    try:
        yield
    finally:
        module.compact = compact  # type: ignore[attr-defined]


BATCH = 10
"""Draws at a time: from then on hypothesis would mostly repeat parts of earlier ones, and a walk made twice holds nothing."""


@pytest.mark.sizes("walks", [500], long=[5000])
def test_random_walks_are_played_as_the_standard_says(walks: int) -> None:
    """So many different ones."""
    Played.walks.clear()
    while len(Played.walks) < walks:
        before = len(Played.walks)
        run_state_machine_as_test(
            seed(secrets.randbits(64))(Played),
            settings=settings(
                max_examples=BATCH,
                stateful_step_count=30,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                phases=[Phase.generate],
            ),
        )
        assert len(Played.walks) > before
