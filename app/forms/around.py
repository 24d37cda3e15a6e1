"""What surrounds the filling of a form: everything a check needs that is not an answer. Handed in, never fetched."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.forms.model import Answers, Attachment, Candidates, Divisions


def no_division(code: str) -> bool:
    """Without a register of divisions no code is in it."""
    return False


@dataclass(frozen=True)
class Around:
    """`facts` are FEEL values; `files` the documents already received for this task, by id; `previous` the
    answers stored before, which read-only fields keep."""

    at: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, Attachment] = field(default_factory=dict)
    divisions: Divisions = no_division
    candidates: Candidates = field(default_factory=dict)
    previous: Answers = field(default_factory=dict)
