"""Walking a diagram: each verb is one event, the walk remembers events and markings."""

from datetime import UTC, datetime, timedelta
from typing import Any, Self

from app.engine import Definition, Event, FactType, Outcome, Sources, advance, compile_definition, open_keys
from app.engine.migration import migrate

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)


def sources(main: bytes, called: tuple[bytes, ...] = (), decisions: tuple[bytes, ...] = (), **kinds: str) -> Sources:
    """Sources with facts given as name=kind."""
    facts = tuple(FactType(name, kind) for name, kind in kinds.items())
    return Sources(main=main, called=called, decisions=decisions, facts=facts)


class Walk:
    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.events: list[Event] = []
        self.outcomes: list[Outcome] = []
        self.carried: dict[str, str] = {}
        self._read = 0

    @property
    def last(self) -> Outcome:
        return self.outcomes[-1]

    @property
    def facts(self) -> dict[str, Any]:
        return dict(self.last.facts)

    @property
    def open(self) -> list[str]:
        """Keys of all that waits, sorted; read from the state once after each event."""
        if self._read != len(self.events):
            now = open_keys(self.definition, self.last.state)
            self._read = len(self.events)
            self._open = sorted(item.key for item in (*now.tasks, *now.timers, *now.waits, *now.calls))
        return list(self._open)

    def event(self, kind: str, target: str | None = None, **more: Any) -> Self:
        seq = len(self.events) + 1
        event = Event(seq=seq, at=NOON + timedelta(hours=seq), kind=kind, target=target, **more)
        outcome = advance(self.definition, bytes(self.last.state) if self.outcomes else None, event)
        self.events.append(event)
        self.outcomes.append(outcome)
        return self

    def start(self, **facts: Any) -> Self:
        return self.event("started", facts=facts)

    def complete(self, key: str, result: Any = None, **facts: Any) -> Self:
        return self.event("completed", full(key), facts=facts, result=result)

    def message(self, target: str, **facts: Any) -> Self:
        return self.event("message", target, facts=facts)

    def due(self, key: str, missed: int = 0) -> Self:
        return self.event("timer_due", full(key), missed=missed)

    def answer(self, key: str, answer: Any) -> Self:
        return self.event("answered", full(key), facts={"answer": answer})

    def reposition(self, cancel: tuple[str, ...], *open: tuple[str, str]) -> Self:
        return self.event("repositioned", cancel=tuple(full(key) for key in cancel), open=open)

    def migrate(self, new: Definition, **named: str) -> Self:
        """Go over to a newer version; `named` says what is called otherwise there."""
        seq = len(self.events) + 1
        event = Event(seq=seq, at=NOON + timedelta(hours=seq), kind="migrated", mapping=tuple(named.items()))
        moved = migrate(self.definition, new, bytes(self.last.state), event)
        self.definition, self.carried = new, moved.carried
        self.events.append(event)
        self.outcomes.append(moved.outcome)
        return self


def full(key: str) -> str:
    """`check` is short for its first activation, `check#1`."""
    return key if "#" in key.rpartition("/")[2] else f"{key}#1"


def begin(main: bytes, called: tuple[bytes, ...] = (), decisions: tuple[bytes, ...] = (), **kinds: str) -> Walk:
    return Walk(compile_definition(sources(main, called, decisions, **kinds)))
