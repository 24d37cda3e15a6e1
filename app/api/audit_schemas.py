"""Shapes of audit projects and findings. Unknown keys are refused (abuse case 13)."""

from marshmallow import Schema, fields, validate

from app.replay.audits.draw_sample import LARGEST_SAMPLE
from app.replay.audits.move_finding import ENDINGS, STANCES
from app.replay.audits.open_project import TITLE, WORDS
from app.replay.audits.population import STRATA
from app.replay.audits.raise_finding import KINDS


def _words() -> fields.String:
    return fields.String(required=True, validate=validate.Length(1, WORDS))


class ProjectIn(Schema):
    title = fields.String(required=True, validate=validate.Length(1, TITLE))
    ground = _words()
    division = fields.String(required=True, validate=validate.Regexp(r"^[0-9]{2,12}\Z"))
    process = fields.String(load_default="", validate=validate.Length(0, 64))
    since = fields.Date(load_default=None)
    until = fields.Date(load_default=None)
    ended = fields.Boolean(load_default=True)


class DrawIn(Schema):
    size = fields.Integer(required=True, strict=True, validate=validate.Range(1, LARGEST_SAMPLE))
    strata = fields.String(load_default="", validate=validate.OneOf(["", *STRATA]))
    reason = fields.String(load_default="", validate=validate.Length(0, WORDS))


class ExamineIn(Schema):
    case = fields.String(required=True, validate=validate.Length(1, 64))
    note = fields.String(load_default="", validate=validate.Length(0, WORDS))


class FindingIn(Schema):
    case = fields.String(required=True, validate=validate.Length(1, 64))
    seq = fields.Integer(required=True, strict=True)
    kind = fields.String(required=True, validate=validate.OneOf(list(KINDS)))
    words = _words()


class CloseIn(Schema):
    conclusion = _words()


class AnswerIn(Schema):
    stance = fields.String(required=True, validate=validate.OneOf(list(STANCES)))
    words = _words()
    promised_on = fields.Date(load_default=None)


class WordsIn(Schema):
    words = _words()


class SettleIn(Schema):
    ending = fields.String(required=True, validate=validate.OneOf(list(ENDINGS)))
    words = _words()


class EntryOut(Schema):
    seq = fields.Integer()
    at = fields.String(metadata={"format": "date-time"})
    kind = fields.String()
    actor = fields.String()
    said = fields.Dict()
    hash = fields.String()


class FindingOut(Schema):
    id = fields.String()
    number = fields.Integer()
    case = fields.String()
    seq = fields.Integer()
    kind = fields.String()
    state = fields.String()
    promised_on = fields.Date(allow_none=True)
    words = fields.String()
    entries = fields.List(fields.Nested(EntryOut))


class SampledOut(Schema):
    case = fields.String()
    number = fields.String()
    stratum = fields.String()
    place = fields.Integer()
    examined = fields.Boolean()


class ProjectOut(Schema):
    id = fields.String()
    title = fields.String()
    state = fields.String()
    sample = fields.List(fields.Nested(SampledOut))
    findings = fields.List(fields.Nested(FindingOut))
    entries = fields.List(fields.Nested(EntryOut))
