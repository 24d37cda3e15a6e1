"""POST /password: the own password, for a program that keeps its person's password fresh. The same act as at the page."""

from flask import current_app, request
from flask.views import MethodView
from flask_smorest import Blueprint

from app import clock
from app.api.description import EACH_TIME
from app.api.door import caller
from app.api.schemas import PasswordIn
from app.db import db, in_transaction
from app.errors import Refusal
from app.identity.change_password import change_password, prove_change
from app.identity.lock_out import record_failure
from app.identity.network import network

blueprint = Blueprint("api_password", __name__, url_prefix="/api/v1/password", description="密码")


@blueprint.route("")
class Password(MethodView):
    @blueprint.arguments(PasswordIn())
    @blueprint.doc(**EACH_TIME)
    @blueprint.response(204)
    def post(self, body: dict[str, str]) -> None:
        """更改本人密码（浏览器全部退出）"""
        by, address, now = caller(writing=True), network(request.remote_addr or ""), clock.now()
        if current_app.extensions["banyan_settings"].mode == "demo":
            raise Refusal("password_demo", 403)
        try:
            change = prove_change(db.session(), by, body["old"], body["new"], address, now)
        except Refusal as refusal:
            db.session.rollback()
            if refusal.code == "password_wrong":
                in_transaction(lambda: record_failure(db.session(), by.login, address, now))
            raise
        in_transaction(lambda: change_password(db.session(), change, now))
