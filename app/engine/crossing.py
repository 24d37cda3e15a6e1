"""Which gates lie between where a case stands and where it is to be put by hand.

A gate is a node that nobody but its own person may pass: a statutory approval. Judged from the diagram of one scope
alone, in favour of the gate: what was already done at it is for the caller to read from history (engine rule 13).
"""

from collections.abc import Iterable

from app.engine.net import JOINING, Net


def gates_skipped(net: Net, gates: Iterable[str], leaving: Iterable[str], entering: str) -> tuple[str, ...]:
    """Gates that a token would get past by being taken from `leaving` and put at `entering`.

    A gate counts when a token waits at it, or when a way from there to here leads through it. It is not got past where
    `entering` cannot lie behind it, or where it still lies ahead of `entering` as it did before.
    """
    held = set(leaving)
    return tuple(
        gate
        for gate in sorted(gates)
        if gate != entering
        and (gate in held or any(_between(net, gate, one, entering) for one in held))
        and not _still_ahead(net, gate, entering)
    )


def before_gate(net: Net, gate: str, node: str) -> bool:
    """Whether a token at `node` may not have passed the gate yet, and may come to it."""
    return node == gate or (gate in net.reach([node], usual=True) and node in _without(net, gate))


def _between(net: Net, gate: str, leaving: str, entering: str) -> bool:
    return gate in net.reach([leaving], without=[entering]) and entering in net.reach([gate], without=[leaving])


def _still_ahead(net: Net, gate: str, entering: str) -> bool:
    return (
        entering not in net.reach([gate]) or before_gate(net, gate, entering) or _cannot_be_avoided(net, gate, entering)
    )


def _cannot_be_avoided(net: Net, gate: str, node: str) -> bool:
    """Whether every way on from `node` comes to the gate."""
    passed = net.reach([node], without=[gate], usual=True)
    return gate in passed and all(net.leaving.get(one) for one in passed - {gate})


def _without(net: Net, gate: str) -> frozenset[str]:
    """Nodes that can be come to from the start without passing the gate; a join only over all its flows."""
    known = set(net.starts) - {gate}
    while True:
        more = {one for one in net.nodes if one not in known and one != gate and _led_to(net, one, known)}
        if not more:
            return frozenset(known)
        known |= more


def _led_to(net: Net, node: str, known: set[str]) -> bool:
    arrivals = [flow.source in known for flow in net.arriving.get(node, ())]
    return bool(arrivals) and (all if net.nodes[node].kind in JOINING else any)(arrivals)
