"""Draws random diagrams out of blocks, each with one way in and one way out; on every way somebody has to act."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.engine.drawing import (
    boundary,
    bpmn,
    catch,
    chain,
    each,
    end,
    exclusive,
    flow,
    handler,
    inclusive,
    link,
    node,
    on_error,
    on_escalation,
    on_message,
    on_signal,
    parallel,
    start,
    subprocess,
    throw,
    timer,
    user,
)

Block = Callable[[int], tuple[str, str, str]]
"""Depth → XML, first node, last node."""


@dataclass
class Author:
    chance: random.Random
    plain: bool = False
    """Splits and joins at gateways only; nothing thrown inside, no event sub-processes."""
    count: int = 0
    messages: list[str] = field(default_factory=list)
    signals: list[str] = field(default_factory=list)
    called: list[bytes] = field(default_factory=list)

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def block(self, depth: int) -> tuple[str, str, str]:
        """XML, first node, last node."""
        if depth == 0:
            return self.task()
        return self.chance.choice(self.blocks)(depth)

    @property
    def blocks(self) -> list[Block]:
        plain = [
            self.task, self.row, self.either, self.both, self.some, self.loop, self.scope, self.late, self.reminded,
            self.nudged, self.whichever, self.called_one, self.first_wins, self.failing, self.watched,
        ]  # fmt: skip
        return plain if self.plain else [*plain, *self.without_gateways, *self.thrown_inside]

    def task(self, depth: int = 0) -> tuple[str, str, str]:
        name = self.name("t")
        loop = self.chance.random() < 0.2
        inner = each("list", "one", None, "c > 6", self.chance.random() < 0.5) if loop else ""
        return user(name, inner), name, name

    def row(self, depth: int) -> tuple[str, str, str]:
        (one, a, b), (two, c, d) = self.block(depth - 1), self.block(depth - 1)
        return one + two + chain(b, c), a, d

    def either(self, depth: int) -> tuple[str, str, str]:
        g, m = self.name("x"), self.name("m")
        (one, a, b), (two, c, d) = self.block(depth - 1), self.block(depth - 1)
        flows = flow(g, a, "c > 5") + flow(g, c, id=f"{g}_d") + chain(b, m) + chain(d, m)
        return exclusive(g, f"{g}_d") + exclusive(m) + one + two + flows, g, m

    def both(self, depth: int) -> tuple[str, str, str]:
        g, m = self.name("p"), self.name("j")
        blocks = [self.block(depth - 1) for _ in range(self.chance.choice([2, 3]))]
        return parallel(g, m) + "".join(xml + chain(g, a) + chain(b, m) for xml, a, b in blocks), g, m

    def some(self, depth: int) -> tuple[str, str, str]:
        g, m = self.name("o"), self.name("j")
        (one, a, b), (two, c, d), (three, e, f) = (self.block(depth - 1) for _ in range(3))
        flows = flow(g, a, "c > 3") + flow(g, c, "c > 6") + flow(g, e, id=f"{g}_d")
        return (
            inclusive(g, f"{g}_d") + inclusive(m) + one + two + three + flows + chain(b, m) + chain(d, m) + chain(f, m),
            g,
            m,
        )

    def loop(self, depth: int) -> tuple[str, str, str]:
        m, g = self.name("m"), self.name("x")
        xml, a, b = self.block(depth - 1)
        out = self.name("m")
        flows = chain(m, a) + chain(b, g) + flow(g, m, "c > 4") + flow(g, out, id=f"{g}_d")
        return exclusive(m) + xml + exclusive(g, f"{g}_d") + exclusive(out) + flows, m, out

    def scope(self, depth: int) -> tuple[str, str, str]:
        s, m, b = self.name("s"), self.name("m"), self.name("b")
        xml, first, last = self.block(depth - 1)
        message = self.message()
        inner = start(f"{s}_in") + xml + end(f"{s}_out") + chain(f"{s}_in", first) + chain(last, f"{s}_out")
        return (
            subprocess(s, inner) + boundary(b, s, on_message(message)) + exclusive(m) + chain(s, m) + chain(b, m),
            s,
            m,
        )

    def late(self, depth: int) -> tuple[str, str, str]:
        xml, name, _ = self.task()
        b, m = self.name("b"), self.name("m")
        return xml + boundary(b, name, timer('"P7D"')) + exclusive(m) + chain(name, m) + chain(b, m), name, m

    def reminded(self, depth: int) -> tuple[str, str, str]:
        xml, name, _ = self.task()
        b, (side, first, last), e = self.name("b"), self.block(0), self.name("e")
        event = timer('"R2/P7D"', "timeCycle")
        return xml + boundary(b, name, event, False) + side + end(e) + chain(b, first) + chain(last, e), name, name

    def nudged(self, depth: int) -> tuple[str, str, str]:
        """A message that interrupts nothing may come any number of times."""
        xml, name, _ = self.task()
        b, (side, first, last), e = self.name("b"), self.block(0), self.name("e")
        message = self.message()
        event = boundary(b, name, on_message(message), False)
        return xml + event + side + end(e) + chain(b, first) + chain(last, e), name, name

    def whichever(self, depth: int) -> tuple[str, str, str]:
        g, m, c, t = self.name("w"), self.name("m"), self.name("c"), self.name("d")
        (one, a, b), (two, d, e) = self.block(depth - 1), self.block(depth - 1)
        events = catch(c, on_message(self.message())) + catch(t, timer('"P7D"'))
        flows = chain(g, c, a) + chain(g, t, d) + chain(b, m) + chain(e, m)
        return node("eventBasedGateway", g) + events + exclusive(m) + one + two + flows, g, m

    def called_one(self, depth: int) -> tuple[str, str, str]:
        c, p = self.name("call"), self.name("q")
        xml, first, last = self.block(depth - 1)
        ends = chain(f"{p}_in", first) + chain(last, f"{p}_out")
        self.called.append(bpmn(start(f"{p}_in"), xml, end(f"{p}_out"), ends, id=p, messages=tuple(self.messages)))
        return node("callActivity", c, attributes=f'calledElement="{p}"'), c, c

    def first_wins(self, depth: int) -> tuple[str, str, str]:
        """Two work at once; who is first ends the work of the other."""
        s, f = self.name("s"), self.name("p")
        (one, a, b), (two, c, d) = self.block(depth - 1), self.block(depth - 1)
        inner = (
            start(f"{s}_in")
            + parallel(f)
            + one
            + two
            + end(f"{s}_out")
            + end(f"{s}_all", "<terminateEventDefinition/>")
        )
        flows = chain(f"{s}_in", f, a) + chain(f, c) + chain(b, f"{s}_all") + chain(d, f"{s}_out")
        return subprocess(s, inner + flows), s, s

    def failing(self, depth: int) -> tuple[str, str, str]:
        """What goes wrong inside is caught on the border, or by an event sub-process."""
        s, x, b, m = self.name("s"), self.name("x"), self.name("b"), self.name("m")
        xml, first, last = self.block(depth - 1)
        inner = start(f"{s}_in") + xml + exclusive(x, f"{x}_d") + end(f"{s}_out") + end(f"{s}_bad", on_error("e"))
        flows = chain(f"{s}_in", first) + chain(last, x)
        flows += flow(x, f"{s}_bad", "c > 6") + flow(x, f"{s}_out", id=f"{x}_d")
        if not self.plain and self.chance.random() < 0.5:
            return subprocess(s, inner + flows, self.handler(depth, on_error("e"), True)), s, s
        outside = boundary(b, s, on_error("e")) + exclusive(m) + chain(s, m) + chain(b, m)
        return subprocess(s, inner + flows) + outside, s, m

    def watched(self, depth: int) -> tuple[str, str, str]:
        """A called process that may take too long, and about which somebody may ask meanwhile."""
        xml, call, _ = self.called_one(depth)
        t, b, m, e = self.name("b"), self.name("b"), self.name("m"), self.name("e")
        side, first, last = self.block(0)
        events = boundary(t, call, timer('"P7D"')) + boundary(b, call, on_message(self.message()), False)
        flows = chain(call, m) + chain(t, m) + chain(b, first) + chain(last, e)
        return xml + events + exclusive(m) + side + end(e) + flows, call, m

    @property
    def without_gateways(self) -> list[Block]:
        return [self.forking, self.choosing, self.linked]

    def forking(self, depth: int) -> tuple[str, str, str]:
        """All that follows begins at once, after a task or an event."""
        j = self.name("j")
        (xml, first, f) = self.chance.choice([self.task, self.waiting])(depth)
        blocks = [self.block(depth - 1) for _ in range(self.chance.choice([2, 3]))]
        return xml + parallel(j) + "".join(each + chain(f, a) + chain(b, j) for each, a, b in blocks), first, j

    def waiting(self, depth: int = 0) -> tuple[str, str, str]:
        name = self.name("c")
        return catch(name, on_message(self.message())), name, name

    def choosing(self, depth: int) -> tuple[str, str, str]:
        """A task says itself where it goes on: where conditions are true, always, or else."""
        t, m = self.name("t"), self.name("j")
        always = self.chance.random() < 0.5
        (one, a, b), (two, c, d), (three, e, f) = (self.block(depth - 1) for _ in range(3))
        task = user(t) if always else node("userTask", t, attributes=f'default="{t}_d"')
        flows = flow(t, a, "c > 3") + flow(t, c, "c > 6") + flow(t, e, id=f"{t}_d")
        return task + inclusive(m) + one + two + three + flows + chain(b, m) + chain(d, m) + chain(f, m), t, m

    def linked(self, depth: int) -> tuple[str, str, str]:
        """Two pairs of links: on to the next, or back to the beginning."""
        m, x, on, back, last = self.name("m"), self.name("x"), self.name("l"), self.name("l"), self.name("m")
        xml, a, b = self.block(depth - 1)
        links = throw(f"{on}_to", link(on)) + catch(f"{on}_from", link(on))
        links += throw(f"{back}_to", link(back)) + catch(f"{back}_from", link(back))
        flows = chain(m, a) + chain(b, x) + flow(x, f"{back}_to", "c > 4") + flow(x, f"{on}_to", id=f"{x}_d")
        flows += chain(f"{back}_from", m) + chain(f"{on}_from", last)
        return exclusive(m) + xml + exclusive(x, f"{x}_d") + exclusive(last) + links + flows, m, last

    @property
    def thrown_inside(self) -> list[Block]:
        return [self.signalling, self.escalating, self.handled]

    def signalling(self, depth: int) -> tuple[str, str, str]:
        """One branch throws a signal, another listens; what follows is a task on both sides."""
        f, j, t, s = self.name("p"), self.name("j"), self.name("i"), self.signal()
        (one, a, b), (after, c, d) = self.block(depth - 1), self.task()
        xml, first, last = self.chance.choice(self.hearings)(depth, s)
        throws = throw(t, on_signal(s)) + chain(f, a) + chain(b, t, c) + chain(d, j)
        return parallel(f, j) + one + after + xml + throws + chain(f, first) + chain(last, j), f, j

    @property
    def hearings(self) -> list[Callable[[int, str], tuple[str, str, str]]]:
        return [self.hearing, self.hearing_aside, self.hearing_or_late, self.hearing_all_over]

    def hearing_all_over(self, depth: int, signal: str) -> tuple[str, str, str]:
        """A scope that hears on its border, to begin an event sub-process, and on its way."""
        s, b, m, e = self.name("s"), self.name("b"), self.name("m"), self.name("e")
        (xml, first, last), (side, y, z) = self.hearing(depth, signal), self.task()
        interrupts = self.chance.random() < 0.5
        handlers = [self.handler(1, on_signal(signal), None)] if self.chance.random() < 0.5 else []
        inner = start(f"{s}_in") + xml + end(f"{s}_out") + chain(f"{s}_in", first) + chain(last, f"{s}_out")
        outside = boundary(b, s, on_signal(signal), interrupts) + side + exclusive(m) + chain(s, m) + chain(b, y)
        return subprocess(s, inner, *handlers) + outside + (chain(z, m) if interrupts else end(e) + chain(z, e)), s, m

    def hearing(self, depth: int, signal: str) -> tuple[str, str, str]:
        name, (xml, first, last) = self.name("c"), self.task()
        return catch(name, on_signal(signal)) + xml + chain(name, first), name, last

    def hearing_aside(self, depth: int, signal: str) -> tuple[str, str, str]:
        """Work, in a scope or not, that is interrupted by a signal, or goes on beside what it sets off."""
        interrupts = self.chance.random() < 0.5
        xml, first, last = self.chance.choice([self.task, self.scope, self.called_one])(depth)
        host = first
        b, m, e, (side, a, z) = self.name("b"), self.name("m"), self.name("e"), self.task()
        xml += boundary(b, host, on_signal(signal), interrupts) + side + exclusive(m) + chain(b, a) + chain(last, m)
        return xml + (chain(z, m) if interrupts else end(e) + chain(z, e)), first, m

    def hearing_or_late(self, depth: int, signal: str) -> tuple[str, str, str]:
        g, m, c, t = self.name("w"), self.name("m"), self.name("c"), self.name("d")
        (one, a, b), (two, d, e) = self.task(), self.task()
        events = catch(c, on_signal(signal)) + catch(t, timer('"P7D"'))
        flows = chain(g, c, a) + chain(g, t, d) + chain(b, m) + chain(e, m)
        return node("eventBasedGateway", g) + events + exclusive(m) + one + two + flows, g, m

    def escalating(self, depth: int) -> tuple[str, str, str]:
        """From within, to the border or to an event sub-process; interrupting or not; on the way or at an end."""
        s, x, b, m, k = self.name("s"), self.name("x"), self.name("b"), self.name("m"), self.name("k")
        interrupts, within = self.chance.random() < 0.5, self.chance.random() < 0.5
        (xml, first, last), (after, c, d), (side, y, z) = self.block(depth - 1), self.task(), self.task()
        inner = start(f"{s}_in") + xml + exclusive(x, f"{x}_d") + throw(k, on_escalation("up")) + after
        inner += end(f"{s}_out") + end(f"{s}_up", on_escalation("up")) + chain(f"{s}_in", first) + chain(last, x)
        inner += flow(x, k, "c > 6") + flow(x, f"{s}_up", "c > 3") + flow(x, f"{s}_out", id=f"{x}_d")
        inner += chain(k, c) + chain(d, f"{s}_out")
        code = self.chance.choice(["up", None])
        if within:
            h = self.name("h")
            body = side + end(f"{h}_out") + chain(f"{h}_on", y) + chain(z, f"{h}_out")
            return subprocess(s, inner, handler(h, on_escalation(code), body, interrupting=interrupts)), s, s
        outside = boundary(b, s, on_escalation(code), interrupts) + side + exclusive(m) + chain(s, m) + chain(b, y)
        outside += chain(z, m) if interrupts else end(f"{m}_e") + chain(z, f"{m}_e")
        return subprocess(s, inner) + outside, s, m

    def handled(self, depth: int) -> tuple[str, str, str]:
        """A scope with an event sub-process or two."""
        s = self.name("s")
        xml, first, last = self.block(depth - 1)
        inner = start(f"{s}_in") + xml + end(f"{s}_out") + chain(f"{s}_in", first) + chain(last, f"{s}_out")
        return subprocess(s, inner, *self.handlers(depth)), s, s

    def handlers(self, depth: int) -> list[str]:
        events = [(on_message(self.message()), None), (timer('"P7D"'), None), (timer('"R2/P7D"', "timeCycle"), False)]
        chosen = self.chance.sample(events, self.chance.choice([1, 1, 2]))
        return [self.handler(depth, event, interrupting) for event, interrupting in chosen]

    def handler(self, depth: int, event: str, interrupting: bool | None) -> str:
        h, (xml, first, last) = self.name("h"), self.block(min(1, depth - 1))
        body = xml + end(f"{h}_out") + chain(f"{h}_on", first) + chain(last, f"{h}_out")
        both = self.chance.random() < 0.5 if interrupting is None else interrupting
        return handler(h, event, body, interrupting=both)

    def signal(self) -> str:
        name = self.name("sig")
        self.signals.append(name)
        return name

    def message(self) -> str:
        name = self.name("msg")
        self.messages.append(name)
        return name


def draw(chance: random.Random, depth: int = 5, *, plain: bool = False) -> tuple[bytes, tuple[bytes, ...]]:
    """A diagram, and those it calls."""
    author = Author(chance, plain)
    xml, first, last = author.row(depth)
    handlers = author.handlers(1) if not plain and chance.random() < 0.2 else []
    main = bpmn(
        start(),
        xml,
        end(),
        chain("start", first) + chain(last, "end"),
        *handlers,
        messages=tuple(author.messages),
        errors=("e",),
        signals=tuple(author.signals),
        escalations=("up",),
    )
    return main, tuple(author.called)
