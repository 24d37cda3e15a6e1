"""What a check found to disagree."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Difference:
    """`what` is task, timer, wait, call, case, submission, record, mark, incident, outbox, clock or state; `key` says which."""

    instance_id: str
    what: str
    key: str
    detail: str
