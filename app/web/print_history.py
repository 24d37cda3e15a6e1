"""Printing the history of a case as a PDF that a court can file, for auditors."""

from flask import Blueprint, Response

from app import clock
from app.db import db, in_transaction
from app.documents.typeset import typeset
from app.errors import Refusal
from app.replay.print_history import gather, record_print
from app.web.door import actor, surroundings
from app.web.looking import address
from app.web.taking_away import Taking, asked, asked_again, handed, wanted

blueprint = Blueprint("print_history", __name__, url_prefix="/cases")
TAKING = Taking(
    "print",
    "打印经过",
    "生成 PDF",
    (
        "PDF 有封面、全部步骤、每一步的哈希、适用的规则和期限条文、核验说明，可供归档和提交法院。",
        "二维码只含办件识别码和末步哈希。隐去的内容列出承诺值。",
        "步骤多的件要等一会（一千步约十秒）；几千步的请由运行维护人员用 flask history print。每次打印都记入查阅登记。",
    ),
)


@blueprint.get("/<instance_id>/print")
def ask(instance_id: str) -> Response:
    """打印经过？"""
    return asked(TAKING, instance_id)


@blueprint.post("/<instance_id>/print")
def give(instance_id: str) -> Response:
    """打印经过"""
    by, around, network, now = actor(), surroundings(), address(), clock.now()
    whole, purpose = wanted()
    try:
        printing = gather(
            db.session(), around, instance_id, by=by, whole=whole, purpose=purpose, network=network, now=now
        )
    except Refusal as refusal:
        return asked_again(TAKING, instance_id, refusal)
    db.session.remove()  # nothing is held open while pages are set
    content = typeset(printing.document)
    in_transaction(lambda: record_print(db.session(), printing, now=clock.now()))
    return handed(content, printing.name, "application/pdf")
