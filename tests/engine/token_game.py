"""A second reading of BPMN 2.0 chapter 13, as a game of tokens: the referee of the engine.

It shares no code with the engine, knows no SpiffWorkflow, keeps no tree and no bytes. It plays what the linter lets in;
of expressions it knows `c > 5`, of facts the number `c`. Times and rules of timers are not its business.
"""

import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

MODEL = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ACTIVITIES = {"userTask", "manualTask", "task", "receiveTask", "intermediateCatchEvent", "subProcess", "callActivity"}
COMPARISON = re.compile(r"c > (\d+)")
SCRIPT = re.compile(r"\{c: (\d+)\}")


@dataclass
class Flow:
    id: str
    source: str
    target: str
    condition: str | None


@dataclass
class Node:
    """One drawn element. `event` is timer, message, error, terminate or nothing."""

    id: str
    kind: str
    default: str | None
    host: str | None
    interrupting: bool
    event: str | None
    code: str | None
    rounds: int | None
    called: str | None
    items: bool
    sequential: bool
    until: str | None
    script: int | None


@dataclass
class Drawing:
    """One process or sub-process."""

    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
    inner: dict[str, "Drawing"] = field(default_factory=dict)

    def out(self, node: str) -> list[Flow]:
        return [flow for flow in self.flows if flow.source == node]

    def into(self, node: str) -> list[Flow]:
        return [flow for flow in self.flows if flow.target == node]

    def attached(self, host: str) -> list[Node]:
        return [node for node in self.nodes.values() if node.host == host and node.event != "error"]

    def first(self) -> Node:
        return next(node for node in self.nodes.values() if node.kind == "startEvent")


@dataclass(eq=False)
class Token:
    """A token that rests in an activity, or an event that is being listened for. `number` is given when a round of
    moves has ended: what came and went within it never had a name."""

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


@dataclass(eq=False)
class Scope:
    drawing: Drawing
    owner: Token | None = None
    tokens: list[Token] = field(default_factory=list)
    joins: Counter[str] = field(default_factory=Counter)
    """Tokens that wait on a flow into a parallel or inclusive gateway, by flow."""
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def path(self) -> str:
        return f"{key(self.owner)}/" if self.owner else ""


def key(token: Token) -> str:
    return f"{token.scope.path}{token.node.id}#{token.number}"


class TokenGame:
    def __init__(self, main: bytes, called: tuple[bytes, ...] = (), items: tuple[str, ...] = ()) -> None:
        drawn = [ET.fromstring(xml).find(f"{MODEL}process") for xml in (main, *called)]
        self.processes = {process.get("id"): _drawing(process) for process in drawn if process is not None}
        self.items = items
        self.c = 0
        self.ended: str | None = None
        self.moving: list[tuple[Scope, Flow]] = []
        self.root = Scope(next(iter(self.processes.values())))
        self.last_end = ""

    # What a case shows

    @property
    def open(self) -> list[str]:
        found = []
        for token in self._all():
            if token.left:
                found += [f"{key(token)}[{item}]" for item in token.left]
            elif token.inside is None and not token.choice:
                found.append(key(token))
        return sorted(found)

    def _all(self) -> Iterator[Token]:
        yield from self._within(self.root)

    def _within(self, scope: Scope) -> Iterator[Token]:
        for token in scope.tokens:
            yield token
            yield from token.choice
            if token.inside is not None:
                yield from self._within(token.inside)

    def _named(self, name: str) -> Token:
        return next(token for token in self._all() if token.inside is None and key(token) == name)

    # What happens to it

    def start(self, c: int) -> None:
        self.c = c
        self._enter(self.root)
        self._play()

    def complete(self, name: str, c: int | None = None) -> None:
        plain, _, item = name.partition("[")
        token = self._named(plain)
        self.c = self.c if c is None else c
        if item:
            self._one_less(token, item.rstrip("]"))
        else:
            self._leave(token)
        self._play()

    def happen(self, name: str, missed: int = 0) -> None:
        """A message or a timer."""
        token = self._named(name)
        if token.host is None:
            self._leave(token)
        elif token.host.choice:
            self._leave(token.host, node=token.node)
        elif token.node.interrupting:
            self._gone(token.host)
            self._send(token.scope, token.node)
        else:
            self._send(token.scope, token.node)
            if token.rounds is not None:
                token.rounds -= 1 + missed
                if token.rounds <= 0:
                    token.scope.tokens.remove(token)
        self._play()

    # Moves

    def _play(self) -> None:
        """Until nobody can move: tokens first, then scopes that have run out, then one inclusive gateway."""
        while self.moving or self._close_one() or self._join_one():
            if self.moving:
                scope, flow = self.moving.pop(0)
                if self._lives(scope):
                    self._arrive(scope, flow)
        for token in self._all():
            if not token.number:
                token.scope.counts[token.node.id] += 1
                token.number = token.scope.counts[token.node.id]

    def _lives(self, scope: Scope) -> bool:
        return scope in self._scopes(self.root)

    def _arrive(self, scope: Scope, flow: Flow) -> None:
        node = scope.drawing.nodes[flow.target]
        if node.kind in ACTIVITIES:
            self._rest(scope, node)
        elif node.kind == "eventBasedGateway":
            gateway = Token(scope, node)
            gateway.choice = [
                Token(scope, scope.drawing.nodes[out.target], host=gateway) for out in scope.drawing.out(node.id)
            ]
            scope.tokens.append(gateway)
        elif node.kind == "exclusiveGateway":
            taken = [out for out in scope.drawing.out(node.id) if out.id != node.default and self._true(out)]
            self.moving.append((scope, taken[0] if taken else _default(scope, node)))
        elif node.kind in ("parallelGateway", "inclusiveGateway"):
            scope.joins[flow.id] += 1
            if node.kind == "parallelGateway" and all(scope.joins[one.id] for one in scope.drawing.into(node.id)):
                self._through(scope, node)
        elif node.kind == "endEvent":
            self._end(scope, node)
        else:
            if node.script is not None:
                self.c = node.script
            self._send(scope, node)

    def _rest(self, scope: Scope, node: Node) -> None:
        token = Token(scope, node)
        if node.items:
            token.left, token.later = list(self.items), []
            if node.sequential:
                token.left, token.later = token.left[:1], token.left[1:]
            if not token.left:
                return self._send(scope, node)
        scope.tokens.append(token)
        for event in scope.drawing.attached(node.id):
            scope.tokens.append(Token(scope, event, host=token, rounds=event.rounds))
        if node.kind in ("subProcess", "callActivity"):
            inner = self.processes[node.called] if node.called else scope.drawing.inner[node.id]
            token.inside = Scope(inner, owner=token)
            self._enter(token.inside)
        return None

    def _enter(self, scope: Scope) -> None:
        self._send(scope, scope.drawing.first())

    def _send(self, scope: Scope, node: Node) -> None:
        """A token on each flow out; out of an inclusive gateway, where the condition is true."""
        flows = scope.drawing.out(node.id)
        if node.kind == "inclusiveGateway":
            flows = [flow for flow in flows if flow.id != node.default and self._true(flow)] or [_default(scope, node)]
        self.moving += [(scope, flow) for flow in flows]

    def _true(self, flow: Flow) -> bool:
        if flow.condition is None:
            return True
        found = COMPARISON.fullmatch(flow.condition)
        assert found, flow.condition
        return self.c > int(found[1])

    def _leave(self, token: Token, node: Node | None = None) -> None:
        self._gone(token)
        self._send(token.scope, node or token.node)

    def _gone(self, token: Token) -> None:
        """With all that is inside, and the events that were listened for around it."""
        token.inside = None
        token.scope.tokens = [each for each in token.scope.tokens if each is not token and each.host is not token]

    def _one_less(self, token: Token, item: str) -> None:
        token.left.remove(item)
        until = token.node.until
        if until and self._true(Flow("", "", "", until)):
            return self._leave(token)
        if not token.left and token.later:
            token.left = [token.later.pop(0)]
        if not token.left:
            self._leave(token)
        return None

    def _end(self, scope: Scope, node: Node) -> None:
        if node.event == "terminate":
            scope.tokens, scope.joins = [], Counter()
            self.moving = [(other, flow) for other, flow in self.moving if other is not scope]
        elif node.event == "error":
            self._throw(scope, node.code)
            return
        if scope.owner is None and not scope.tokens:
            self.last_end = node.id

    def _throw(self, scope: Scope, code: str | None) -> None:
        """The nearest scope with a boundary for this error is left through it (§10.5.6)."""
        owner = scope.owner
        while owner is not None:
            around = owner.scope
            for event in around.drawing.nodes.values():
                if event.host == owner.node.id and event.event == "error" and event.code == code:
                    self._gone(owner)
                    self._send(around, event)
                    return
            owner = around.owner
        raise AssertionError(f"nobody catches {code}")

    def _through(self, scope: Scope, gateway: Node) -> None:
        for flow in scope.drawing.into(gateway.id):
            if scope.joins[flow.id]:
                scope.joins[flow.id] -= 1
        self._send(scope, gateway)

    def _close_one(self) -> bool:
        for scope in self._scopes(self.root):
            if not scope.tokens and not +scope.joins:
                if scope.owner is not None:
                    self._leave(scope.owner)
                elif self.ended is None:
                    self.ended = self.last_end
                else:
                    continue
                return True
        return False

    def _scopes(self, scope: Scope) -> Iterator[Scope]:
        for token in scope.tokens:
            if token.inside is not None:
                yield from self._scopes(token.inside)
        yield scope

    def _join_one(self) -> bool:
        for scope in self._scopes(self.root):
            for node in scope.drawing.nodes.values():
                if node.kind == "inclusiveGateway" and self._complete(scope, node):
                    self._through(scope, node)
                    return True
        return False

    def _complete(self, scope: Scope, gateway: Node) -> bool:
        """Table 13.3: no token elsewhere has a way to an empty flow into the gateway, but for one that also has a way
        to a flow which holds a token."""
        held = {flow.id for flow in scope.drawing.into(gateway.id) if scope.joins[flow.id]}
        if not held:
            return False
        resting = [out for token in scope.tokens for out in scope.drawing.out(token.node.id) if _holds(token)]
        resting += [out for token in scope.tokens for one in token.choice for out in scope.drawing.out(one.node.id)]
        waiting = [flow for flow in scope.drawing.flows if scope.joins[flow.id] and flow.target != gateway.id]
        for flow in (*resting, *waiting):
            into = _ways(scope.drawing, flow, gateway.id)
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


def _default(scope: Scope, node: Node) -> Flow:
    return next(flow for flow in scope.drawing.flows if flow.id == node.default)


def _drawing(process: ET.Element) -> Drawing:
    drawing = Drawing()
    for element in process:
        kind, id = element.tag.removeprefix(MODEL), element.get("id", "")
        if kind == "sequenceFlow":
            condition = element.findtext(f"{MODEL}conditionExpression")
            drawing.flows.append(Flow(id, element.get("sourceRef", ""), element.get("targetRef", ""), condition))
        elif id:
            drawing.nodes[id] = _node(element, kind, id)
            if kind == "subProcess":
                drawing.inner[id] = _drawing(element)
    return drawing


def _node(element: ET.Element, kind: str, id: str) -> Node:
    event = next((child for child in element if child.tag.endswith("EventDefinition")), None)
    loop = element.find(f"{MODEL}multiInstanceLoopCharacteristics")
    script = SCRIPT.fullmatch(element.findtext(f"{MODEL}script") or "")
    cycle = re.search(r"R(\d+)/", "" if event is None else event.findtext(f"{MODEL}timeCycle") or "")
    once = event is not None and event.tag.endswith("timerEventDefinition") and not event.findtext(f"{MODEL}timeCycle")
    return Node(
        id=id,
        kind=kind,
        default=element.get("default"),
        host=element.get("attachedToRef"),
        interrupting=element.get("cancelActivity") != "false",
        event=None if event is None else event.tag.removeprefix(MODEL).removesuffix("EventDefinition"),
        code=None if event is None else event.get("errorRef"),
        rounds=int(cycle[1]) if cycle else 1 if once else None,
        called=element.get("calledElement"),
        items=loop is not None,
        sequential=loop is not None and loop.get("isSequential") == "true",
        until=None if loop is None else loop.findtext(f"{MODEL}completionCondition"),
        script=int(script[1]) if script else None,
    )
