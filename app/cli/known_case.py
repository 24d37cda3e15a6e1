"""The case an operator names: by its id or by its number; a chain of the system by its name."""

import click
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.history.models import HistoryEvent
from app.instances.models import Instance


def known_case(session: Session, named: str | None) -> str | None:
    """Its id; None where none was named. A refusal ends the command."""
    if named is None:
        return None
    found = session.scalar(select(Instance.id).where(or_(Instance.id == named, Instance.number == named)))
    chain = select(HistoryEvent.case).where(HistoryEvent.case == named).limit(1)
    if found is None and session.scalar(chain) is None:
        raise click.ClickException(f"没有编号或案号为 {named} 的办件，没有核验任何内容。请核对后再试。")
    return found or named
