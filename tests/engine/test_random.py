"""Random diagrams, random walks: whatever the linter lets in runs, never hangs, and is the same cold and replayed."""

import random
from dataclasses import dataclass, field

import pytest

from tests.engine.drawing import (
    boundary,
    bpmn,
    chain,
    each,
    end,
    exclusive,
    flow,
    inclusive,
    on_message,
    parallel,
    start,
    subprocess,
    timer,
    user,
)
from tests.engine.walk import Walk


@dataclass
class Author:
    """Draws blocks with one way in and one way out; on every way through a block somebody has to act."""

    chance: random.Random
    count: int = 0
    messages: list[str] = field(default_factory=list)

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def block(self, depth: int) -> tuple[str, str, str]:
        """XML, first node, last node."""
        if depth == 0:
            return self.task()
        kind = self.chance.choice(
            [self.task, self.row, self.either, self.both, self.some, self.loop, self.scope, self.late, self.reminded]
        )
        return kind(depth) if kind not in (self.task,) else self.task()

    def task(self) -> tuple[str, str, str]:
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
        message = self.name("msg")
        self.messages.append(message)
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


def draw(seed: int) -> bytes:
    author = Author(random.Random(seed))
    xml, first, last = author.row(5)
    return bpmn(start(), xml, end(), chain("start", first), chain(last, "end"), messages=tuple(author.messages))


def act(walk: Walk, chance: random.Random) -> None:
    """Do one of the things that can be done now."""
    key = chance.choice(walk.open)
    node = walk.definition.nodes[key.rpartition("/")[2].partition("#")[0]]
    if node.event == "timer":
        if chance.random() < 0.5:
            walk.due(key, missed=chance.choice([0, 0, 1]))
    elif node.event == "message":
        if chance.random() < 0.3:
            walk.message(key)
    else:
        facts = {} if "[" in key else {"c": chance.randint(0, 9)}
        walk.complete(key, **facts)


@pytest.mark.sizes("seed", range(40), long=range(2500))
def test_a_random_walk_never_gets_stuck(begin, seed):
    chance = random.Random(seed + 1000)
    walk = begin(draw(seed), c="number", list="codes").start(c=0, list=["a", "b", "c"])
    for _ in range(80):
        if walk.last.ended:
            break
        act(walk, chance)
        assert walk.open or walk.last.ended
        tokens = [key for key in walk.open if "[" not in key]
        assert len(set(tokens)) == len(tokens)
