"""The board of the token game: scopes, and the tokens that rest in them."""

from collections import Counter
from dataclasses import dataclass, field

from tests.engine.token_drawing import Drawing, Flow, Node


@dataclass(eq=False)
class Token:
    """A token that rests in an activity, or an event that is being listened for (around a `host`, or by a scope, to
    begin what `begins` says). `number` is given when a round of moves has ended: what came and went within it never
    had a name."""

    scope: "Scope"
    node: Node
    host: "Token | None" = None
    number: int = 0
    inside: "Scope | None" = None
    left: list[str] = field(default_factory=list)
    """Items of a multi-instance that are open."""
    later: list[str] = field(default_factory=list)
    """Items of a sequential one that are not open yet."""
    rounds: int | None = None
    choice: list["Token"] = field(default_factory=list)
    """Of an event-based gateway: what it listens for, one of which will happen."""
    begins: Node | None = None


@dataclass(eq=False)
class Scope:
    drawing: Drawing
    owner: Token | None = None
    tokens: list[Token] = field(default_factory=list)
    listening: list[Token] = field(default_factory=list)
    """What begins the event sub-processes of this scope."""
    joins: Counter[str] = field(default_factory=Counter)
    """Tokens that wait on a flow into a parallel or inclusive gateway, by flow."""
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def depth(self) -> int:
        return 0 if self.owner is None else self.owner.scope.depth + 1

    @property
    def path(self) -> str:
        return f"{key(self.owner)}/" if self.owner else ""


def key(token: Token) -> str:
    return f"{token.scope.path}{token.node.id}#{token.number}"


def may_pass(scope: Scope, gateway: Node) -> bool:
    """Table 13.3: no token elsewhere has a way to an empty flow into the gateway, but for one that also has a way
    to a flow which holds a token."""
    held = {flow.id for flow in scope.drawing.into(gateway.id) if scope.joins[flow.id]}
    if not held:
        return False
    resting = [scope.drawing.out(token.node.id) for token in scope.tokens if _holds(token)]
    resting += [scope.drawing.out(one.node.id) for token in scope.tokens for one in token.choice]
    waiting = [[flow] for flow in scope.drawing.flows if scope.joins[flow.id] and flow.target != gateway.id]
    for flows in (*resting, *waiting):
        into = {one for flow in flows for one in _ways(scope.drawing, flow, gateway.id)}
        if into - held and not into & held:
            return False
    return True


def _holds(token: Token) -> bool:
    """An event that is listened for around an activity holds no token."""
    return token.host is None


def _ways(drawing: Drawing, flow: Flow, gateway: str) -> set[str]:
    """Flows into the gateway that a token on `flow` can come in by, not passing the gateway before."""
    seen, todo = set(), [flow]
    while todo:
        one = todo.pop()
        if one.id not in seen:
            seen.add(one.id)
            if one.target != gateway:
                todo += drawing.out(one.target)
    return {one.id for one in drawing.into(gateway)} & seen


def default_of(scope: Scope, node: Node) -> Flow:
    return next(flow for flow in scope.drawing.flows if flow.id == node.default)
