"""One command of an operator: who acts, one transaction, and a refusal as a sentence on the terminal."""

from collections.abc import Callable
from typing import TypeVar

import click

from app import clock
from app.db import db, in_transaction
from app.errors import Refusal
from app.identity.actor import Actor, load_actor_by_login
from app.texts import sentence

T = TypeVar("T")


def person(login: str) -> Actor:
    """Raises Refusal `not_found`."""
    return load_actor_by_login(db.session(), login, clock.legal_day(clock.now()))


def carry_out(command: Callable[[], T]) -> T:
    """Raises click.ClickException with the sentence and the fields of a refusal."""
    try:
        return in_transaction(command)
    except Refusal as refusal:
        detail = "".join(f"\n  {name}：{text}" for name, text in refusal.fields.items())
        raise click.ClickException(sentence(refusal) + detail) from refusal
