"""What every page answer carries: a strict Content-Security-Policy and its companions (architecture §7)."""

from flask import Flask, Response, request

from app.errors import Refusal, not_found

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def protect(app: Flask) -> None:
    app.before_request(count_the_body)
    app.before_request(no_null_characters)

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", CSP)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"
        if app.config["SESSION_COOKIE_SECURE"]:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        if not request.path.startswith("/static/"):
            response.headers["Cache-Control"] = "no-store"
            response.headers["Vary"] = "Cookie, HX-Request"
        return response


def count_the_body() -> None:
    """A body that ends before its announced length is refused when it is read (`body_cut_short`).

    gunicorn says that its input ends by itself, and werkzeug then stops counting: half a form would pass for a whole one.
    """
    if request.content_length is not None:
        request.environ.pop("wsgi.input_terminated", None)


def no_null_characters() -> None:
    """No column of PostgreSQL takes U+0000, so no address has one and no field may bring one; each has a name."""
    if "\x00" in request.path:
        raise not_found()
    fields = [request.args] if request.query_string else []
    if request.mimetype == "multipart/form-data" or not request.path.startswith("/api/"):
        fields.append(request.form)
        if None in {*request.form, *request.files}:
            raise Refusal("body_nameless", 422)
    if any("\x00" in text for sent in fields for pair in sent.items(multi=True) for text in pair):
        raise Refusal("body_characters", 422)
