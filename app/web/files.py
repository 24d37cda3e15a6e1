"""Files: received with a form, handed out to those who may see the case they belong to."""

from uuid import UUID

from flask import Blueprint, Response, request
from werkzeug.datastructures import FileStorage

from app import clock
from app.db import db, in_transaction
from app.documents.hand_out import hand_out as handed
from app.identity.actor import Actor
from app.instances import looks
from app.instances.case_files import document_of, receive_file
from app.instances.models import Task
from app.web.door import actor, surroundings
from app.web.looking import looked

blueprint = Blueprint("files", __name__, url_prefix="/files")


@blueprint.get("/<uuid:document_id>")
def give(document_id: UUID) -> Response:
    """下载材料"""
    case, document = document_of(db.session(), surroundings(), document_id, by=actor(), now=clock.now())
    given = handed(db.session(), document, sealer=case.sealer)
    looked(f"{looks.FILE}:{document.id}", case.row.id)
    return Response(given.body, headers=given.headers)


def received(task: Task, by: Actor) -> list[tuple[str, str]]:
    """Keep every file posted with the form; gives field name and document id, as `from_post` wants them."""
    return received_for(task.instance_id, task.id, by)


def received_for(instance_id: str, task_id: str | None, by: Actor) -> list[tuple[str, str]]:
    """The same for a form that may belong to no task."""
    pairs = []
    for name, file in request.files.items(multi=True):
        if file.filename:
            pairs.append((name, _keep(instance_id, task_id, file, by)))
    return pairs


def _keep(instance_id: str, task_id: str | None, file: FileStorage, by: Actor) -> str:
    data, name = file.read(), file.filename or ""
    return in_transaction(
        lambda: receive_file(
            db.session(), surroundings(), instance_id, data, name, by=by, task_id=task_id, now=clock.now()
        )
    )
