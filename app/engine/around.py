"""What stands around each node of a scope: flows out of it, flows into it, events on its border."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from app.engine.definition import Flow


class Around:
    """Sorted once for a scope of this size: the linter asks of every node, and a stranger may draw thousands."""

    def __init__(self, nodes: Iterable[Any], flows: Iterable[Flow], size: tuple[int, int, int]) -> None:
        self.size = size
        self.leaving: defaultdict[str, list[Flow]] = defaultdict(list)
        self.arriving: defaultdict[str, list[Flow]] = defaultdict(list)
        self.hosted: defaultdict[str | None, list[Any]] = defaultdict(list)
        for flow in flows:
            self.leaving[flow.source].append(flow)
            self.arriving[flow.target].append(flow)
        for drawn in nodes:
            self.hosted[drawn.node.attached_to].append(drawn)
