"""Moving the cases of an approved plan, one by one: by command, and by the workers."""

import logging

from app import clock
from app.db import db, in_transaction
from app.errors import Refusal
from app.instances.run_migration import it_stayed, move_one
from app.instances.surroundings import Surroundings
from app.texts import sentence

log = logging.getLogger(__name__)


def move_or_stay(around: Surroundings, plan_id: str, case: str) -> bool:
    """One case in one transaction; why it stayed in another. The rest must not wait for it."""
    try:
        return in_transaction(lambda: move_one(db.session(), around, plan_id, case, now=clock.now()))
    except Refusal as refusal:
        why = str(refusal.params.get("why") or sentence(refusal))
    except Exception as problem:
        db.session.rollback()
        log.error("moving case %s: %s", case, type(problem).__name__)
        why = f"程序出错（{type(problem).__name__}）。"
    in_transaction(lambda: it_stayed(db.session(), plan_id, case, why, now=clock.now()))
    return False
