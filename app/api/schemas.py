"""Shapes of the API. Unknown keys are refused (abuse case 13)."""

from datetime import date

from marshmallow import Schema, fields, validate

DAYS = validate.Range(date(1900, 1, 1), date(2999, 12, 31))
"""What a day of a search may be."""


def _instant(*, allow_none: bool = False) -> fields.String:
    """An instant as ISO 8601 text: a stored answer must come out as it went in."""
    return fields.String(metadata={"format": "date-time"}, allow_none=allow_none)


def _day(*, allow_none: bool = False) -> fields.String:
    return fields.String(metadata={"format": "date"}, allow_none=allow_none)


class DefinitionIn(Schema):
    bpmn = fields.String(required=True, validate=validate.Length(1, 2 * 1024 * 1024))
    key = fields.String(validate=validate.Regexp(r"^[a-z0-9_][a-z0-9_-]{1,62}\Z"))


class DefinitionOut(Schema):
    key = fields.String()
    version = fields.Integer()
    title = fields.String()
    digest = fields.String()


class InstanceIn(Schema):
    process = fields.String(required=True, validate=validate.Length(1, 64))
    division = fields.String(validate=validate.Regexp(r"^[0-9]{2,12}\Z"))
    dossier = fields.String(validate=validate.Length(1, 64))


class TaskOut(Schema):
    id = fields.String()
    instance = fields.String()
    number = fields.String(allow_none=True)
    process = fields.String()
    key = fields.String()
    node = fields.String()
    name = fields.String()
    status = fields.String()
    role = fields.String()
    division = fields.String()
    assignee = fields.String(allow_none=True)
    opened_at = _instant()
    due_on = _day(allow_none=True)
    due_mark = fields.String(allow_none=True)


class InstanceOut(Schema):
    id = fields.String()
    number = fields.String(allow_none=True)
    process = fields.String()
    title = fields.String()
    division = fields.String()
    definition = fields.String()
    revision = fields.Integer()
    started_at = _instant()
    ended_at = _instant(allow_none=True)
    ended_by = fields.String(allow_none=True)
    tasks = fields.List(fields.Nested(TaskOut))


class PageQuery(Schema):
    page = fields.Integer(load_default=1, validate=validate.Range(1, 100000))
    size = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class TasksQuery(PageQuery):
    instance = fields.String(validate=validate.Length(1, 64))


class TasksOut(Schema):
    tasks = fields.List(fields.Nested(TaskOut))
    page = fields.Integer()
    total = fields.Integer()


class ReminderOut(Schema):
    """`level` counts up from 1; 0: the limit is over. `text` is the sentence a person reads."""

    id = fields.String()
    instance = fields.String()
    number = fields.String(allow_none=True)
    process = fields.String()
    at = fields.String()
    text = fields.String()
    clock = fields.String()
    level = fields.Integer()
    due_on = fields.String(allow_none=True)
    read_at = fields.String(allow_none=True)


class RemindersOut(Schema):
    reminders = fields.List(fields.Nested(ReminderOut))
    page = fields.Integer()
    total = fields.Integer()
    unread = fields.Integer()


class CompleteIn(Schema):
    answers = fields.Dict(keys=fields.String(), required=True)


class CompletedOut(Schema):
    instance = fields.String()
    number = fields.String(allow_none=True)
    ended = fields.Boolean()
    dropped = fields.List(fields.String())


class CallAnsweredOut(Schema):
    instance = fields.String()
    number = fields.String(allow_none=True)
    ended = fields.Boolean()


class ClaimedOut(Schema):
    id = fields.String()
    assignee = fields.String()


class TransferIn(Schema):
    to = fields.String(required=True, validate=validate.Length(1, 64))
    reason = fields.String(required=True, validate=validate.Length(1, 500))


class TransferredOut(Schema):
    id = fields.String()
    assignee = fields.String()


class TakenBackOut(Schema):
    id = fields.String()
    key = fields.String()
    assignee = fields.String()


class MessageIn(Schema):
    instance = fields.String(required=True, validate=validate.Length(1, 64))
    name = fields.String(required=True, validate=validate.Length(1, 100))
    id = fields.String(required=True, validate=validate.Length(1, 100))
    correlation = fields.String(load_default="", validate=validate.Length(0, 200))
    answers = fields.Dict(keys=fields.String(), load_default=dict)


class MessageOut(Schema):
    delivered = fields.Boolean()


class FollowUpIn(Schema):
    day = fields.Date(required=True, allow_none=True)


class HandOverIn(Schema):
    to = fields.String(required=True, validate=validate.Length(1, 64))
    reason = fields.String(required=True, validate=validate.Length(1, 500))


class InterestIn(Schema):
    reason = fields.String(required=True, validate=validate.Length(1, 500))


class PurposeIn(Schema):
    """Why one looks; stands for twelve hours, and beside each look."""

    purpose = fields.String(required=True, validate=validate.Length(4, 200))


class PasswordIn(Schema):
    """No longer than what is hashed at all; the rules are the page's own."""

    old = fields.String(required=True, validate=validate.Length(1, 1024))
    new = fields.String(required=True, validate=validate.Length(1, 1024))


class ReasonIn(Schema):
    reason = fields.String(required=True, validate=validate.Length(1, 500))


class ExportIn(Schema):
    """`whole` holds personal data; `redacted` only what tells the procedure, the rest as commitments."""

    extent = fields.String(load_default="redacted", validate=validate.OneOf(["redacted", "whole"]))
    purpose = fields.String(required=True, validate=validate.Length(4, 200))


class TakeAwayIn(ExportIn):
    """`files`: with the originals of what was attached, of the whole alone."""

    files = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class EventLogIn(Schema):
    """What a log for process mining is made of; left out: any. `series`: pseudonyms stay the same within it."""

    format = fields.String(required=True, validate=validate.OneOf(["xes", "ocel"]))
    purpose = fields.String(required=True, validate=validate.Length(4, 200))
    series = fields.String(load_default="", validate=validate.Length(0, 40))
    process = fields.String(load_default="", validate=validate.Length(0, 64))
    version = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(1, 99_999))
    division = fields.String(load_default="", validate=validate.Regexp(r"^([0-9]{2,12})?\Z"))
    since = fields.Date(load_default=None, allow_none=True, validate=DAYS)
    until = fields.Date(load_default=None, allow_none=True, validate=DAYS)
    state = fields.String(load_default="", validate=validate.OneOf(["", "open", "ended"]))


class CorrectionIn(ReasonIn):
    facts = fields.Dict(keys=fields.String(), required=True)


class RepositionIn(ReasonIn):
    cancel = fields.List(
        fields.String(validate=validate.Length(1, 500)), required=True, validate=validate.Length(1, 50)
    )
    scope = fields.String(load_default="", validate=validate.Length(0, 500))
    nodes = fields.List(fields.String(validate=validate.Length(1, 200)), required=True, validate=validate.Length(1, 50))
    incident = fields.String(validate=validate.Length(1, 64))


class PlanOut(Schema):
    id = fields.String()
    title = fields.String()
    number = fields.String()
    words = fields.List(fields.String())
    reason = fields.String()
    state = fields.String()


class IncidentOut(Schema):
    id = fields.String()
    number = fields.String()
    process = fields.String()
    what = fields.String()
    step = fields.String()
    error = fields.String()
    since = fields.DateTime()
    attempts = fields.Integer()
    followers = fields.Integer()


class IncidentsOut(Schema):
    incidents = fields.List(fields.Nested(IncidentOut))
    more = fields.Integer()


class DelegationIn(Schema):
    to = fields.String(required=True, validate=validate.Length(1, 100))
    from_day = fields.Date(required=True)
    to_day = fields.Date(required=True)
    reason = fields.String(required=True, validate=validate.Length(1, 500))


class DelegationMade(Schema):
    id = fields.String()


class DelegationOut(Schema):
    """`giver` and `deputy` are names; `state` is ahead, running or over."""

    id = fields.String()
    giver = fields.String()
    deputy = fields.String()
    from_day = fields.String()
    to_day = fields.String()
    reason = fields.String()
    state = fields.String()


class DelegationsOut(Schema):
    given = fields.List(fields.Nested(DelegationOut))
    received = fields.List(fields.Nested(DelegationOut))


class DocumentOut(Schema):
    id = fields.String()
    name = fields.String()
    size = fields.Integer()
    type = fields.String()
    sha256 = fields.String()


class ProblemOut(Schema):
    """RFC 9457."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    fields_ = fields.Dict(data_key="fields", attribute="fields")
