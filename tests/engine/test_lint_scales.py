"""A large drawing costs the linter in proportion: counted in calls, which no busy machine changes."""

import random
import sys
from collections.abc import Callable
from types import FrameType

import pytest

from app.engine import Sources, lint, safe_xml
from app.engine.reach import join_inputs, reachable, successors
from app.engine.read_diagram import read
from tests.engine.author import draw
from tests.engine.drawing import bpmn, chain, end, flow, node, parallel, start, users


def ladder(kind: str, size: int) -> bytes:
    """Gateways in a row, each leading to the four behind it."""
    names = [f"g{n}" for n in range(size)]
    ways = "".join(flow(a, b) for n, a in enumerate(names) for b in names[n + 1 : n + 5])
    return bpmn(
        start(), end(), *(node(kind, name) for name in names), ways, chain("start", "g0"), chain(names[-1], "end")
    )


def fork(size: int) -> bytes:
    names = [f"t{n}" for n in range(size)]
    ways = "".join(flow("fork", name) + flow(name, "join") for name in names)
    return bpmn(
        start(), parallel("fork", "join"), users(*names), end(), ways, chain("start", "fork"), chain("join", "end")
    )


def calls(xml: bytes) -> int:
    """Python calls that linting makes."""
    made = 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal made
        made += event == "call"

    sys.setprofile(count)
    try:
        lint(Sources(main=xml))
    finally:
        sys.setprofile(None)
    return made


@pytest.mark.parametrize(
    "drawn",
    [lambda n: ladder("inclusiveGateway", n), lambda n: ladder("parallelGateway", n), lambda n: ladder("task", n)],
)
def test_twice_the_gateways_are_not_four_times_the_work(drawn: Callable[[int], bytes]) -> None:
    assert calls(drawn(80)) < 3 * calls(drawn(40))


def test_a_fork_into_hundreds_is_given_up_in_time() -> None:
    """Its joins are not judged; nothing else is kept back."""
    assert lint(Sources(main=fork(40))) == lint(Sources(main=fork(400))) == ()
    assert calls(fork(400)) < 40 * calls(fork(40))


def test_what_can_come_into_a_join_is_what_walks_on_from_each_node_say() -> None:
    for seed in range(60):
        for scope in read([safe_xml.parse(draw(random.Random(seed), 3)[0])]).scopes.values():
            graph = successors(scope)
            for join in scope.nodes:
                inputs = {flow.source for flow in scope.incoming(join)}
                walks = {
                    one: inputs & (reachable(graph, one, without=join) | {one}) for one in scope.nodes if one != join
                }
                assert join_inputs(scope, join) == walks
