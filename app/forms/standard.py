"""The opinion form of a task that names none: agree, disagree or return, with an opinion and attachments."""

from functools import lru_cache

import orjson

from app.forms.model import Form
from app.forms.schema import parse

OPINION = "opinion"
"""Its id, where a submission names its form."""
_SCHEMA = {
    "type": "default",
    "schemaVersion": 19,
    "components": [
        {
            "type": "radio",
            "key": "decision",
            "label": "审批结论",
            "validate": {"required": True},
            "values": [
                {"label": "同意", "value": "agree"},
                {"label": "不同意", "value": "disagree"},
                {"label": "退回", "value": "return"},
            ],
        },
        {
            "type": "textarea",
            "key": "opinion",
            "label": "意见",
            "description": "写明事实和依据；不同意或退回时写明理由。",
            "validate": {"required": True, "minLength": 1, "maxLength": 500},
        },
        {
            "type": "filepicker",
            "key": "attachments",
            "label": "附件",
            "description": "pdf、jpg、png，单件不超过 20 MB。",
            "accept": ".pdf,.jpg,.jpeg,.png",
            "multiple": True,
        },
    ],
}


@lru_cache(maxsize=1)
def opinion_form() -> Form:
    return parse(opinion_schema(), form_id=OPINION, title="审批意见", facts=())


def opinion_schema() -> bytes:
    """Its JSON, for a bundle's closure and for the editor."""
    return orjson.dumps(_SCHEMA, option=orjson.OPT_SORT_KEYS)
