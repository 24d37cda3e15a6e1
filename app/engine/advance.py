"""The one function that moves a case: `advance(definition, state, event) -> Outcome`. It reads no clock, no random
number, no database and no network; the same arguments give the same outcome on any machine and in any year."""

from collections.abc import Callable

from SpiffWorkflow.exceptions import SpiffWorkflowException

from app.engine import events, patches
from app.engine.case import Case, Steps, Tree
from app.engine.compaction import compact
from app.engine.definition import Definition
from app.engine.hot import hot_cases
from app.engine.keys import Opened, opened
from app.engine.marking import marking, text_of
from app.engine.model import EngineRefused, Event, FactValue, Open, Outcome
from app.engine.outcome import open_of, outcome_of
from app.engine.run import run
from app.engine.state import decode, encode, facts_in

HANDLERS: dict[str, Callable[[Case, Opened, Event], None]] = {
    "completed": events.completed,
    "message": events.message,
    "timer_due": events.timer_due,
    "answered": events.answered,
    "repositioned": events.repositioned,
    "corrected": events.corrected,
}


def advance(definition: Definition, state: bytes | None, event: Event) -> Outcome:
    """Apply one event to a case.

    Args:
        definition: the closure the case runs; the same one for all its events.
        state: bytes of the last outcome; None for `started` and for nothing else.
        event: see `Event`. `facts` of `answered` is `{"answer": …}`; of the others, declared facts on the wire.
            A cycle keeps its key while it has rounds left: it is then neither closed nor opened anew.

    Raises:
        EngineRefused: the event does not fit the state or a rule of the diagram failed; the state is unchanged.
    """
    if (state is None) != (event.kind == "started"):
        raise EngineRefused("wrong_kind", "", event.kind)
    program = definition.program
    case = Case(program) if state is None else (hot_cases.take(program, state) or decode(program, state))
    case.steps = Steps(event.at)
    with patches.running(case):
        try:
            before, after = _apply(case, event)
        except SpiffWorkflowException as error:
            raise EngineRefused("engine_failure", "", f"{type(error).__name__}: {error}") from error
        except RecursionError as error:
            raise EngineRefused("too_many_steps") from error
    bytes_after = encode(case)
    outcome = outcome_of(case, before, after, bytes_after)
    del case.steps
    hot_cases.give(bytes_after, case)
    return outcome


def open_keys(definition: Definition, state: bytes) -> Open:
    """What waits in a state. Never touches the cache."""
    case = decode(definition.program, state)
    return open_of(case, opened(case))


def facts_of(definition: Definition, state: bytes) -> dict[str, FactValue]:
    """The facts of a state alone; from the live case where it is kept. Raises EngineRefused: `state_unreadable`."""
    live = hot_cases.facts(definition.program, state)
    return facts_in(state) if live is None else live


def marking_text(definition: Definition, state: bytes) -> bytes:
    """What the marking digest of a state is taken over. Never touches the cache."""
    case = decode(definition.program, state)
    return text_of(marking(case, opened(case)))


def _apply(case: Case, event: Event) -> tuple[Opened, Opened]:
    if event.kind == "started":
        before = Opened()
        case.set_facts(event.facts)
        case.tree = Tree(case.program.spec, case.program.inner, script_engine=case)
    else:
        if event.kind not in HANDLERS:
            raise EngineRefused("not_supported", "", event.kind)
        if case.tree.completed:
            raise EngineRefused("case_ended", case.ended or "")
        before = case.opened or opened(case)
        HANDLERS[event.kind](case, before, event)
    run(case)
    compact(case.tree)
    after = case.opened = opened(case)
    if not case.tree.completed and not after.waiting:
        raise EngineRefused("nothing_waits", "", "no task, timer, message or call is open")
    return before, after
