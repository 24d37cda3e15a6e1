"""事件日志: where an auditor takes out a log for process mining, and says what for."""

from flask import Blueprint, Response, request, send_file

from app import clock
from app.db import db, in_transaction
from app.errors import Refusal
from app.instances import looks
from app.replay.mandate import mandate_of
from app.replay.mining.export_log import MOST, SERIES, log_file, order_log
from app.replay.mining.selection import Selection
from app.texts import sentence
from app.web.audit_asked import LONGEST, code, day, processes
from app.web.door import actor, show, surroundings
from app.web.links import WebLinks
from app.web.looking import address

blueprint = Blueprint("event_log", __name__, url_prefix="/audit/event-log")
NAMES = ("format", "purpose", "process", "version", "division", "since", "until", "state", "series")


@blueprint.get("")
def ask() -> Response:
    """事件日志"""
    mandate_of(actor())
    return _page({}, {})


@blueprint.post("")
def give() -> Response:
    """导出事件日志"""
    mandate_of(actor())
    fields = {name: request.form.get(name, "").strip()[: looks.LONGEST] for name in NAMES}
    wrong: dict[str, str] = {}
    wanted = _read(fields, wrong)
    if wrong:
        return _page(fields, wrong)
    by, network, now = actor(), address(), clock.now()
    try:
        order = in_transaction(
            lambda: order_log(
                db.session(), fields["format"], wanted, series=fields["series"], most=MOST,
                by=by, purpose=fields["purpose"], network=network, now=now,
            )
        )  # fmt: skip
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        return _page(fields, {"all": sentence(refusal)})
    file = log_file(db.session(), surroundings(), order)
    return send_file(file, "application/octet-stream", as_attachment=True, download_name=order.name, max_age=0)


def _read(fields: dict[str, str], wrong: dict[str, str]) -> Selection:
    return Selection(
        process=fields["process"],
        version=_version(fields["version"], wrong),
        division=code(fields["division"], wrong),
        since=day("since", fields["since"], wrong),
        until=day("until", fields["until"], wrong),
        state=fields["state"],
    )


def _version(text: str, wrong: dict[str, str]) -> int | None:
    if text and not (text.isascii() and text.isdigit() and len(text) < 6):
        wrong["version"] = "版本请写数字，如 2。"
        return None
    return int(text) if text else None


def _page(fields: dict[str, str], wrong: dict[str, str]) -> Response:
    return show(
        "event_log.html",
        status=422 if wrong else 200,
        f={name: fields.get(name, "") for name in NAMES},
        wrong=wrong,
        processes=processes(),
        most=MOST,
        longest=looks.LONGEST,
        longest_series=SERIES,
        longest_field=LONGEST,
        links=WebLinks(),
    )
