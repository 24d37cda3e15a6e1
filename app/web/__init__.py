"""Jinja pages, one file per screen; each turns a form into one call of an act.

It decides nothing that the API would not decide the same way.
"""

from typing import TYPE_CHECKING

from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect, generate_csrf

from app.web import (
    access,
    analysis,
    audit,
    audit_projects,
    calls,
    case_acts,
    cases,
    compare,
    delegations,
    emergency,
    event_log,
    file_requests,
    files,
    findings,
    hand_over,
    inbox,
    incidents,
    letters,
    messages,
    migrations,
    papers,
    password,
    plans,
    preferences,
    print_history,
    processes,
    reminders,
    replay,
    second_factor,
    sign_in,
    take_away,
    task_acts,
    tasks,
    workflows,
)
from app.web.assets import Assets
from app.web.guard import protect
from app.web.jinja import equip

if TYPE_CHECKING:
    from flask import Flask

BLUEPRINTS = (
    audit.blueprint,
    audit_projects.blueprint,
    findings.blueprint,
    sign_in.blueprint,
    inbox.blueprint,
    tasks.blueprint,
    cases.blueprint,
    processes.blueprint,
    preferences.blueprint,
    files.blueprint,
    letters.blueprint,
    papers.blueprint,
    password.blueprint,
    second_factor.blueprint,
    calls.blueprint,
    task_acts.blueprint,
    case_acts.blueprint,
    hand_over.blueprint,
    messages.blueprint,
    delegations.blueprint,
    incidents.blueprint,
    plans.blueprint,
    workflows.blueprint,
    migrations.blueprint,
    reminders.blueprint,
    take_away.blueprint,
    print_history.blueprint,
    file_requests.blueprint,
    emergency.blueprint,
    replay.blueprint,
    compare.blueprint,
    event_log.blueprint,
    analysis.blueprint,
    access.blueprint,
)


def register(app: "Flask") -> CSRFProtect:
    """Pages, forgery protection, headers, templates. The API refuses cookies and is exempted by `wiring`."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Babel(app, default_locale="zh_Hans_CN")
    app.jinja_env.add_extension("jinja2.ext.i18n")
    equip(app.jinja_env, Assets(), generate_csrf)
    protect(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return CSRFProtect(app)
