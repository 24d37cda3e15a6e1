"""Taking a case away as a file, for auditors (proof §2.6)."""

from flask import Blueprint, Response, request

from app import clock
from app.db import db, in_transaction
from app.errors import Refusal
from app.instances.export_case import export_case, files_to_export
from app.web.door import actor, surroundings
from app.web.looking import address
from app.web.taking_away import Taking, asked, asked_again, handed, wanted

blueprint = Blueprint("take_away", __name__, url_prefix="/cases")
TAKING = Taking(
    "export",
    "导出档案包",
    "导出",
    (
        "包内有全部步骤、流程定义、签名的检查点和核验程序，收件人不需要本系统就能核验。",
        "核验时须用从公告或决定书上得到的根公钥指纹。",
        "附件原件只随完整内容提供，核验程序会一并核对；照片原件可能带有拍摄时间和地点，不出系统。",
        "每次导出都记入查阅登记。",
    ),
    files=True,
)


@blueprint.get("/<instance_id>/export")
def ask(instance_id: str) -> Response:
    """导出档案包？"""
    return asked(TAKING, instance_id)


@blueprint.post("/<instance_id>/export")
def give(instance_id: str) -> Response:
    """导出档案包"""
    by, around, network, now = actor(), surroundings(), address(), clock.now()
    whole, purpose = wanted()
    try:
        files = None
        if "files" in request.form:
            files = files_to_export(db.session(), around, instance_id, by=by, whole=whole, purpose=purpose, now=now)
            db.session.remove()  # the log is locked after all has been read
        made = in_transaction(
            lambda: export_case(
                db.session(),
                around,
                instance_id,
                by=by,
                whole=whole,
                purpose=purpose,
                network=network,
                now=now,
                files=files,
            )
        )
    except Refusal as refusal:
        return asked_again(TAKING, instance_id, refusal)
    return handed(made.content, made.name, "application/zip")
