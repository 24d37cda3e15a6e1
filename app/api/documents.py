"""POST /documents: a file for a case, as multipart form data (`file`, `instance`)."""

import hashlib
from typing import Any
from uuid import UUID

from flask import request
from flask.views import MethodView
from flask_smorest import Blueprint

from app import clock
from app.api.description import MULTIPART
from app.api.door import caller, surroundings, write
from app.api.schemas import DocumentOut
from app.db import db
from app.documents.hand_out import name_of
from app.documents.inspect import inspect
from app.errors import Refusal
from app.instances.case_files import document_of, receive_file

blueprint = Blueprint("api_documents", __name__, url_prefix="/api/v1/documents", description="材料")


@blueprint.route("")
class Documents(MethodView):
    @blueprint.doc(**MULTIPART)
    @blueprint.response(201, DocumentOut)
    def post(self) -> dict[str, Any]:
        """上传材料"""
        actor = caller(writing=True)
        file, instance = request.files.get("file"), request.form.get("instance", "")
        if file is None or not file.filename or not instance:
            raise Refusal("document_missing", 422)
        data, name = file.read(), file.filename
        db.session.rollback()  # nothing is held open while a stranger's file is looked through
        found = inspect(data, name)

        def command() -> dict[str, Any]:
            document_id = receive_file(db.session(), surroundings(), instance, data, found, by=actor, now=clock.now())
            return _shape(document_id, actor)

        asked = {"instance": instance, "name": name, "sha256": hashlib.sha256(data).hexdigest()}
        return write(actor, asked, command)


def _shape(document_id: str, actor: Any) -> dict[str, Any]:
    case, document, _ = document_of(db.session(), surroundings(), UUID(document_id), by=actor, now=clock.now())
    return {
        "id": str(document.id),
        "name": name_of(document, sealer=case.sealer),
        "size": document.size,
        "type": document.type,
        "sha256": document.sha256,
    }
