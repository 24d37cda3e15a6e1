"""From an exception to an answer: the API speaks problem+json, everything else gets a page, from the same refusal."""

from flask import Flask, Response, current_app, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, TimeoutError
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed

from app.api import problems as api_problems
from app.db import db, locked, lost
from app.errors import Refusal
from app.history import AlreadyRecorded
from app.history.right_key import check_right_key
from app.history.small_role import check_small_role
from app.refusals import refused
from app.web import problems as page_problems


def register(app: Flask) -> None:
    app.before_request(_right_key)
    app.register_error_handler(Refusal, answer)
    app.register_error_handler(CSRFError, lambda _problem: answer(Refusal("csrf", 400)))
    app.register_error_handler(AlreadyRecorded, lambda _problem: answer(Refusal("already_done", 409)))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _fault)


def _right_key() -> None:
    """Asked until it was answered well once: while the settings run, the key and the database's role stay the same."""
    if request.endpoint != "static" and not current_app.extensions.get("banyan_key_fits"):
        check_right_key(db.session(), current_app.extensions["banyan"].vault)
        if current_app.extensions["banyan_settings"].mode == "production":
            check_small_role(db.session())
        current_app.extensions["banyan_key_fits"] = True


def answer(refusal: Refusal) -> Response:
    if refusal.status >= 500:
        db.session.remove()
    else:
        db.session.rollback()
        refused(refusal)
    speaks_json = request.path.startswith("/api/")
    return api_problems.answer(refusal) if speaks_json else page_problems.answer(refusal)


def _http(problem: HTTPException) -> Response:
    if problem.code and problem.code < 400:
        return problem.get_response()  # type: ignore[return-value]
    if isinstance(problem, InternalServerError) and problem.original_exception is not None:
        return _fault(problem.original_exception)
    response = answer(api_problems.as_refusal(problem))
    if isinstance(problem, MethodNotAllowed) and problem.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(problem.valid_methods))
    return response


def _fault(problem: BaseException) -> Response:
    """A database that is lost or taken up by others is said plainly; anything else is a fault of ours."""
    if isinstance(problem, DBAPIError) and lost(problem):
        return answer(Refusal("database_gone", 503))
    if isinstance(problem, TimeoutError) or (isinstance(problem, DBAPIError) and locked(problem)):
        # TimeoutError: no connection of the pool came free.
        return answer(Refusal("busy", 503))
    return answer(api_problems.unexpected(problem))
