"""The one seam through which people are told: today a list beside their tasks; a further channel is one more class."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from app.notifications.models import Reminder


@dataclass(frozen=True)
class Telling:
    """What to tell (`content`, as `Reminder` keeps it) of which warning, to whom."""

    warning_id: str
    instance_id: str
    people: tuple[str, ...]
    """Ids of persons."""
    content: Mapping[str, Any]
    at: datetime


class Notifier(Protocol):
    def tell(self, session: Session, telling: Telling) -> None:
        """Tell inside the caller's transaction: what leaves the house has to be enqueued there, never sent."""
        ...


class OnThePage:
    """提醒, the list that each person finds in the platform."""

    def tell(self, session: Session, telling: Telling) -> None:
        for person in telling.people:
            row = Reminder(warning_id=telling.warning_id, instance_id=telling.instance_id, person_id=person)
            row.at, row.content = telling.at, dict(telling.content)
            session.add(row)
