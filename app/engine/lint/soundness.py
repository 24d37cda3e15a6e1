"""Whether a case can get stuck at a join: all markings of a scope are played through, data aside.

A token lies on a sequence flow; a marking is how many lie where (BPMN 2.0 §10.6, as a workflow net)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from app.engine.definition import Sources
from app.engine.diagram import Diagram, Scope
from app.engine.lint.structure import about
from app.engine.model import Finding
from app.engine.reach import join_inputs

Marking = frozenset[tuple[str, int]]
MARKINGS_LIMIT = 3000
"""A diagram with more is not judged."""
WORK_LIMIT = 150_000
"""Nor is one whose markings are so many tokens in all, those met again among them: a file may fork into hundreds."""
TOKENS_LIMIT = 3
"""Tokens on one flow; a loop that breeds tokens is not followed further."""
SPLIT_LIMIT = 5
"""Flows of an inclusive gateway whose combinations are all tried; beyond, singles and all together."""


def stuck_joins(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    for scope in diagram.scopes.values():
        game = _Game(scope)
        for join in sorted(game.stuck()):
            yield about(
                scope, join, "join_starves", "有的走法到不齐这个汇合网关的入口，案件会停在这里。",
                "请用与分开时同类的网关汇合：排他对排他，并行对并行，包容对包容。", "warning",
            )  # fmt: skip
        for node in sorted(game.doubled):
            yield about(
                scope, node, "done_twice", "同时进行的两条分支都通到这里而没有汇合，这一步会做两遍。",
                "请在前面加一个并行或包容网关汇合。", "warning",
            )  # fmt: skip


@dataclass
class _Game:
    scope: Scope

    def __post_init__(self) -> None:
        nodes = self.scope.nodes
        self.ways = self.scope.ways
        self.out = {node: [flow.id for flow in self.scope.outgoing(node)] for node in nodes}
        self.into = {node: [flow.id for flow in self.scope.incoming(node)] for node in nodes}
        self.doubled: set[str] = set()
        """Nodes at which two tokens arrive on different flows without a join, as far as `stuck` has looked."""
        joins = [node for node, drawn in nodes.items() if drawn.kind == "inclusiveGateway"]
        self.reach = {join: join_inputs(self.scope, join) for join in joins}
        self.gives = {node: [Counter(way) for way in self.given(node)] for node in nodes}

    def stuck(self) -> set[str]:
        """Joins at which some marking ends."""
        starts = [node for node, drawn in self.scope.nodes.items() if drawn.kind == "startEvent"]
        first: Marking = frozenset((flow, 1) for start in starts for flow in self.out[start])
        seen, todo, found, work = {first}, [first], set(), 0
        while todo:
            marking = todo.pop()
            self.doubled |= self.meeting(marking)
            following = list(self.after(dict(marking)))
            work += sum(map(len, following))
            if not following and marking:
                found |= {self.ways[flow].target for flow, _ in marking}
            for after in following:
                if after not in seen and all(count <= TOKENS_LIMIT for _, count in after):
                    seen.add(after)
                    todo.append(after)
            if len(seen) > MARKINGS_LIMIT or work > WORK_LIMIT:
                self.doubled.clear()
                return set()
        return found

    def meeting(self, marking: Marking) -> set[str]:
        targets = Counter(self.ways[flow].target for flow, _ in marking)
        joins = ("parallelGateway", "inclusiveGateway", "endEvent")
        return {node for node, count in targets.items() if count > 1 and self.scope.nodes[node].kind not in joins}

    def after(self, tokens: dict[str, int]) -> Iterator[Marking]:
        for node in sorted({self.ways[flow].target for flow in tokens}):
            drawn = self.scope.nodes[node]
            if drawn.node.event in ("terminate", "error") and drawn.kind == "endEvent":
                yield frozenset()
                continue
            for taken in self.taken(node, tokens):
                left = {flow: count - (flow in taken) for flow, count in tokens.items() if count > (flow in taken)}
                for given in self.gives[node]:
                    more = {flow: left.get(flow, 0) + count for flow, count in given.items()}
                    yield frozenset((left | more).items())

    def taken(self, node: str, tokens: dict[str, int]) -> list[list[str]]:
        """Which tokens the node may consume together."""
        held = [flow for flow in self.into[node] if flow in tokens]
        kind = self.scope.nodes[node].kind
        if kind == "parallelGateway":
            return [held] if len(held) == len(self.into[node]) else []
        if kind == "inclusiveGateway":
            return [held] if held and not self.more_to_come(node, held, tokens) else []
        return [[flow] for flow in held]

    def more_to_come(self, join: str, held: list[str], tokens: dict[str, int]) -> bool:
        full = {self.ways[flow].source for flow in held}
        for flow in tokens:
            target = self.ways[flow].target
            inputs = self.reach[join].get(target, frozenset()) if target != join else frozenset()
            if inputs - full and not inputs & full:
                return True
        return False

    def given(self, node: str) -> list[list[str]]:
        """Which flows get a token, in every way the node may leave."""
        drawn, flows = self.scope.nodes[node], self.out[node]
        if drawn.kind in ("exclusiveGateway", "eventBasedGateway"):
            return [[flow] for flow in flows]
        chooses = drawn.kind == "inclusiveGateway" or any(self.ways[flow].condition for flow in flows)
        ways = self.subsets(flows) if chooses else [flows]
        for event in self.scope.boundary(node):
            beside = self.out[event.id]
            ways = [*ways, beside] if event.node.interrupting else [*ways, *([*way, *beside] for way in ways)]
        return ways

    def subsets(self, flows: list[str]) -> list[list[str]]:
        """Of an activity, with every flow that carries no condition."""
        if len(flows) < 2:
            return [flows]
        default = [flow for flow in flows if self.ways[flow].default]
        always = [flow for flow in flows if self.ways[flow].condition is None and flow not in default]
        others = [flow for flow in flows if flow not in default + always]
        sizes = range(0 if always else 1, len(others) + 1) if len(others) <= SPLIT_LIMIT else (1, len(others))
        ways = [[*always, *chosen] for size in sizes for chosen in combinations(others, size)]
        return [*ways, default] if default else ways
