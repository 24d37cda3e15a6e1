"""A small procedure in which every act can be tried: received, reviewed with a reminder, approved and filed side by
side, numbered, archived; a withdrawal interrupts it until the end."""

import json

from flask import Flask

from app import clock
from app.catalogue.bundle import Bundle
from app.catalogue.publish import publish
from app.db import db, in_transaction
from tests.engine import drawing as d

SETTINGS = """
key = "care"
title = "寄养照料"
code = "JY"
process = "care"
secrecy = "L4"

[start]
roles = ["adoption_registrar"]

[facts.kind]
kind = "code"
label = "类别"
values = ["usual", "urgent"]

[facts.withdrawn_on]
kind = "date"
label = "撤回日期"

[forms.intake]
title = "受理"
[forms.intake.facts]
kind = "kind"

[forms.withdrawal]
title = "撤回申请"
[forms.withdrawal.facts]
withdrawn_on = "day"

[limits."care.review"]
value = 10
unit = "CD"
source = "本地设定"
mark = "design"

[messages.withdraw]
title = "撤回申请"
form = "withdrawal"
roles = ["adoption_registrar"]

[messages.note]
title = "补充情况"
roles = ["adoption_registrar"]

[glance]
"类别" = "kind"

[subject]
party = "intake.party"

[audit]
returned = ["fast"]

[audit.against]
kind = 'kind = "urgent"'
"""


def form(*components: dict) -> str:
    return json.dumps({"type": "default", "schemaVersion": 19, "components": list(components)})


def options(*codes: str) -> list[dict[str, str]]:
    return [{"label": code, "value": code} for code in codes]


INTAKE = form(
    {"type": "textfield", "key": "party", "label": "申请人", "validate": {"required": True}},
    {
        "type": "radio",
        "key": "kind",
        "label": "类别",
        "values": options("usual", "urgent"),
        "validate": {"required": True},
    },
)
WITHDRAWAL = form(
    {"type": "datetime", "key": "day", "subtype": "date", "dateLabel": "撤回日期", "validate": {"required": True}},
    {"type": "textarea", "key": "why", "label": "理由", "validate": {"required": True}},
    {"type": "filepicker", "key": "signed", "label": "书面申请", "accept": ".jpg"},
)


def diagram() -> bytes:
    inside = (
        d.start("s"),
        d.user("intake", name="受理", form="intake", role="adoption_registrar", separation="registration"),
        d.exclusive("how", "how-review"),
        d.user("review", name="审查", role="county_reviewer", separation="review", limit="care.review"),
        d.boundary("ten", "review", d.timer('"P10D"'), interrupting=False),
        d.user("remind", name="提醒", role="adoption_registrar"),
        d.end("reminded"),
        d.user("fast", name="快速审查", role="county_reviewer"),
        d.exclusive("reviewed"),
        d.parallel("fork", "join"),
        d.user("approve", name="审批", role="county_approver", separation="approval"),
        d.user("file", name="整理材料", role="archivist"),
        d.node("serviceTask", "number", call="local:issue_case_number"),
        d.user("archive", name="归档", role="archivist"),
        d.end("e"),
        d.chain("s", "intake", "how"),
        d.flow("how", "review"),
        d.flow("how", "fast", 'kind = "urgent"'),
        d.chain("ten", "remind", "reminded"),
        d.chain("review", "reviewed", "fork", "approve", "join", "number", "archive", "e"),
        d.flow("fast", "reviewed"),
        d.chain("fork", "file", "join"),
    )
    return d.bpmn(
        d.start(),
        d.subprocess("care_given", *inside),
        d.boundary("withdrawn", "care_given", d.on_message("withdraw")),
        d.boundary("noted", "care_given", d.on_message("note"), interrupting=False),
        d.end("seen"),
        d.flow("noted", "seen"),
        d.user("close", name="终止办理", role="adoption_registrar"),
        d.end(),
        d.node("endEvent", "ended_early", name="申请人撤回"),
        d.chain("start", "care_given", "end"),
        d.chain("withdrawn", "close", "ended_early"),
        id="care",
        messages=("withdraw", "note"),
    )


def published_care(application: Flask) -> None:
    files = {
        "care/process.bpmn": diagram().decode(),
        "care/process.toml": SETTINGS,
        "care/forms/intake.json": INTAKE,
        "care/forms/withdrawal.json": WITHDRAWAL,
    }
    with application.app_context():
        in_transaction(lambda: publish(db.session(), Bundle("care", files), by="test", now=clock.now()))
