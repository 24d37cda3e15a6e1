"""Diagrams that nobody drew on purpose: the linter refuses them, or they run as the standard says."""

import random

import pytest

from app.engine import Definition, DefinitionRefused, EngineRefused, compile_definition
from tests.engine.author import draw
from tests.engine.redraw import redraw
from tests.engine.token_game import TokenGame
from tests.engine.walk import Walk, sources

ITEMS = ("a", "b", "c")
STUCK = {"nothing_waits", "no_flow_taken", "too_many_steps"}
"""What the engine refuses to do, to be looked at by a person: the case stays where it was."""


@pytest.mark.sizes("diagrams", [150], long=[10_000])
def test_what_the_linter_lets_in_is_played_as_the_standard_says(diagrams: int) -> None:
    walked = 0
    for seed in range(diagrams):
        chance = random.Random(seed)
        main, called = draw(chance, chance.choice([2, 3]))
        main = redraw(main, chance)
        try:
            definition = compile_definition(sources(main, called, c="number", list="codes"))
        except DefinitionRefused:
            continue
        walked += 1
        try:
            play(definition, TokenGame(main, called, ITEMS), chance)
        except EngineRefused as refused:
            assert refused.code in STUCK, main.decode()
    assert walked > diagrams / 10, "enough of them are let in"


def play(definition: Definition, referee: TokenGame, chance: random.Random) -> None:
    walk = Walk(definition).start(c=0, list=list(ITEMS))
    referee.start(0)
    for _ in range(20):
        assert (walk.open, walk.last.ended) == (referee.open, referee.ended)
        assert sorted(walk.last.trace.flows) == sorted(referee.passed)
        if walk.last.ended is not None:
            return
        key, c = chance.choice(walk.open), chance.randint(0, 9)
        node = definition.nodes[key.rpartition("/")[2].partition("#")[0]]
        if node.event is not None or node.kind == "receiveTask":
            walk.event("timer_due" if node.event == "timer" else "message", key)
            referee.happen(key)
        elif "[" in key:
            walk.event("completed", key)
            referee.complete(key)
        else:
            walk.complete(key, c=c)
            referee.complete(key, c)
