"""Shapes of 换用新版 over the API."""

from marshmallow import Schema, fields, validate

from app.api.schemas import ReasonIn


class MigrationIn(ReasonIn):
    """`mapping`: old node → new node, where they are not called alike; without `version`, the newest."""

    process = fields.String(required=True, validate=validate.Length(1, 64))
    version = fields.Integer(strict=True, validate=validate.Range(1, 2**31 - 1))
    mapping = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 200)),
        values=fields.String(validate=validate.Length(1, 200)),
        load_default=dict,
        validate=validate.Length(max=200),
    )


class StayOut(Schema):
    number = fields.String()
    why = fields.String()


class ReasonCount(Schema):
    why = fields.String()
    cases = fields.Integer()


class MigrationOut(Schema):
    """`phase`: waiting, declined, running, halted, done. While it waits, `stays` are those of the dry run."""

    id = fields.String()
    process = fields.String(attribute="key")
    version = fields.Integer()
    phase = fields.String()
    state = fields.String()
    words = fields.List(fields.String())
    reason = fields.String()
    trying = fields.Boolean()
    tried = fields.Integer()
    would_move = fields.Integer()
    total = fields.Integer()
    moved = fields.Integer()
    stayed = fields.Integer()
    left = fields.Integer()
    counts = fields.List(fields.Nested(ReasonCount), attribute="stays.counts")
    stays = fields.List(fields.Nested(StayOut), attribute="stays.rows")
    page = fields.Integer(attribute="stays.page")
    pages = fields.Integer(attribute="stays.pages")


class PageIn(Schema):
    page = fields.Integer(load_default=1, validate=validate.Range(1, 999999))
