"""Finds the departments: every folder of this package with `operations.py`. Adding one needs no entry in a list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from app.connectors.operation import LONGEST, Answer, Operation
from app.connectors.shapes import KINDS, Shape, wrong

HERE = Path(__file__).parent
PREFIX = "remote:"


class ConnectorRefused(Exception):
    """A folder does not declare what it must; the message names folder and operation."""


@dataclass(frozen=True)
class Department:
    """`client` makes the real client of an address; `fake` are its answers, in order and amiss."""

    name: str
    operations: Mapping[str, Operation]
    client: type
    fake: Mapping[str, tuple[Answer, Answer]]


@lru_cache(maxsize=1)
def departments() -> Mapping[str, Department]:
    """All departments, checked once.

    Raises:
        ConnectorRefused: naming the first declaration that is not whole.
    """
    return {folder: _load(folder) for folder in sorted(one.name for one in iter_modules([str(HERE)]) if one.ispkg)}


def operation_of(call: str) -> tuple[Department, Operation] | None:
    """Department and operation of `remote:<department>.<operation>`; None when nobody offers it."""
    department, _, name = call.removeprefix(PREFIX).partition(".")
    found = departments().get(department)
    return (found, found.operations[name]) if found and name in found.operations else None


def _load(folder: str) -> Department:
    package = f"{__package__}.{folder}"
    try:
        operations: tuple[Operation, ...] = import_module(f"{package}.operations").OPERATIONS
        client: type = import_module(f"{package}.client").Client
        fake: dict[str, tuple[Answer, Answer]] = import_module(f"{package}.fake").ANSWERS
    except (ImportError, AttributeError) as problem:
        raise ConnectorRefused(f"{folder}: operations.py, client.py and fake.py are needed ({problem})") from problem
    if not (HERE / folder / "README.md").is_file():
        raise ConnectorRefused(f"{folder}: README.md is needed")
    for one in operations:
        check(folder, one, fake.get(one.name, ()))
    return Department(folder, {one.name: one for one in operations}, client, fake)


def check(folder: str, operation: Operation, answers: Iterable[Answer]) -> None:
    """Check one declaration.

    Raises:
        ConnectorRefused: what is missing or out of bounds.
    """
    problems = [f"{name} is empty" for name in ("title", "basis", "situations") if not getattr(operation, name)]
    problems += [] if operation.name.isidentifier() else ["the name is no identifier"]
    problems += [] if 0 < operation.timeout <= LONGEST else [f"timeout must be within {LONGEST} s"]
    problems += [f"only_when names {one}, no input" for one in operation.only_when if one not in operation.input]
    problems += _shape_problems(operation.input) + _shape_problems(operation.answer)
    given = tuple(answers)
    problems += [] if len(given) == 2 else ["the fake needs an answer in order and one amiss"]
    problems += [f"the fake answers outside the shape: {wrong(operation.answer, one)}" for one in given
                 if wrong(operation.answer, one)]  # fmt: skip
    if problems:
        raise ConnectorRefused(f"{folder}.{operation.name}: {'; '.join(problems)}")


def _shape_problems(shape: Shape) -> list[str]:
    return [
        f"{name} is not declared well"
        for name, item in shape.items()
        if item.kind not in KINDS or not item.label or (item.kind == "code") != bool(item.values)
    ]
