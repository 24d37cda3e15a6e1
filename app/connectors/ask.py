"""The one way out: checks what is asked and what comes back, against the declaration, for real clients and fakes alike."""

from collections.abc import Callable, Mapping
from typing import Any

from app.connectors.addresses import read_address
from app.connectors.departments import Department, departments, operation_of
from app.connectors.faking import MODES, OK, Fake, Hook
from app.connectors.operation import Answer, Client, Operation, Question
from app.connectors.shapes import wrong
from app.connectors.trouble import Rejected, WrongAnswer

MOMENT = 0.3
"""Seconds a fake takes in the demonstration."""


class Connectors:
    """The clients of all departments; safe to use from several threads."""

    def __init__(self, clients: Mapping[str, Client]) -> None:
        self._clients = clients

    def ask(self, call: str, question: Question) -> Answer:
        """Ask `remote:<department>.<operation>`.

        Raises:
            Rejected: nobody offers it, the department is not connected, or the article does not cover it.
            NotReached, NoAnswer: no answer came.
            WrongAnswer: the answer is not of the declared shape.
        """
        department, operation = permitted(call, question.input)
        client = self._clients.get(department.name)
        if client is None:
            raise Rejected("call_not_connected")
        answer = client.ask(operation, question)
        if names := wrong(operation.answer, answer):
            raise WrongAnswer(names)
        return answer


def permitted(call: str, given: Mapping[str, Any]) -> tuple[Department, Operation]:
    """Department and operation, if this may be asked with this input.

    Raises:
        Rejected: `call_unknown`, `call_input_refused`, or `call_without_basis` outside the article's situations.
    """
    found = operation_of(call)
    if found is None:
        raise Rejected("call_unknown")
    if wrong(found[1].input, given):
        raise Rejected("call_input_refused")
    if not found[1].allowed(given):
        raise Rejected("call_without_basis")
    return found


def real(environ: Mapping[str, str]) -> Connectors:
    """The departments whose address is set. Raises AddressRefused."""
    clients: dict[str, Client] = {}
    for name, department in departments().items():
        address = read_address(environ, name)
        if address is not None:
            clients[name] = department.client(address)
    return Connectors(clients)


def faked(environ: Mapping[str, str], *, moment: float = MOMENT, hook: Hook | None = None) -> Connectors:
    """All departments as fakes; how each behaves is read from `environ` at every question."""

    def mode_of(name: str) -> Callable[[], str]:
        def mode() -> str:
            told = environ.get(f"CONNECTOR_FAKE_{name.upper()}", OK)
            return told if told in MODES else OK

        return mode

    return Connectors(
        {name: Fake(one.fake, mode_of(name), moment=moment, hook=hook) for name, one in departments().items()}
    )
