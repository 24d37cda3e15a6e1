"""A second reading of BPMN 2.0 chapter 13, as a game of tokens: the referee of the engine.

It shares no code with the engine, knows no SpiffWorkflow, keeps no tree and no bytes. It plays what the linter lets in;
of expressions it knows `c > 5`, of facts the number `c`. Times and rules of timers are not its business.
"""

import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator

from tests.engine.token_board import Scope, Token, default_of, key, may_pass
from tests.engine.token_drawing import MODEL, Flow, Node, read_drawing

TASKS = {"userTask", "manualTask", "task", "receiveTask", "serviceTask", "subProcess", "callActivity"}
ACTIVITIES = TASKS | {"intermediateCatchEvent"}
CHOOSING = TASKS | {"scriptTask", "businessRuleTask", "sendTask"}
"""Behind these a flow may carry a condition."""
INSIDE = {"signal", "escalation"}
"""Thrown and caught inside one case: nobody outside sees them."""
THROWS = {"intermediateThrowEvent", "endEvent"}
COMPARISON = re.compile(r"c > (\d+)")


class TokenGame:
    def __init__(self, main: bytes, called: tuple[bytes, ...] = (), items: tuple[str, ...] = ()) -> None:
        drawn = [ET.fromstring(xml).find(f"{MODEL}process") for xml in (main, *called)]
        self.processes = {process.get("id"): read_drawing(process) for process in drawn if process is not None}
        self.items = items
        self.c = 0
        self.ended: str | None = None
        self.moving: list[tuple[Scope, Flow]] = []
        self.root = Scope(next(iter(self.processes.values())))
        self.passed: list[str] = []
        """Flows that tokens moved along since the last thing that happened."""
        self.last_end = ""

    # What a case shows

    @property
    def open(self) -> list[str]:
        found = []
        for token in self._all():
            if token.left:
                found += [f"{key(token)}[{item}]" for item in token.left]
            elif token.inside is None and not token.choice and token.node.event not in {*INSIDE, "error"}:
                found.append(key(token))
        return sorted(found)

    def _all(self) -> Iterator[Token]:
        yield from self._within(self.root)

    def _within(self, scope: Scope) -> Iterator[Token]:
        yield from scope.listening
        for token in scope.tokens:
            yield token
            yield from token.choice
            if token.inside is not None:
                yield from self._within(token.inside)

    def _named(self, name: str) -> Token:
        return next(token for token in self._all() if token.inside is None and key(token) == name)

    # What happens to it

    def start(self, c: int) -> None:
        self.passed, self.c = [], c
        self._enter(self.root)
        self._play()

    def complete(self, name: str, c: int | None = None) -> None:
        plain, _, item = name.partition("[")
        token, self.passed = self._named(plain), []
        self.c = self.c if c is None else c
        if item:
            self._one_less(token, item.rstrip("]"))
        else:
            self._leave(token)
        self._play()

    def happen(self, name: str, missed: int = 0) -> None:
        """A message or a timer."""
        self.passed = []
        self._happen(self._named(name), missed)
        self._play()

    def _happen(self, token: Token, missed: int = 0) -> None:
        if token.begins is not None:
            self._begin(token, missed)
        elif token.host is None:
            self._leave(token)
        elif token.host.choice:
            self._leave(token.host, node=token.node)
        elif token.node.interrupting:
            self._gone(token.host)
            self._send(token.scope, token.node)
        else:
            self._send(token.scope, token.node)
            if self._used_up(token, missed):
                token.scope.tokens.remove(token)

    def _begin(self, token: Token, missed: int) -> None:
        """An event sub-process: in place of all else in the scope, or beside it."""
        scope = token.scope
        if token.node.interrupting:
            self._empty(scope)
        elif self._used_up(token, missed):
            scope.listening.remove(token)
        assert token.begins is not None
        self._rest(scope, token.begins)

    def _used_up(self, token: Token, missed: int) -> bool:
        if token.rounds is None:
            return False
        token.rounds -= 1 + missed
        return token.rounds <= 0

    def _empty(self, scope: Scope) -> None:
        scope.tokens, scope.listening, scope.joins = [], [], Counter()
        self.moving = [(other, flow) for other, flow in self.moving if other is not scope]

    # Moves

    def _play(self) -> None:
        """Until nobody can move: tokens first, then scopes that have run out, then one inclusive gateway, then what
        throws a signal or an escalation."""
        while self.moving or self._close_one() or self._join_one() or self._throw_all():
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
            self.passed += [out.id for out in scope.drawing.out(node.id)]
        elif node.kind == "exclusiveGateway":
            taken = [out for out in scope.drawing.out(node.id) if out.id != node.default and self._true(out)]
            self._move(scope, taken[:1] or [default_of(scope, node)])
        elif node.kind in ("parallelGateway", "inclusiveGateway"):
            scope.joins[flow.id] += 1
            if node.kind == "parallelGateway" and all(scope.joins[one.id] for one in scope.drawing.into(node.id)):
                self._through(scope, node)
        elif node.event in ("signal", "escalation"):
            scope.tokens.append(Token(scope, node))
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
        for handler in scope.drawing.handlers():
            start = scope.drawing.inner[handler.id].first()
            scope.listening.append(Token(scope, start, rounds=start.rounds, begins=handler))
        self._send(scope, scope.drawing.first())

    def _send(self, scope: Scope, node: Node) -> None:
        """A token on each flow out. Where conditions are asked: on those without one and those where it is true, on
        the default where there is no other (§8.4.13)."""
        flows = scope.drawing.out(node.id)
        if node.kind == "inclusiveGateway" or (node.kind in CHOOSING and len(flows) > 1):
            flows = [flow for flow in flows if flow.id != node.default and self._true(flow)] or [
                default_of(scope, node)
            ]
        self._move(scope, flows)

    def _move(self, scope: Scope, flows: list[Flow]) -> None:
        self.passed += [flow.id for flow in flows]
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
            self._empty(scope)
        elif node.event == "error":
            self._throw(scope, node.code)
            return
        while scope.owner is not None and scope.owner.node.handler:
            scope = scope.owner.scope
        if scope.owner is None:
            self.last_end = node.id

    def _throw(self, scope: Scope, code: str | None) -> None:
        """The nearest that catches this error: an event sub-process of the scope, an event on its border, and so on
        outwards (§10.5.6)."""
        while True:
            for token in scope.listening:
                if token.node.event == "error" and token.node.code in (None, code):
                    return self._begin(token, 0)
            owner = scope.owner
            assert owner is not None, f"nobody catches {code}"
            scope = owner.scope
            for event in scope.drawing.nodes.values():
                if event.host == owner.node.id and event.event == "error" and event.code in (None, code):
                    self._gone(owner)
                    return self._send(scope, event)

    def _throw_all(self) -> bool:
        """Signals reach all who listen for them in the case, escalations the nearest. All at once, the outer before
        the inner: what is interrupted hears nothing any more."""
        throwing = [token for token in self._all() if token.node.event in INSIDE and token.node.kind in THROWS]
        heard = [other for token in throwing for other in self._hearing(token)]
        for token in sorted(heard, key=lambda one: (one.scope.depth, one.begins is None)):
            if self._still(token):
                self._happen(token)
        for token in filter(self._still, throwing):
            self._gone(token)
            if token.node.kind == "endEvent":
                self._end(token.scope, token.node)
            else:
                self._send(token.scope, token.node)
        return bool(throwing)

    def _still(self, token: Token) -> bool:
        return any(token is other for other in self._all())

    def _hearing(self, thrown: Token) -> list[Token]:
        kind, code = thrown.node.event, thrown.node.code
        listening = [token for token in self._all() if token.node.event == kind and token.node.kind not in THROWS]
        if kind == "signal":
            return [token for token in listening if token.node.code == code]
        fitting = [token for token in listening if token.node.code in (None, code)]
        scope: Scope | None = thrown.scope
        while scope is not None:
            for token in fitting:
                if token in scope.listening or (scope.owner is not None and token.host is scope.owner):
                    return [token]
            scope = scope.owner.scope if scope.owner else None
        return []

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
                    scope.listening = []
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
                if node.kind == "inclusiveGateway" and may_pass(scope, node):
                    self._through(scope, node)
                    return True
        return False
