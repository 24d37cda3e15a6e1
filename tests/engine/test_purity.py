"""Inside `advance` nothing asks for the time, for chance, for the surroundings or for the outside world."""

import os
import random
import secrets
import socket
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.engine import Event, advance, compile_definition
from app.engine.hot import hot_cases
from tests.engine.drawing import (
    bpmn,
    catch,
    chain,
    each,
    end,
    exclusive,
    flow,
    node,
    on_message,
    parallel,
    script,
    start,
    subprocess,
    timer,
    user,
    users,
)
from tests.engine.test_decisions import table
from tests.engine.test_determinism import everything
from tests.engine.walk import NOON, Walk, sources

OFFENCES = ("open", "os.", "socket.", "subprocess.", "sqlite3.", "shutil.", "tempfile.", "glob.", "ctypes.", "import")


class Impure(AssertionError):
    """Something reached for what is not among its arguments."""


@contextmanager
def sealed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every source of time, chance and surroundings raises; files, sockets and processes are watched by an audit hook."""

    def forbidden(name: str) -> Callable[..., object]:
        def asked(*_: object, **__: object) -> object:
            raise Impure(name)

        return asked

    class NoSurroundings(dict[str, str]):
        get = __getitem__ = __contains__ = __iter__ = forbidden("os.environ")  # type: ignore[assignment]

    with monkeypatch.context() as patch:
        for module, names in {
            time: ("time", "time_ns", "monotonic", "perf_counter", "localtime", "gmtime", "sleep", "strftime"),
            random: ("random", "randint", "choice", "getrandbits", "uniform", "shuffle", "sample"),
            secrets: ("token_bytes", "token_hex", "randbelow"),
            uuid: ("uuid1", "uuid4"),
            os: ("urandom", "getenv", "getpid"),
            socket: ("socket", "getaddrinfo"),
        }.items():
            for name in names:
                patch.setattr(module, name, forbidden(f"{module.__name__}.{name}"))
        patch.setattr(os, "environ", NoSurroundings())
        for name, loaded in list(sys.modules.items()):
            if name.startswith(("SpiffWorkflow", "app.engine", "app.dmn")) and hasattr(loaded, "datetime"):
                if loaded.datetime is datetime:
                    patch.setattr(loaded, "datetime", NoNow)
        _watch.on = True
        try:
            yield
        finally:
            _watch.on = False


class NoNow(datetime):
    """The class with all its arithmetic, but no present."""

    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
        raise Impure("datetime.now")

    @classmethod
    def utcnow(cls) -> datetime:
        raise Impure("datetime.utcnow")


class _Watch:
    """An audit hook cannot be taken away again; it only looks while `on`."""

    on = False

    def __call__(self, event: str, _arguments: object) -> None:
        if self.on and event.startswith(OFFENCES):
            self.on = False
            raise Impure(event)


_watch = _Watch()
sys.addaudithook(_watch)


INNER = subprocess("review", start("s"), parallel("fork", "join"), users("law"), user("vote", each("organs", "organ", "said")),
                   end("e"), chain("s", "fork", "law", "join", "e"), chain("fork", "vote", "join"))  # fmt: skip
RICH = bpmn(
    start(), user("a", assignee='"x"'), script("s1", '{fee: amount * 1.1, day: today(), note: string(now()) }'),
    node("businessRuleTask", "rate", decision="risk"), exclusive("g", "low"), INNER, exclusive("m"),
    node("serviceTask", "ask", call="remote:police.record", input="{n: amount}", output="{note: answer.text}"),
    catch("hear", on_message("paid"), correlation="note"), catch("t", timer('"date:" + string(day)', "timeDate")),
    end(), chain("start", "a", "s1", "rate", "g"), flow("g", "review", 'level = "high"'), flow("g", "m", id="low"),
    chain("review", "m", "ask", "hear", "t", "end"), messages=("paid",),
)  # fmt: skip
KINDS = {"amount": "number", "fee": "number", "day": "date", "note": "text", "level": "code", "organs": "codes",
         "said": "map"}  # fmt: skip


def through(walk: Walk) -> Walk:
    walk.start(organs=["45", "4501"], case_division="450123").complete("a", amount=5000)
    walk.complete("review#1/law").complete("review#1/vote#1[45]", result="yes")
    walk.complete("review#1/vote#1[4501]", result="no").answer("ask", {"text": "x"})
    return walk.message("paid").due("t")


def test_a_whole_case_runs_where_nothing_can_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    definition = compile_definition(sources(RICH, (), (table("level"),), **KINDS))
    free = through(Walk(definition))
    assert free.last.ended == "end"
    for size in (256, 0):
        monkeypatch.setattr(hot_cases, "size", size)
        hot_cases.clear()
        with sealed(monkeypatch):
            again = through(Walk(definition))
        assert again.outcomes == free.outcomes


REACHES: dict[str, Callable[[], object]] = {
    "time": lambda: time.time(),
    "random": lambda: random.random(),
    "uuid": lambda: uuid.uuid4(),
    "environ": lambda: os.environ.get("TZ"),
    "file": lambda: open(os.devnull),
    "urandom": lambda: os.urandom(1),
    "socket": lambda: socket.socket(),
}


@pytest.mark.parametrize("reach", REACHES)
def test_the_seal_itself_holds(monkeypatch: pytest.MonkeyPatch, reach: str) -> None:
    with pytest.raises(Impure), sealed(monkeypatch):
        REACHES[reach]()


def test_the_time_a_case_sees_is_that_of_its_event_to_the_hour_of_china() -> None:
    definition = compile_definition(sources(RICH, (), (table("level"),), **KINDS))
    late = datetime(2026, 12, 31, 17, tzinfo=UTC)
    first = advance(definition, None, Event(1, late, "started", facts={"organs": []}))
    second = advance(definition, first.state, Event(2, late, "completed", target="a#1", facts={"amount": 1}))
    assert second.facts["day"] == "2027-01-01"
    other = advance(definition, first.state, Event(2, NOON, "completed", target="a#1", facts={"amount": 1}))
    assert other.facts["day"] == "2026-11-23"


def test_who_acts_and_why_does_not_change_where_a_case_goes() -> None:
    """Actor, reason, evidence and the digests in force are for the record; the marking knows nothing of them."""
    walk = everything()
    state, event = walk.outcomes[-2].state, walk.events[-1]
    told = replace(
        event, actor="li", on_behalf_of="nong", reason="x", evidence=("e",), seq=77, calendar="c", parameters="p"
    )
    assert advance(walk.definition, state, told) == walk.last


def test_a_thousand_rounds_leave_a_small_state_and_the_same_steps() -> None:
    xml = bpmn(start(), exclusive("in"), parallel("fork", "join"), users("a", "b"), exclusive("again", "done"), end(),
               chain("start", "in", "fork", "a", "join", "again"), chain("fork", "b", "join"),
               flow("again", "in", "more"), flow("again", "end", id="done"))  # fmt: skip
    walk = Walk(compile_definition(sources(xml, more="boolean"))).start()
    sizes = []
    for n in range(1, 1001):
        walk.complete(f"a#{n}").complete(f"b#{n}", more=n < 1000)
        sizes.append(len(walk.last.state))
        walk.outcomes, walk.events = walk.outcomes[-1:], walk.events[-1:]
    assert walk.last.ended == "end"
    assert max(sizes) < 400 and max(sizes[500:]) <= max(sizes[:100]) + 16
