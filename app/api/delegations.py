"""代理 over the API: asking a colleague to stand in, and ending it. The same acts as the page, under a scope of their own."""

from typing import Any
from uuid import UUID

from flask.views import MethodView
from flask_smorest import Blueprint

from app import clock
from app.api.door import delegating, write
from app.api.schemas import DelegationIn, DelegationMade, DelegationsOut
from app.db import db
from app.errors import Refusal, not_found
from app.identity.delegate import delegate
from app.identity.end_delegation import end_delegation
from app.identity.models import Delegation
from app.identity.names import LEFT_OFFICE, names_of
from app.identity.own_delegations import own_delegations, state_of

blueprint = Blueprint("api_delegations", __name__, url_prefix="/api/v1/delegations", description="代理")


@blueprint.route("")
class Delegations(MethodView):
    @blueprint.response(200, DelegationsOut)
    def get(self) -> dict[str, Any]:
        """我请人的代理和我代别人的代理"""
        actor = delegating()
        rows = own_delegations(db.session(), actor)
        names = names_of(db.session(), {str(one) for row in rows for one in (row.from_person, row.to_person)})
        return {
            "given": [_shape(row, names) for row in rows if str(row.from_person) == actor.id],
            "received": [_shape(row, names) for row in rows if str(row.to_person) == actor.id],
        }

    @blueprint.arguments(DelegationIn())
    @blueprint.response(201, DelegationMade)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """请同事代理"""
        by = delegating()

        def command() -> dict[str, Any]:
            days = body["from_day"], body["to_day"]
            try:
                made = delegate(db.session(), by, by.login, body["to"], *days, body["reason"], now=clock.now())
            except Refusal as refusal:
                raise Refusal("delegation_person") if refusal.status == 404 else refusal from refusal
            return {"id": str(made.id)}

        return write(by, {name: str(value) for name, value in body.items()}, command)


@blueprint.route("/<string:delegation_id>")
class OneDelegation(MethodView):
    @blueprint.response(204)
    def delete(self, delegation_id: str) -> None:
        """结束代理"""
        by = delegating()

        def command() -> dict[str, Any]:
            end_delegation(db.session(), by, _uuid(delegation_id), clock.now())
            return {}

        write(by, {"end": delegation_id}, command)


def _shape(row: Delegation, names: dict[str, str]) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "giver": names.get(str(row.from_person), LEFT_OFFICE),
        "deputy": names.get(str(row.to_person), LEFT_OFFICE),
        "from_day": row.from_day.isoformat(),
        "to_day": row.to_day.isoformat(),
        "reason": row.reason,
        "state": state_of(row, clock.legal_day(clock.now())),
    }


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as problem:
        raise not_found() from problem
