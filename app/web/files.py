"""Files: received with a form, handed out to those who may see the case they belong to."""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, Response, request
from werkzeug.datastructures import FileStorage

from app import clock
from app.db import db, in_transaction
from app.documents.hand_out import hand_out as handed
from app.documents.inspect import inspect
from app.errors import Refusal
from app.identity.actor import Actor
from app.instances import looks
from app.instances.case_files import document_of, receive_file
from app.instances.models import Task
from app.texts import sentence
from app.web.door import actor, surroundings
from app.web.looking import handed_out

blueprint = Blueprint("files", __name__, url_prefix="/files")


@blueprint.get("/<uuid:document_id>")
def give(document_id: UUID) -> Response:
    """下载材料"""
    case, document, purpose = document_of(db.session(), surroundings(), document_id, by=actor(), now=clock.now())
    given = handed(db.session(), document, sealer=case.sealer)
    handed_out(f"{looks.FILE}:{document.id}", [case.row.id], purpose)
    return Response(given.body, headers=given.headers)


@dataclass(frozen=True)
class Received:
    """`pairs` are field name and document id, as `from_post` wants them; `wrong` is what was not taken, by field."""

    pairs: list[tuple[str, str]]
    wrong: dict[str, str]

    def check(self) -> None:
        """Raises Refusal `form_errors` (422): the form is drawn again, and nothing that was typed is lost."""
        if self.wrong:
            raise Refusal("form_errors", 422, fields=self.wrong)


def received(task: Task, by: Actor) -> Received:
    """Keep every file posted with the form of a task."""
    return received_for(task.instance_id, task.id, by)


def received_for(instance_id: str, task_id: str | None, by: Actor) -> Received:
    """The same for a form that may belong to no task."""
    found = Received([], {})
    for name, file in request.files.items(multi=True):
        if not file.filename:
            continue
        try:
            found.pairs.append((name, _keep(instance_id, task_id, file, by)))
        except Refusal as refusal:
            if not refusal.code.startswith("document_"):
                raise
            found.wrong[name] = sentence(refusal)
    return found


def _keep(instance_id: str, task_id: str | None, file: FileStorage, by: Actor) -> str:
    data = file.read()
    db.session.rollback()  # nothing is held open while a stranger's file is looked through
    found = inspect(data, file.filename or "")
    return in_transaction(
        lambda: receive_file(
            db.session(), surroundings(), instance_id, data, found, by=by, task_id=task_id, now=clock.now()
        )
    )
