"""The same acts as JSON, one file per resource.

It refuses cookies and decides nothing that the pages would not decide the same way.
"""

from typing import TYPE_CHECKING

from app.api import (
    access_looks,
    analyses,
    audit_projects,
    body,
    calls,
    case_acts,
    definitions,
    delegations,
    documents,
    emergencies,
    event_logs,
    file_requests,
    findings,
    incidents,
    instances,
    messages,
    migrations,
    papers,
    password,
    plans,
    print_history,
    reminders,
    take_away,
    task_acts,
    tasks,
)

if TYPE_CHECKING:
    from flask import Flask
    from flask_smorest import Api

BLUEPRINTS = (
    definitions.blueprint,
    instances.blueprint,
    tasks.blueprint,
    messages.blueprint,
    documents.blueprint,
    calls.blueprint,
    task_acts.blueprint,
    case_acts.blueprint,
    incidents.blueprint,
    plans.blueprint,
    migrations.blueprint,
    reminders.blueprint,
    delegations.blueprint,
    papers.blueprint,
    password.blueprint,
    take_away.blueprint,
    print_history.blueprint,
    file_requests.blueprint,
    emergencies.blueprint,
    event_logs.blueprint,
    audit_projects.blueprint,
    access_looks.blueprint,
    analyses.blueprint,
    findings.blueprint,
)


def register(app: "Flask", api: "Api") -> None:
    body.register(app)
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
