"""A procedure with a table that advises and a person who decides: two cases alike may end differently."""

import json

from flask import Flask

from app import clock
from app.catalogue.bundle import Bundle
from app.catalogue.publish import publish
from app.db import db, in_transaction
from tests.dmn import drawing as dmn
from tests.engine import drawing as d

SETTINGS = """
key = "judged"
title = "困境认定"
code = "KJ"
process = "judged"
[start]
roles = ["adoption_registrar"]
[facts.kind]
kind = "code"
label = "情形"
values = ["usual", "urgent"]
[facts.advice]
kind = "code"
label = "提示"
values = ["grant", "refuse"]
[facts.ruling]
kind = "code"
values = ["grant", "refuse"]
[forms.application]
title = "申请"
[forms.application.facts]
kind = "kind"
[forms.ruling]
title = "决定"
[forms.ruling.facts]
ruling = "ruling"
[audit.against]
ruling = "advice != ruling"
"""


WORDS = {"usual": "一般", "urgent": "紧急", "grant": "予以认定", "refuse": "不予认定"}


def _form(key: str, *codes: str) -> str:
    values = [{"label": WORDS[code], "value": code} for code in codes]
    radio = {"type": "radio", "key": key, "label": key, "values": values, "validate": {"required": True}}
    return json.dumps({"type": "default", "schemaVersion": 19, "components": [radio]})


TABLE = dmn.file(
    dmn.decision(
        "advice_table",
        dmn.table(["kind"], ["advice"], [['"urgent"', '"grant"'], ['"usual"', '"refuse"']]),
        name="认定参考",
    )
)


def diagram() -> bytes:
    return d.bpmn(
        d.start(),
        d.user("apply", name="申请", form="application", role="adoption_registrar", separation="registration"),
        d.node("businessRuleTask", "advise", name="参考", decision="advice_table"),
        d.user("rule", name="决定", form="ruling", role="county_approver", separation="approval"),
        d.exclusive("ruled", "ruled-no"),
        d.node("endEvent", "yes", name="予以认定"),
        d.node("endEvent", "no", name="不予认定"),
        d.chain("start", "apply", "advise", "rule", "ruled"),
        d.flow("ruled", "yes", 'ruling = "grant"'),
        d.flow("ruled", "no"),
        id="judged",
    )


def published_judged(application: Flask) -> None:
    files = {
        "judged/process.bpmn": diagram().decode(),
        "judged/advice.dmn": TABLE.decode(),
        "judged/process.toml": SETTINGS,
        "judged/forms/application.json": _form("kind", "usual", "urgent"),
        "judged/forms/ruling.json": _form("ruling", "grant", "refuse"),
    }
    with application.app_context():
        in_transaction(lambda: publish(db.session(), Bundle("judged", files), by="test", now=clock.now()))
