"""A form as a page draws it: what was answered, right or wrong, and the defaults of what is asked for the first time."""

from collections.abc import Mapping
from typing import Any

from flask import Response, render_template, request

from app import clock
from app.db import db
from app.forms.initial import initial
from app.forms.visible import view
from app.identity.division_lookup import divisions_to_pick
from app.instances.answers import Asked


def fragment(asked: Asked, answers: Mapping[str, Any], *, action: str) -> Response:
    """The fields alone, redrawn for these answers (htmx).

    Args:
        action: where the whole form is posted.
    """
    at = {"preview_url": request.path, "form_preview": request.path, "form_action": action}
    return Response(render_template("form/page.html", **at, **drawn(asked, answers)), mimetype="text/html")


def drawn(asked: Asked, answers: Mapping[str, Any], errors: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What the templates of `form/` want.

    Args:
        errors: `Refusal.fields` of a refused check, by address.
    """
    context = {name: value for name, value in asked.context.items() if name != "divisions"}
    shown = initial(asked.form.form, at=context["at"], facts=asked.facts, previous=answers)
    return {
        "fields": view(asked.form.form, shown, errors=errors or {}, **context),
        "errors": errors or {},
        "dropped": (),
    }


def with_buttons(
    asked: Asked, answers: Mapping[str, Any], errors: Mapping[str, str], *, action: str, preview: str
) -> dict[str, Any]:
    """What a page wants that carries the whole form.

    Args:
        action, preview: where it is posted as a whole, and where as the fragment that is redrawn.
    """
    return {
        "form": drawn(asked, answers, errors),
        "divisions": to_pick(asked),
        "form_action": action,
        "form_preview": preview,
    }


def to_pick(asked: Asked) -> list[tuple[str, str]]:
    """Codes and names for the fields that want a division; picked by either, also without JavaScript."""
    if not any(field.kind == "division" for field in asked.form.form.walk()):
        return []
    near = str(asked.facts["case_division"])
    return divisions_to_pick(db.session(), near, clock.legal_day(asked.context["at"]))
