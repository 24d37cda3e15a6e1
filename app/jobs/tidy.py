"""What the engine that carries errands has written down of them is removed again; of each, ids alone were kept."""

from datetime import datetime, timedelta
from typing import Any

from dbos import DBOSClient

OVER = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
KEPT = timedelta(hours=1)
"""How long an errand that is over can be looked at."""
LEFT, FORGOTTEN = ["ENQUEUED", "PENDING", "DELAYED"], timedelta(days=1)
"""What nobody has ended for so long nobody will: of another version, or done while the database was away, so that its end
was not written down. What is to be done at all was leased again since."""
REMOVED = 200
"""How many at once."""


def tidy(client: DBOSClient, *, now: datetime) -> bool:
    """Remove what is old by the engine's own clock; whether there may be more of it."""
    over = _ids(client, status=OVER, completed_before=(now - KEPT).isoformat())
    left = _ids(client, status=LEFT, end_time=(now - FORGOTTEN).isoformat())
    if over or left:
        client.delete_workflows(over + left)
    return REMOVED in (len(over), len(left))


def _ids(client: DBOSClient, **which: Any) -> list[str]:
    found = client.list_workflows(**which, limit=REMOVED, load_input=False, load_output=False)
    return [one.workflow_id for one in found]
