"""Where everything meets: the application is put together here, and facts find those who hear them. Tables, no logic."""

from flask import Flask
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

from app import api, cli, db, problems, settings, web
from app.api.description import Described
from app.calendar import versions
from app.connectors.ask import faked, real
from app.history.demo_keys import demo_signer
from app.history.signing import Signer, signer_from
from app.identity.roles import ROLES
from app.instances.surroundings import Surroundings
from app.notifications.notifier import OnThePage
from app.parameters import register
from app.vault import Vault, check_primitives
from app.web.application import Application

API_OPTIONS = {
    "API_TITLE": "榕荫 Banyan",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": "/api",
    "OPENAPI_JSON_PATH": "openapi.json",
}
MAX_BODY = 25 * 1024 * 1024
"""Bytes of one request: an attachment of 20 MB and the form around it."""


def create_app(read: settings.Settings | None = None) -> Flask:
    """The application. Raises SettingsRefused, PrimitivesRefused."""
    known = read or settings.read()
    check_primitives()
    _known_roles(known.two_factor)
    app = Application("app", template_folder="web/templates", static_folder="web/static", static_url_path="/static")
    app.config.update(
        SECRET_KEY=known.secret_key,
        SQLALCHEMY_DATABASE_URI=known.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=db.engine_options(known.database_url),
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=2000,
        TESTING=known.mode == "test",
        SESSION_COOKIE_NAME="__Host-banyan-page" if known.secure_cookies else "banyan-page",
        SESSION_COOKIE_SECURE=known.secure_cookies,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        PROPAGATE_EXCEPTIONS=False,
        **API_OPTIONS,
    )
    if known.proxy_hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=known.proxy_hops, x_proto=known.proxy_hops)  # type: ignore[method-assign]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions["banyan"] = surroundings(known)
    app.extensions["banyan_settings"] = known
    app.extensions["banyan_connectors"] = (faked if known.demo else real)(known.connectors)
    app.extensions["banyan_notifier"] = OnThePage()
    app.extensions["banyan_create_app"] = create_app
    db.init_app(app)
    Migrate(app, db.db, directory="migrations", compare_type=True)
    forgery = web.register(app)
    smorest = Described(app)
    api.register(app, smorest)
    for blueprint in api.BLUEPRINTS:
        forgery.exempt(blueprint)
    cli.register(app)
    problems.register(app)
    return app


def _known_roles(codes: frozenset[str]) -> None:
    if unknown := codes - ROLES.keys():
        raise settings.SettingsRefused(
            f"TWO_FACTOR 里没有这些角色：{'、'.join(sorted(unknown))}。请写角色代码，如 auditor"
        )


def surroundings(known: settings.Settings) -> Surroundings:
    return Surroundings(
        vault=Vault(known.vault_key, known.index_key),
        log=known.log,
        four_eyes=known.four_eyes,
        days=versions.in_force,
        register=register.as_of,
        signers=_signers(known),
    )


def _signers(known: settings.Settings) -> tuple[Signer, ...]:
    if known.signing_key:
        return (signer_from(known.signing_key),)
    return (demo_signer(known.vault_key),) if known.demo else ()
